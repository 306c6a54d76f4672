"""Processes die: by kill -9 at a chosen moment, under load, or in good order one after another."""

import asyncio
import time
from collections.abc import Sized

from tests.conftest import eventually
from tests.faults.instrumented import STEPS
from tests.faults.ledger import HURRIED
from tests.faults.trial import Experiment, Trial
from tests.stack.faults import bring_back, crash

BUSY_WITHIN = 60.0
MOST = 3
"""Deliveries that get to a step before it is the last one's turn."""
REPLICATED = ("worker", "consumer")
"""Processes whose successor is there before they end."""


def worker_dies_after(step: str) -> Experiment:
    async def experiment(trial: Trial) -> None:
        async with trial.at_work():
            for _ in range(trial.size.times):
                await trial.heals(await _worker_died_after(step, trial))

    return experiment


async def worker_dies_after_each_step(trial: Trial) -> None:
    for step in STEPS:
        died = await _worker_died_after(step, trial)
    await trial.heals(died)


async def _worker_died_after(step: str, trial: Trial) -> float:
    """The time of its death; it is there again."""
    stack, worker = trial.site.stack, trial.site.stack.process("worker")
    fuse = trial.site.lights_fuse(step, trial.dice.randint(1, MOST))
    opening = asyncio.gather(*(trial.crowd.opens() for _ in range(MOST)))
    await eventually(fuse.exists, lambda burning: not burning, within=BUSY_WITHIN)
    died = time.monotonic()
    await asyncio.to_thread(worker.stop)
    await asyncio.to_thread(bring_back, stack, "worker")
    await opening
    return died


async def worker_dies_again_and_again(trial: Trial) -> None:
    async with trial.at_work():
        for _ in range(trial.size.times):
            await asyncio.sleep(2)
            await asyncio.to_thread(crash, trial.site.stack, "worker")
        await trial.heals(time.monotonic())


async def api_dies(trial: Trial) -> None:
    async with trial.at_work():
        for _ in range(trial.size.times):
            await grows(trial.ledger.answered, by=1)
            await trial.crash("api")


async def consumer_dies(trial: Trial) -> None:
    orders = [trial.crowd.order() for _ in range(trial.size.messages)]
    publishing = asyncio.to_thread(trial.crowd.pay, *orders)
    killing = _kill_consumer(trial)
    await asyncio.gather(publishing, killing)


async def _kill_consumer(trial: Trial) -> None:
    for _ in range(min(trial.size.times, 2)):  # a third time, and messages are dead letters
        await grows(trial.witness.seen, by=3)
        since = time.monotonic()
        await asyncio.to_thread(crash, trial.site.stack, "consumer")
        later = trial.crowd.order()
        await asyncio.to_thread(trial.crowd.pay, later)
        await trial.told(later, since)


async def all_are_restarted(trial: Trial) -> None:
    """In good order, so that no request fails but by a connection that ends."""
    orders = [trial.crowd.order() for _ in range(trial.size.messages)]
    async with trial.at_work():
        await asyncio.to_thread(trial.crowd.pay, *orders)
        for _ in range(trial.size.times):
            for name in REPLICATED:
                async with trial.second(name):
                    await trial.restart(name)
            await trial.restart("api")
    if failed := {each: n for each, n in trial.ledger.statuses.items() if each in HURRIED}:
        trial.ledger.outrages.append(f"a restart in good order failed requests: {failed}")


async def temporal_dies(trial: Trial) -> None:
    async with trial.at_work():
        for _ in range(trial.size.times):
            await asyncio.sleep(trial.dice.random())
            await trial.crash("temporal")


async def grows(facts: Sized, by: int) -> None:
    """Waits for work to be under way."""
    wanted = len(facts) + by
    await eventually(lambda: len(facts), lambda count: count >= wanted, within=BUSY_WITHIN)
