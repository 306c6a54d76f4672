"""The rules of the workshop's queue, which need the engine and the database together."""

import asyncio
import secrets
from dataclasses import dataclass

from temporalio.client import WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from activities.queue_list import QueueList, QueuePage, QueueQuery
from activities.store import Store
from api.errors import NoWorkflow, Unavailable
from api.gateway import Gateway
from api.service import Service
from domain.aggregate import Command
from domain.errors import QueueItemExists, QueueItemNotFound
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
        rules: QueueRules,
    ) -> None:
        super().__init__(gateway, store)
        self.queue = queue
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
        if existing := await self.queue.of_service_order(number):
            raise _exists(number, existing.queue_item_id)
        start = StartQueueItem(**entry.__dict__, origin=origin)
        for _ in range(ENDING_LOOKS):
            if await self._gateway.start(start, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE):
                return entry
            if in_queue := await self._open_id(number):
                raise _exists(number, in_queue)
            await asyncio.sleep(ENDING_PAUSE)
        raise Unavailable(
            "The removal of this service order's last item is not yet told everywhere"
        )

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
        if in_queue := await self._open_id(number):
            return in_queue
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

    async def _open_id(self, number: int) -> str | None:
        """Needs no worker. None if no workflow is open, or if its item has been removed."""
        described = await self._gateway.describe(queue_workflow_id(number))
        if described is None or described.status is not WorkflowExecutionStatus.RUNNING:
            return None
        if described.typed_search_attributes.get(SERVICE_STATUS) == QueueStatus.REMOVED:
            return None
        return await described.memo_value(QUEUE_ITEM_ID, None, type_hint=str)

    async def _take_up(
        self, state: QueueItem, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """A finished item's workflow has ended; it goes on from the snapshot."""
        start = StartQueueItem(
            **{name: getattr(state, name) for name in QueueEntry.model_fields},
            origin=origin,
            carried=Carried(state=state, told=state.revision),
        )
        return await self._gateway.take_up(start, command, origin)


def queue_link(queue_item_id: str) -> str:
    return f"/fila-execucao/{queue_item_id}"


def _exists(number: int, existing: str) -> QueueItemExists:
    return QueueItemExists(
        f"Ordem de Serviço {number} já está na fila de execução.", existing=queue_link(existing)
    )
