"""An attempt that takes long says that it lives, and lets nobody but its deadline stop it."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.activity import ActivityCancellationDetails
from temporalio.testing import ActivityEnvironment

from activities.heartbeat import with_heartbeat
from tests.conftest import eventually

CALLED_OFF = ActivityCancellationDetails(cancel_requested=True)
OTHERWISE = [
    ActivityCancellationDetails(worker_shutdown=True),
    ActivityCancellationDetails(timed_out=True),
    ActivityCancellationDetails(not_found=True),
]


class Attempt:
    """One whose work lasts until `free` is set."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.beats = 0
        self.environment = ActivityEnvironment()
        self.environment.on_heartbeat = self._beat
        self.task = asyncio.create_task(self.environment.run(self._run))

    async def _run(self) -> None:
        await with_heartbeat(self._work())

    async def _work(self) -> None:
        await self.free.wait()

    def _beat(self) -> None:
        self.beats += 1

    def may_take(self, limit: timedelta) -> None:
        info = dataclasses.replace(self.environment.info, start_to_close_timeout=limit)
        self.environment.info = info


@pytest.fixture
async def attempt(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Attempt]:
    monkeypatch.setattr("activities.heartbeat.BEAT", timedelta(seconds=0.02))
    attempt = Attempt()
    await asyncio.sleep(0)  # it begins
    yield attempt
    attempt.task.cancel()
    await asyncio.wait({attempt.task})


async def test_an_attempt_beats_for_as_long_as_its_work_lasts(attempt: Attempt) -> None:
    await eventually(lambda: attempt.beats >= 3)

    attempt.free.set()

    await attempt.task


async def test_work_that_is_quick_never_beats(attempt: Attempt) -> None:
    attempt.free.set()
    await attempt.task

    assert attempt.beats == 0


async def test_an_attempt_that_was_called_off_is_finished_all_the_same(attempt: Attempt) -> None:
    attempt.environment.cancel(CALLED_OFF)
    beats = attempt.beats
    await eventually(lambda: attempt.beats > beats + 1)

    attempt.free.set()

    await attempt.task


async def test_what_was_called_off_ends_with_its_deadline_whoever_has_forgotten_it(
    attempt: Attempt,
) -> None:
    attempt.may_take(timedelta(milliseconds=100))
    attempt.environment.cancel(CALLED_OFF)

    with pytest.raises(asyncio.CancelledError):
        await attempt.task


@pytest.mark.parametrize("why", OTHERWISE)
async def test_an_attempt_that_is_ended_otherwise_ends_at_once(
    attempt: Attempt, why: ActivityCancellationDetails
) -> None:
    attempt.environment.cancel(why)

    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(0.5):
            await attempt.task


async def test_a_failure_is_the_works_own(attempt: Attempt) -> None:
    async def fail() -> None:
        raise KeyError("the work's")

    with pytest.raises(KeyError, match="the work's"):
        await with_heartbeat(fail())
