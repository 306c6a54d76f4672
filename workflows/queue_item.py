"""One item of the workshop's queue, from its arrival to the end of its repair or its removal,
under the workflow id `fila-<service order>`."""

import asyncio
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain.fila.commands import QUEUE_COMMANDS, Remove
    from domain.fila.state import QueueItem
    from workflows.contract import LAST_NOTICES, QUEUE_ITEM, service_order_of
    from workflows.entity import AggregateWorkflow, check_workflow_id
    from workflows.errands import run_errands
    from workflows.handlers import handles
    from workflows.notices import ItemNotices, outlast_attempt
    from workflows.start_inputs import StartQueueItem

REMOVED_BY_AN_OPERATOR = Remove()


@workflow.defn(name=QUEUE_ITEM)
@handles(*QUEUE_COMMANDS)
class QueueItemWorkflow(AggregateWorkflow[StartQueueItem, QueueItem]):
    """Takes each of QUEUE_COMMANDS as an update and as a signal, named by the command's action:
    `iniciar-reparo`, for one, is answered by `update_iniciar_reparo` and `signal_iniciar_reparo`,
    which `handles` makes of `StartRepair` in `domain/fila/commands.py`."""

    @workflow.init
    def __init__(self, *sent: Any) -> None:
        self.begin(StartQueueItem, sent)

    @workflow.run
    async def run(self, *_: Any) -> QueueItem:
        check_workflow_id(self.start)
        _check_item_id(self.start)
        notices = ItemNotices(self.journal)
        sending = asyncio.create_task(self._send(notices))
        await self.shield(self.journal.deliver(), if_cancelled=REMOVED_BY_AN_OPERATOR)
        if not self.journal.is_done:
            self.continue_as_new()
        sending.cancel()
        if notices.has_pending:
            # After a reset, the run before may have handed them over to one that is still at it.
            with suppress(WorkflowAlreadyStartedError):
                await self.shield(self._hand_over(), if_cancelled=REMOVED_BY_AN_OPERATOR)
        return self.journal.state

    async def _send(self, notices: ItemNotices) -> None:
        """Sends one notice after the other, beside the work and never in its way."""
        if self.is_continued and notices.has_pending:
            await outlast_attempt()
        await run_errands(notices)

    async def _hand_over(self) -> None:
        """Starts a workflow that sends the rest: the item is gone, and its service order may be
        added again at once."""
        rest = ItemNotices(self.journal).remaining()
        await workflow.start_child_workflow(
            LAST_NOTICES,
            rest,
            id=f"avisos-{self.journal.state.queue_item_id}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            memo=workflow.memo(),  # so that its notices, too, lead back to the same request
            static_summary=f"Service order {rest.service_order_id}: {', '.join(rest.pending)}",
        )


def _check_item_id(start: StartQueueItem) -> None:
    """Raises unless the id belongs to the service order: commands find the workflow by it."""
    if service_order_of(start.queue_item_id) != start.service_order_id:
        raise ApplicationError(
            f"{start.queue_item_id} is not an id for service order {start.service_order_id}",
            type="WrongQueueItemId",
            non_retryable=True,
        )
