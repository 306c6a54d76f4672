"""One item of the workshop's queue, from its arrival to the end of its repair or its removal,
under the workflow id `fila-<service order>`."""

import asyncio
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.service_orders import Notice
    from domain.fila.commands import QUEUE_COMMANDS, Remove
    from domain.fila.notifications import HEARD_OF, Notices
    from domain.fila.state import QueueItem, add_to_queue
    from domain.fila.vocabulary import ServiceOrderStatus
    from domain.kernel.values import to_milliseconds
    from workflows.contract import (
        LAST_NOTICES,
        QUEUE_ITEM,
        PendingNotifications,
        StartQueueItem,
        service_order_of,
    )
    from workflows.entity import AggregateWorkflow, check_workflow_id
    from workflows.errands import ATTEMPT, tell
    from workflows.handlers import handles
    from workflows.journal import Journal

REMOVED_BY_AN_OPERATOR = Remove()


@workflow.defn(name=QUEUE_ITEM)
@handles(*QUEUE_COMMANDS)
class QueueItemWorkflow(AggregateWorkflow[StartQueueItem, QueueItem]):
    @workflow.init
    def __init__(self, *sent: Any) -> None:
        self.begin(StartQueueItem, sent, _opened)

    @workflow.run
    async def run(self, *_: Any) -> QueueItem:
        check_workflow_id(self.start)
        _check_item_id(self.start)
        telling = asyncio.create_task(self._tell_service_orders())
        await self.shield(self.journal.deliver(), if_cancelled=REMOVED_BY_AN_OPERATOR)
        if not self.journal.is_done:
            self.continue_as_new()
        telling.cancel()
        if self.journal.state.notices.pending:
            # What was reset may have handed it over before, to one that is still at it.
            with suppress(WorkflowAlreadyStartedError):
                await self.shield(self._hand_over(), if_cancelled=REMOVED_BY_AN_OPERATOR)
        return self.journal.state

    async def _tell_service_orders(self) -> None:
        """One step after the other, beside the work and never in its way."""
        if self.is_continued and self.journal.state.notices.pending:
            # The run before may have left an attempt under way, which nothing may overtake.
            await workflow.sleep(ATTEMPT)
        while True:
            await workflow.wait_condition(lambda: bool(self.journal.state.notices.pending))
            item = self.journal.state
            status = item.notices.pending[0]
            notice = Notice(
                service_order_id=item.service_order_id,
                status=status,
                correlation_id=self._correlation_id(status),
            )
            refusal = await tell(notice, self._failing)
            notices = self.journal.state.notices
            if refusal:
                self._note(notices.refused_for(refusal))
            else:
                self._note(notices.told(to_milliseconds(workflow.now())))

    def _failing(self, reason: str) -> None:
        self._note(self.journal.state.notices.failing(reason))

    def _note(self, notices: Notices) -> None:
        self.journal.note(self.journal.state.noting(notices))

    def _correlation_id(self, status: ServiceOrderStatus) -> str | None:
        """That of the step which the OS service calls so, unless it is long ago."""
        for event in self.journal.backwards():
            if HEARD_OF.get(event.command) is status:
                return event.metadata.correlation_id
        return None

    async def _hand_over(self) -> None:
        """The item is gone, and its service order may be added again at once; another workflow
        tells the rest."""
        item = self.journal.state
        pending = item.notices.pending
        await workflow.start_child_workflow(
            LAST_NOTICES,
            PendingNotifications(
                service_order_id=item.service_order_id,
                pending=pending,
                correlation_ids={status: self._correlation_id(status) for status in pending},
            ),
            id=f"avisos-{item.queue_item_id}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            memo=workflow.memo(),  # so that what it has to say leads back to the same request
            static_summary=f"Service order {item.service_order_id}: {', '.join(pending)}",
        )


def _opened(start: StartQueueItem) -> Journal[QueueItem]:
    item, events = add_to_queue(start, to_milliseconds(workflow.info().workflow_start_time))
    return Journal.opened(start, item, events)


def _check_item_id(start: StartQueueItem) -> None:
    """Commands find the workflow by the item's id."""
    if service_order_of(start.queue_item_id) != start.service_order_id:
        raise ApplicationError(
            f"{start.queue_item_id} is not an id for service order {start.service_order_id}",
            type="WrongQueueItemId",
            non_retryable=True,
        )
