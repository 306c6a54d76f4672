"""The disk of an embedded store is full: no file of it may grow any more (RLIMIT_FSIZE)."""

import asyncio
import resource
import time

from tests.faults.trial import Trial

ROOM = 1
"""Bytes that any file may have: whatever is written lies beyond that."""


async def database_full(trial: Trial) -> None:
    await _full(trial, "mongo")


async def temporal_full(trial: Trial) -> None:
    await _full(trial, "temporal")


async def _full(trial: Trial, name: str) -> None:
    process = trial.site.stack.process(name)
    async with trial.at_work():
        await asyncio.sleep(trial.dice.random() / 2)
        pid = process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
        try:
            await asyncio.sleep(trial.size.outage)
        finally:
            since = time.monotonic()
            if process.running and process.pid == pid:  # it may have ended by it
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
            else:
                trial.notes.append(f"{name} ended, and was started again")
        await trial.heals(since)
