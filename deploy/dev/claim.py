"""Claim of a stack's folder: its holder, and what runs from it.

The lock dies with its holder, even by kill -9, so a state file without a lock means nothing.
"""

import fcntl
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from deploy.dev.errors import AlreadyRunning, NotReady


@dataclass(frozen=True)
class Running:
    """A stack that is up: enough to use it from another process."""

    pid: int
    api_url: str
    ui_url: str
    env: dict[str, str]


class Claim:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = folder / "running.json"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "lock").open("a+")
        if not _locks(lock):
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise AlreadyRunning(
                f"A stack already runs from {self._folder} (process {holder}): stop it first."
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        self._state.unlink(missing_ok=True)  # of one that was killed

    def publish(self, running: Running) -> None:
        draft = self._folder / "running.json.new"
        draft.touch(mode=0o600)  # a URI may carry a password
        draft.write_text(json.dumps(asdict(running), indent=2))
        draft.replace(self._state)

    def release(self) -> None:
        if self._lock:
            self._state.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None


def _locks(lock: IO[str]) -> bool:
    for _ in range(3):  # more than once, for somebody may be looking whether it is held
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


def held(folder: Path) -> bool:
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def running(folder: Path) -> Running | None:
    """The stack that is up from this folder, if one is."""
    if not held(folder):
        return None
    try:
        return Running(**json.loads((folder / "running.json").read_text()))
    except FileNotFoundError:  # it is starting or stopping
        return None


def wait_for_running(folder: Path, timeout: float) -> Running | None:
    """The stack of this folder, if one is up or starting; None if there is none."""
    deadline = time.monotonic() + timeout
    while held(folder):
        if found := running(folder):
            return found
        if time.monotonic() > deadline:
            raise NotReady(f"The stack in {folder} has been starting for over {timeout:g} s.")
        time.sleep(0.1)
    return None


def clear(folder: Path) -> None:
    """Removes all data; refused while a stack runs from it."""
    if not folder.exists():
        return
    claim = Claim(folder)
    claim.take()
    try:
        for entry in folder.iterdir():
            if entry.name == "lock":
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    finally:
        claim.release()
