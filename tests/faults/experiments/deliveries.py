"""Messages come more than once, late, in any order, to two consumers; some are no use at all."""

import asyncio
import time

from tests.faults.trial import Trial
from tests.stack.faults import frozen

TIMES = 5
"""Number of times that each payment comes."""
POISONOUS = 0.1


async def payments_shuffled(trial: Trial) -> None:
    crowd, count = trial.crowd, trial.size.messages // TIMES
    orders = [crowd.order() for _ in range(count)] * TIMES
    trial.dice.shuffle(orders)
    half = len(orders) // 2
    since = time.monotonic()
    async with trial.second("consumer"):
        await asyncio.to_thread(crowd.pay, *orders[:half])
        for _ in range(max(1, int(count * POISONOUS))):
            await asyncio.to_thread(crowd.poison, crowd.order())
        await asyncio.to_thread(crowd.pay, *orders[half:])
        for order in set(orders):
            await trial.told(order)
    trial.recoveries.append(time.monotonic() - since)


async def slow_start(trial: Trial) -> None:
    """A consumer takes messages and falls asleep until others are given them; then it wakes up and
    goes on as if nothing had been."""
    crowd = trial.crowd
    orders = [crowd.order() for _ in range(trial.size.messages)]
    publishing = asyncio.to_thread(crowd.pay, *orders)
    async with trial.second("consumer"):
        await publishing
        with frozen(trial.site.stack, "consumer"):
            await asyncio.sleep(trial.site.visibility_seconds + 1)
        since = time.monotonic()
        for order in orders:
            await trial.told(order)
    trial.recoveries.append(time.monotonic() - since)
