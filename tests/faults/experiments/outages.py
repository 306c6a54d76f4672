"""Outages: a part that the service needs is away for a while, or answers as if it had better be."""

import asyncio
import time
from contextlib import AbstractContextManager

from tests.faults.lines import REFUSED, THROTTLED, Fault
from tests.faults.trial import Trial
from tests.stack.faults import frozen, killed
from tests.stack.os_service import OsService

USUAL = 5.0
"""Seconds for which all is well before, at most."""


async def database_down(trial: Trial) -> None:
    await _without(trial, killed(trial.site.stack, "mongo"))


async def database_frozen(trial: Trial) -> None:
    await _without(trial, frozen(trial.site.stack, "mongo"))


async def database_slow(trial: Trial) -> None:
    await _without(trial, trial.site.database_line.failing(Fault(slow=2.0)))


async def database_breaks_off(trial: Trial) -> None:
    fault = Fault(breaks_off=True, share=0.2)
    await _without(trial, trial.site.database_line.failing(fault, trial.dice.randrange(10**6)))


async def bus_down(trial: Trial) -> None:
    await _without(trial, trial.site.bus_line.failing(Fault(refuses=True)))


async def bus_throttled(trial: Trial) -> None:
    fault = Fault(answer=(400, THROTTLED), share=0.7)
    await _without(trial, trial.site.bus_line.failing(fault, trial.dice.randrange(10**6)))


async def bus_fails_entries(trial: Trial) -> None:
    fault = Fault(answer=(200, REFUSED), share=0.7)
    await _without(trial, trial.site.bus_line.failing(fault, trial.dice.randrange(10**6)))


async def service_orders_down(trial: Trial) -> None:
    with OsService(trial.site.stack.service_orders_url) as service:
        async with trial.at_work():
            service.fails("recusa")
            await asyncio.sleep(trial.size.outage)
            service.recovers()
            await trial.heals(time.monotonic())


async def _without(trial: Trial, fault: AbstractContextManager[None]) -> None:
    """The crowd goes on; what can't be done it is told, and asks again."""
    async with trial.at_work():
        begun = time.monotonic()
        await asyncio.sleep(min(trial.size.outage, USUAL) + trial.dice.random())
        broken = time.monotonic()
        await asyncio.to_thread(fault.__enter__)
        try:
            await asyncio.sleep(trial.size.outage)
        finally:
            restored = time.monotonic()
            await asyncio.to_thread(fault.__exit__, None, None, None)
        await trial.heals(restored)
    lines = {"database": trial.site.database_line, "bus": trial.site.bus_line}
    for name, line in lines.items():
        usual, rush = line.busiest(begun, broken), line.busiest(restored, time.monotonic())
        trial.notes.append(f"{name}: {usual} requests in a busy second before, {rush} after")
