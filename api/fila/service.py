"""Adds to the workshop's queue, each service order once, and sees that an approval finds its item:
what takes Temporal and the database together."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from activities.mongo.approvals import Approval, Approvals
from activities.mongo.fila_list import QueueList
from api.aggregates.creation_keys import CreationKeys
from api.aggregates.diagnosis import Diagnosis
from api.aggregates.service import Aggregates
from api.errors import KeyReused, NoWorkflow, ServiceError, Unavailable
from api.temporal.gateway import Gateway
from domain.fila.commands import RecordApproval, WithdrawApproval
from domain.fila.errors import ApprovalPending, QueueItemExists, QueueItemNotFound
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import NewQueueItem, QueueEntry, QueueItem
from domain.kernel.aggregate import Answer, Command
from domain.kernel.values import widen
from workflows.client.forced_ends import memo_text
from workflows.contract import (
    QUEUE_ITEM_ID,
    SERVICE_STATUS,
    Origin,
    queue_item_id,
    queue_workflow_id,
    service_order_of,
)
from workflows.start_inputs import StartQueueItem

ENDING_LOOKS, ENDING_PAUSE = 100, 0.05
"""The number of looks whether a workflow that is ending has ended, and the seconds between them."""


@dataclass(frozen=True)
class QueueRules:
    """The rules for items that are added from now on."""

    requires_approval: bool = False
    tells_service_orders: bool = False


class Added(NamedTuple):
    """`answer` is set if there is more than a first version: the item was approved before it came,
    or a request under the same key has been there before."""

    entry: QueueEntry
    answer: Answer[QueueItem] | None = None


class Fila:
    def __init__(
        self,
        aggregates: Aggregates[QueueItem],
        gateway: Gateway[QueueItem],
        creation_keys: CreationKeys,
        queue: QueueList,
        approvals: Approvals,
        rules: QueueRules,
    ) -> None:
        self.aggregates = aggregates
        self.diagnosis = Diagnosis(aggregates, gateway)
        self.queue = queue
        self._gateway = gateway
        self._creation_keys = creation_keys
        self._approvals = approvals
        self._rules = rules

    async def add(self, new: NewQueueItem, origin: Origin) -> Added:
        """Raises QueueItemExists, KeyReused, Unavailable, OutcomeUnknown and PyMongoError."""
        number = new.service_order_id
        fresh = queue_item_id(number, secrets.token_hex(6))
        async with self._creation_keys.under_key(StartQueueItem.ACTION, fresh, origin) as item_id:
            if service_order_of(item_id) != number:
                raise KeyReused(f"Idempotency-Key {origin.key} has added another service order")
            entry = widen(
                new,
                QueueEntry,
                queue_item_id=item_id,
                requires_approval=self._rules.requires_approval,
                tells_service_orders=self._rules.tells_service_orders,
            )
            start = widen(entry, StartQueueItem, origin=origin)
            if item_id != fresh and (answer := await self.aggregates.first_answer(start)):
                return Added(entry, answer)
            if in_queue := await self._start(start):
                # Of two requests under one key, this is the one that came second.
                if in_queue == item_id and (answer := await self.aggregates.first_answer(start)):
                    return Added(entry, answer)
                raise QueueItemExists(
                    f"Ordem de Serviço {number} já está na fila de execução.",
                    existing=queue_link(in_queue),
                )
        with suppress(ServiceError, PyMongoError):  # a repair that is asked for tries again
            return Added(entry, await self._approve_if_known(item_id, origin))
        return Added(entry)

    async def _start(self, start: StartQueueItem) -> str | None:
        """The id of the order's item, if there is one in the queue already."""
        number = start.service_order_id
        # A finished item's workflow has ended, but the item bars its order until it is removed.
        existing = await self.queue.of_service_order(number)
        if existing and not await self._is_leaving(number):
            return existing.queue_item_id
        for _ in range(ENDING_LOOKS):
            if await self._gateway.start(start, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE):
                return None
            described = await self._open_workflow(number)
            if described and (in_queue := await _id_in(described)):
                return in_queue
            await asyncio.sleep(ENDING_PAUSE)
        raise Unavailable(
            "The removal of this service order's last item is not yet told everywhere"
        )

    async def execute(
        self, queue_item_id: str, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """Raises the refusing DomainError, and what Gateway.update raises but NoWorkflow."""
        async with self.aggregates.refused.recorded(queue_item_id, command, origin):
            return await self.execute_unrecorded(queue_item_id, command, origin)

    async def execute_unrecorded(
        self, queue_item_id: str, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """Executes like `execute`, but a refusal leaves no trace. An item that lacks an approval
        gets the one that came before it, if there is one, and the command is tried once more."""
        try:
            return await self.aggregates.execute_unrecorded(queue_item_id, command, origin)
        except ApprovalPending:
            if not await self._approve_if_known(queue_item_id, origin):
                raise
        return await self.aggregates.execute_unrecorded(queue_item_id, command, origin)

    async def approve(self, number: int, approval: Approval, origin: Origin) -> None:
        """Holds for the item that the order has now, or for the next one if it has none.

        Raises QueueItemNotFound if there is none now, and what a command raises.
        """
        in_queue = await self.id_of(number)
        # Written down first: an item that is just being added looks for it last.
        held = await self._approvals.record(
            number, approval.model_copy(update={"queue_item_id": in_queue})
        )
        if held.holds_for(in_queue):
            answer = await self.execute_for_order(number, _approved(held), origin)
            await self._approvals.bind(number, answer.state.queue_item_id)

    async def withdraw_approval(
        self, number: int, command: WithdrawApproval, at: datetime, origin: Origin
    ) -> None:
        """Withdraws an approval, one that is still on its way included. Raises like `approve`."""
        await self._approvals.withdraw(number, command.budget_id, at)
        await self.execute_for_order(number, command, origin)

    async def of_service_order(self, number: int) -> QueueItem:
        """Raises QueueItemNotFound and PyMongoError."""
        item = await self.queue.of_service_order(number)
        if item is None:
            raise QueueItemNotFound.of()
        return item

    async def id_of(self, number: int) -> str | None:
        """The id of the order's item, if it has one: from its workflow, or from the database."""
        if described := await self._open_workflow(number):
            return await _id_in(described)
        item = await self.queue.of_service_order(number)
        return item.queue_item_id if item else None

    async def execute_for_order(
        self, number: int, command: Command[QueueItem], origin: Origin
    ) -> Answer[QueueItem]:
        """Executes like `aggregates.execute_unrecorded`, for the item that the service order has
        now."""
        try:
            return await self._gateway.update(queue_workflow_id(number), command, origin)
        except NoWorkflow:
            item = await self.of_service_order(number)
            return await self.aggregates.execute_closed(item.queue_item_id, command, origin)

    async def _approve_if_known(
        self, queue_item_id: str, origin: Origin
    ) -> Answer[QueueItem] | None:
        """Passes an approval on that came when the order was not in the queue; None if none did."""
        number = service_order_of(queue_item_id)
        approval = await self._approvals.of(number) if number else None
        if number is None or approval is None or not approval.holds_for(queue_item_id):
            return None
        # A command of its own: the key, if there is one, stands for what was asked for.
        origin = origin.model_copy(update={"key": None, "expected_versions": None})
        answer = await self.aggregates.execute_unrecorded(
            queue_item_id, _approved(approval), origin
        )
        await self._approvals.bind(number, queue_item_id)
        return answer

    async def _open_workflow(self, number: int) -> WorkflowExecutionDescription | None:
        """The order's workflow, if one is open; needs no worker."""
        described = await self._gateway.describe(queue_workflow_id(number))
        running = described and described.status is WorkflowExecutionStatus.RUNNING
        return described if running else None

    async def _is_leaving(self, number: int) -> bool:
        """True if its item has been removed, and its workflow is about to end."""
        described = await self._open_workflow(number)
        return described is not None and _is_removed(described)


def _approved(approval: Approval) -> RecordApproval:
    return RecordApproval(approved_at=approval.approved_at, budget_id=approval.budget_id)


async def _id_in(described: WorkflowExecutionDescription) -> str | None:
    """The item's id; None if it has been removed, and its workflow is about to end."""
    return None if _is_removed(described) else await memo_text(described, QUEUE_ITEM_ID)


def _is_removed(described: WorkflowExecutionDescription) -> bool:
    return described.typed_search_attributes.get(SERVICE_STATUS) == QueueStatus.REMOVED


def queue_link(queue_item_id: str) -> str:
    return f"/fila-execucao/{queue_item_id}"
