"""The clocks of our processes are wrong, contradict each other, or come to a moment at which
calendars stumble."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime

from tests.faults.experiments.races import two_apis
from tests.faults.trial import Experiment, Trial

WRONG = 600.0
"""Seconds."""
CLOCKS = ("api", "api-2", "consumer", "worker", "workflow")
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
SUMMER_BEGINS = datetime(2027, 3, 14, 7, tzinfo=UTC)
SUMMER_ENDS = datetime(2027, 11, 7, 6, tzinfo=UTC)
"""In the zone in which our processes are."""
HOUR = 3600.0


async def apart(trial: Trial) -> None:
    """One API is ahead, the other one behind, and so is the worker."""
    wrong = {"api": WRONG, "api-2": -WRONG, "worker": -WRONG, "consumer": WRONG}
    with trial.site.clocks_wrong(wrong):
        async with trial.at_work():
            for _ in range(trial.size.times):
                await two_apis(trial)
            paid = [trial.crowd.order() for _ in range(trial.size.messages)]
            await asyncio.to_thread(trial.crowd.pay, *paid)
            for order in paid:
                await trial.told(order)
            await trial.heals(time.monotonic())
    trial.times_are_right()


async def planning_apart(trial: Trial) -> None:
    """The worker's clock is first ahead and then behind, and each API's the other way."""
    for day, wrong in enumerate((WRONG, -WRONG)):
        with trial.site.clocks_wrong({"api": wrong, "api-2": -wrong, "worker": wrong}):
            async with trial.planning():
                await asyncio.sleep(trial.size.outage)
            await trial.heals(time.monotonic())
            await trial.planned_by_signal(day)


def passing(moment: datetime) -> Experiment:
    """All clocks, Temporal's too, come to the moment in the midst of work."""

    async def experiment(trial: Trial) -> None:
        before = trial.size.outage
        ahead = (moment - datetime.now(UTC)).total_seconds() - before
        with trial.site.clocks_wrong(dict.fromkeys(CLOCKS, ahead)):
            async with _over_a_pause(trial):
                await asyncio.sleep(2 * before)

    return experiment


async def set_back(trial: Trial) -> None:
    """All clocks, Temporal's too, are put back by an hour in the midst of work."""
    with ExitStack() as ahead:
        ahead.enter_context(trial.site.clocks_wrong(dict.fromkeys(CLOCKS, HOUR)))
        async with _over_a_pause(trial):
            await asyncio.sleep(trial.size.outage)
            ahead.close()
            await asyncio.sleep(trial.size.outage)


@asynccontextmanager
async def _over_a_pause(trial: Trial) -> AsyncIterator[None]:
    """Somebody takes a break meanwhile, and finishes afterwards."""
    async with trial.at_work():
        execution = (await trial.crowd.opens())["id"]
        for action in ("start", "pause"):
            await trial.crowd.acts(execution, action)
        yield
        for action in ("resume", "complete"):
            await trial.crowd.acts(execution, action)
        await trial.heals(time.monotonic())
    trial.times_are_right()
