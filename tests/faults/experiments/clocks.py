"""The clocks of our processes are wrong, and contradict each other."""

import asyncio
import time

from tests.faults.experiments.races import two_apis
from tests.faults.trial import Trial

WRONG = 600.0
"""Seconds."""


async def apart(trial: Trial) -> None:
    """One API is ahead, the other one behind, and so is the worker."""
    wrong = {"api": WRONG, "api-2": -WRONG, "worker": -WRONG, "consumer": WRONG}
    levers = {name: trial.site.lever(f"{name}.clock") for name in wrong}
    try:
        for name, lever in levers.items():
            lever.write_text(str(wrong[name]))
        async with trial.at_work():
            for _ in range(trial.size.times):
                await two_apis(trial)
            paid = [trial.crowd.order() for _ in range(trial.size.messages)]
            await asyncio.to_thread(trial.crowd.pay, *paid)
            for order in paid:
                await trial.told(order)
            await trial.heals(time.monotonic())
    finally:
        for lever in levers.values():
            lever.unlink(missing_ok=True)
    trial.ledger.outrages += trial.witness.negative_durations()
