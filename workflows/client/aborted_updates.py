"""Sends an update again that Temporal has aborted because the workflow's task could not be ended.

A task cannot end, for one, if something arrives while the workflow is about to continue as new. An
update that came with it is aborted then before it was accepted, and nothing has changed; another
attempt finds the next task, or the next run.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateInput,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05
_ABORTED = "unexpected workflow task failure"
"""Temporal's words for it; there is no code."""

T = TypeVar("T")


class AbortedUpdates(Interceptor):
    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Repeating(next)


class _Repeating(OutboundInterceptor):
    async def start_workflow_update(
        self, input: StartWorkflowUpdateInput
    ) -> WorkflowUpdateHandle[Any]:
        return await _repeated(lambda: self.next.start_workflow_update(input))


async def _repeated(send: Callable[[], Awaitable[T]]) -> T:
    """Raises the error of the last attempt; the caller's own deadline goes before."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return await send()
        except RPCError as failure:
            if not _was_aborted(failure):
                raise
        await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
    return await send()


def _was_aborted(failure: RPCError) -> bool:
    return failure.status is RPCStatusCode.FAILED_PRECONDITION and _ABORTED in failure.message
