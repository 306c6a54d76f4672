"""The rules of the workshop's queue, which need the engine and the database together."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass

from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from activities.approvals import Approval, Approvals
from activities.claims import Reservations
from activities.queue_list import QueueList, QueuePage, QueueQuery
from activities.store import Store
from api.errors import NoWorkflow, ServiceError, Unavailable
from api.gateway import Gateway
from api.service import Service
from domain.aggregate import Command
from domain.errors import ApprovalPending, DomainError, QueueItemExists, QueueItemNotFound
from domain.queue_commands import BudgetApproved
from domain.queue_item import NewQueueItem, QueueEntry, QueueItem
from domain.status import QueueStatus
from workflows.contract import (
    QUEUE_ITEM_ID,
    SERVICE_STATUS,
    Answer,
    Carried,
    Origin,
    StartQueueItem,
    queue_item_id,
    queue_workflow_id,
    service_order_of,
)

ENDING_LOOKS, ENDING_PAUSE = 100, 0.05
"""How often, and every how many seconds, to look whether a removed item's workflow has ended."""


@dataclass(frozen=True)
class QueueRules:
    """What holds for items that are added from now on."""

    requires_approval: bool = False
    tells_service_orders: bool = False


class QueueService(Service[QueueItem]):
    KIND = QueueItem

    def __init__(
        self,
        gateway: Gateway[QueueItem],
        store: Store,
        queue: QueueList,
        reservations: Reservations,
        approvals: Approvals,
        rules: QueueRules,
    ) -> None:
        super().__init__(gateway, store)
        self.queue = queue
        self._reservations = reservations
        self._approvals = approvals
        self._rules = rules

    def workflow_id(self, aggregate_id: str) -> str:
        number = service_order_of(aggregate_id)
        if number is None:
            raise QueueItemNotFound.of(aggregate_id)
        return queue_workflow_id(number)

    async def add(self, new: NewQueueItem, origin: Origin) -> QueueEntry:
        """Raises QueueItemExists, Unavailable, OutcomeUnknown and PyMongoError."""
        number = new.service_order_id
        entry = QueueEntry(
            **new.__dict__,
            **self._rules.__dict__,
            queue_item_id=queue_item_id(number, secrets.token_hex(6)),
        )
        # A finished item's workflow has ended, but the item bars its order until it is removed.
        existing = await self.queue.of_service_order(number)
        if existing and not await self._is_leaving(number):
            raise _exists(number, existing.queue_item_id)
        start = StartQueueItem(**entry.__dict__, origin=origin)
        for _ in range(ENDING_LOOKS):
            if await self._gateway.start(start, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE):
                with suppress(ServiceError, PyMongoError):  # a repair that is asked for tries again
                    await self._approve_if_known(entry.queue_item_id, origin)
                return entry
            described = await self._open(number)
            if described and (in_queue := await _id_in(described)):
                raise _exists(number, in_queue)
            await asyncio.sleep(ENDING_PAUSE)
        raise Unavailable(
            "The removal of this service order's last item is not yet told everywhere"
        )

    async def command(
        self, aggregate_id: str, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """Raises the refusing DomainError, and what Gateway.command raises but NoWorkflow."""
        try:
            return await super().command(aggregate_id, command, origin)
        except ApprovalPending:
            if not await self._approve_if_known(aggregate_id, origin):
                raise
        return await super().command(aggregate_id, command, origin)

    async def approve(self, number: int, approval: Approval, origin: Origin) -> None:
        """Holds for the order's item, and for one that is added later.

        Raises QueueItemNotFound if there is none now, and what a command raises.
        """
        # Written down first: an item that is just being added looks for it last.
        await self._approvals.record(number, approval)
        await self.command_order(number, BudgetApproved(**approval.__dict__), origin)

    async def find(self, query: QueueQuery) -> QueuePage:
        """Raises BadCursor and PyMongoError."""
        return await self.queue.find(query)

    async def of_service_order(self, number: int) -> QueueItem:
        """Raises QueueItemNotFound and PyMongoError."""
        item = await self.queue.of_service_order(number)
        if item is None:
            raise QueueItemNotFound.of()
        return item

    async def id_of(self, number: int) -> str | None:
        """The id of the order's item, if it has one: from its workflow, or from the database."""
        if described := await self._open(number):
            return await _id_in(described)
        item = await self.queue.of_service_order(number)
        return item.queue_item_id if item else None

    async def command_order(
        self, number: int, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """Like `command`, for those who know the service order and not its item."""
        try:
            return await self._gateway.command(queue_workflow_id(number), command, origin)
        except NoWorkflow:
            item = await self.of_service_order(number)
            return await self._command_closed(item.queue_item_id, command, origin)

    async def _approve_if_known(self, queue_item_id: str, origin: Origin) -> bool:
        """Passes an approval on that came when the order was not in the queue."""
        number = service_order_of(queue_item_id)
        approval = await self._approvals.of(number) if number else None
        if approval is None:
            return False
        # A command of its own: the key, if there is one, stands for what was asked for.
        origin = origin.model_copy(update={"key": None})
        await super().command(queue_item_id, BudgetApproved(**approval.__dict__), origin)
        return True

    async def _open(self, number: int) -> WorkflowExecutionDescription | None:
        """The order's workflow, if one is open; needs no worker."""
        described = await self._gateway.describe(queue_workflow_id(number))
        running = described and described.status is WorkflowExecutionStatus.RUNNING
        return described if running else None

    async def _is_leaving(self, number: int) -> bool:
        """Whether its item has been removed, and its workflow is about to end."""
        described = await self._open(number)
        return described is not None and _is_removed(described)

    async def _take_up(
        self, state: QueueItem, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """A finished item's workflow has ended; it goes on from the snapshot.

        By one request for each revision: after another has been there, the snapshot that was read
        is no longer the last word, and all is looked at again.
        """
        what = f"{state.queue_item_id}:retomada:{state.revision}"
        who = origin.key or secrets.token_hex(8)
        for _ in range(ENDING_LOOKS):
            if await self._reservations.reserve(what, who):
                break
            await asyncio.sleep(ENDING_PAUSE)
            if (await self.get(state.aggregate_id)).revision != state.revision:
                return await self.command(state.aggregate_id, command, origin)
        else:
            raise Unavailable("Another request has just taken this item up")
        start = StartQueueItem(
            **{name: getattr(state, name) for name in QueueEntry.model_fields},
            origin=origin,
            carried=Carried(state=state, told=state.revision),
        )
        try:
            return await self._gateway.take_up(start, command, origin)
        except (Unavailable, DomainError):  # nothing was changed, so the next one need not wait
            await self._reservations.release(what, who)
            raise


async def _id_in(described: WorkflowExecutionDescription) -> str | None:
    """The item's id; None if it has been removed, and its workflow is about to end."""
    if _is_removed(described):
        return None
    return await described.memo_value(QUEUE_ITEM_ID, None, type_hint=str)


def _is_removed(described: WorkflowExecutionDescription) -> bool:
    return described.typed_search_attributes.get(SERVICE_STATUS) == QueueStatus.REMOVED


def queue_link(queue_item_id: str) -> str:
    return f"/fila-execucao/{queue_item_id}"


def _exists(number: int, existing: str) -> QueueItemExists:
    return QueueItemExists(
        f"Ordem de Serviço {number} já está na fila de execução.", existing=queue_link(existing)
    )
