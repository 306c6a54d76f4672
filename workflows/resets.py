"""Tells a workflow that an operator has reset it, so that what it says now is shown at once.

A reset gives a workflow another seed: in the middle of what it repeats, or before it has begun to
do anything, where only the run's id tells.
"""

import asyncio
from collections.abc import Callable
from itertools import count

from temporalio import workflow

AFTER_RESET = "shows-what-a-reset-has-left"
"""The patch since which it is told; with a number, since each reset of a run is another one."""


def when_reset(tell: Callable[[], None]) -> None:
    """Has `tell` called, maybe twice. Of resets under an earlier release it does not hear."""
    loop, info, numbers = asyncio.get_running_loop(), workflow.info(), count(1)

    def happened() -> None:
        if workflow.patched(f"{AFTER_RESET}-{next(numbers)}"):
            tell()

    def reseeded(_: int) -> None:
        loop.call_soon(happened)  # the SDK calls back from outside the loop

    workflow.register_random_seed_callback(reseeded)
    if info.run_id != info.original_execution_run_id:
        happened()
