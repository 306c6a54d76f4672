"""Heartbeats of an attempt: a dead worker's work goes on after `HEARTBEAT`, not after as long as an
attempt may take.

The beat comes from beside the work: however slow the outside is, only a process that is dead or
frozen stops beating. Most attempts are over before their first beat.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import activity

T = TypeVar("T")

HEARTBEAT = timedelta(seconds=5)
"""Longest silence of an attempt before another one is made."""
BEAT = timedelta(seconds=2)
"""Time between two beats; one may be lost."""


async def with_heartbeat(
    work: Coroutine[Any, Any, T], beat: Callable[[], None] = activity.heartbeat
) -> T:
    """Does the work, and beats meanwhile; returns its result."""
    attempt = asyncio.create_task(work)
    while not attempt.done():
        try:
            done, _ = await asyncio.wait({attempt}, timeout=BEAT.total_seconds())
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_later(_may_go_on(), attempt.cancel)
        else:
            if not done:
                beat()
    return await attempt


def _may_go_on() -> float:
    """Seconds that a cancelled attempt still has. Temporal's answer to a beat says whether the
    attempt has been called off. Such an attempt is finished all the same: while the outside is slow
    and commands keep coming, none would ever be."""
    why, limit = activity.cancellation_details(), activity.info().start_to_close_timeout
    return limit.total_seconds() if limit and why and why.cancel_requested else 0
