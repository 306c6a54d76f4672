"""Detects that an operator has reset the workflow, so that readers see its present state at once.

A reset gives a workflow another random seed in the middle of the replay, or, before it has begun to
do anything, nothing but another run id.
"""

import asyncio
from collections.abc import Callable
from itertools import count

from temporalio import workflow

AFTER_RESET = "shows-what-a-reset-has-left"
"""The patch since which resets are detected; a number follows, one for each reset of a run."""


def when_reset(callback: Callable[[], None]) -> None:
    """Calls `callback` after each reset, maybe twice; not after those under a release that did not
    detect them."""
    loop, info, numbers = asyncio.get_running_loop(), workflow.info(), count(1)

    def happened() -> None:
        if workflow.patched(f"{AFTER_RESET}-{next(numbers)}"):
            callback()

    def reseeded(_: int) -> None:
        loop.call_soon(happened)  # the SDK calls back from outside the loop

    workflow.register_random_seed_callback(reseeded)
    if info.run_id != info.original_execution_run_id:
        happened()
