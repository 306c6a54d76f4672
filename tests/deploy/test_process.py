"""A process of the stack comes back after a crash: by itself after a pause, or when it is asked."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.dev import process
from deploy.dev.process import Process
from deploy.dev.program import Program
from deploy.dev.screen import Screen

SLEEPS = "print('up', flush=True); import time; time.sleep(60)"
SOON = 10.0


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Process]:
    screen = Screen.on_file(tmp_path / "stack.log")
    program = Program(
        name="sleeper",
        title="sleeper",
        command=[sys.executable, "-c", SLEEPS],
        env=os.environ,
        cwd=tmp_path,
        log=tmp_path / "sleeper.log",
        ready=lambda output: "up" in output.text(),
    )
    sleeping = Process(program, screen)
    sleeping.start()
    sleeping.wait_ready(SOON)
    yield sleeping
    sleeping.close()
    screen.close()


def test_what_has_crashed_is_started_again(sleeper: Process) -> None:
    sleeper.kill()
    sleeper.wait_ready(SOON)

    assert sleeper.starts == 2


def test_who_stops_and_starts_what_has_crashed_need_not_wait_for_the_pause(
    sleeper: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LONGEST_PAUSE", 60.0)

    for _ in range(7):  # by then the pause would be 32 s
        sleeper.kill()
        sleeper.stop()
        sleeper.start()
        sleeper.wait_ready(SOON)

    assert sleeper.starts == 8
