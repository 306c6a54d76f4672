"""Tells the OS service, which owns the service orders, of a step: for as long as it takes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.heartbeat import HEARTBEAT
    from activities.service_orders import NOTICE_REFUSED, NOTIFY_SERVICE_ORDER, Notice
    from workflows.contract import LAST_NOTICES, PendingNotifications, notices_queue
    from workflows.inputs import read_input

ATTEMPT = timedelta(seconds=10)
"""Longer than an attempt gives itself."""
AT_FIRST = RetryPolicy(maximum_attempts=1)
"""Then those who look at the item are told that something is amiss."""
FOR_EVER = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


async def tell(notice: Notice, failing: Callable[[str], None]) -> str | None:
    """None once it is confirmed, or why it is refused for good. `failing` hears, once, why it
    takes longer."""
    retry = AT_FIRST
    while True:
        try:
            await workflow.execute_activity(
                NOTIFY_SERVICE_ORDER,
                notice,
                task_queue=notices_queue(workflow.info().task_queue),
                start_to_close_timeout=ATTEMPT,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=retry,
                summary=f"OS {notice.service_order_id}: {notice.status}",
            )
        except ActivityError as failure:
            if is_cancelled_exception(failure):  # somebody else tells the rest
                raise asyncio.CancelledError from failure
            reason = _reason(failure.cause)
            if isinstance(failure.cause, ApplicationError) and failure.cause.type == NOTICE_REFUSED:
                return reason
            failing(reason)
            retry = FOR_EVER
        else:
            return None


def _reason(cause: BaseException | None) -> str:
    return cause.message if isinstance(cause, FailureError) else str(cause)


@workflow.defn(name=LAST_NOTICES)
class LastNotices:
    """What the OS service has yet to hear of an item that is no longer in the queue."""

    @workflow.run
    async def run(self, *sent: Any) -> None:
        untold = read_input(PendingNotifications, sent)
        # The item's own workflow may have left an attempt under way, which nothing may overtake.
        await workflow.sleep(ATTEMPT)
        for status in untold.pending:
            notice = Notice(
                service_order_id=untold.service_order_id,
                status=status,
                correlation_id=untold.correlation_ids.get(status),
            )
            refusal = await tell(notice, workflow.logger.warning)
            if refusal:
                workflow.logger.warning("notice refused: %s", refusal)
