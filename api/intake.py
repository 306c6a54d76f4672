"""What each message from the bus leads to. Every message may come twice, late, or out of order."""

import logging
from datetime import UTC, datetime

from activities.approvals import Approval
from activities.log import CORRELATION_ID, relate
from activities.publisher import EventPublisher
from api.composition import Services
from domain import execution_commands, queue_commands
from domain.errors import BudgetTaken, DomainError, ExecutionExists, ExecutionNotFound
from domain.events import Metadata, publish
from domain.execution import Opening
from domain.execution_commands import Cancel
from domain.execution_events import ExecutionFailed
from domain.messages import (
    BudgetApproved,
    BudgetApprovedDetail,
    Compensation,
    Message,
    PaymentCompleted,
    PaymentCompletedDetail,
)
from domain.model import to_milliseconds
from domain.queue_item import QueueCommand, service_order_number
from workflows.contract import Door, Origin, execution_id

log = logging.getLogger("consumer")

ESTIMATED_MINUTES = 60
"""Of an execution that a payment opens: nobody has estimated it yet."""


class Intake:
    def __init__(self, services: Services, publisher: EventPublisher, *, precreates: bool) -> None:
        self._service = services.executions
        self._queue = services.queue
        self._publisher = publisher
        self._precreates = precreates

    async def accept(self, message: Message) -> None:
        """Returns once the message has had its effect for good.

        Raises Unavailable, OutcomeUnknown, PyMongoError, or what the publisher raises.
        """
        origin = _origin(message)
        relate({CORRELATION_ID: origin.correlation_id, "messageType": message.type})
        match message:
            case PaymentCompleted(detail=payment):
                await self._pay(payment, origin)
            case BudgetApproved(detail=approval):
                await self._approve(approval, origin)
                if self._precreates:
                    await self._precreate(approval, origin)
            case Compensation(detail=compensation):
                reason = compensation.reason or message.type
                await self._cancel(compensation.service_order_id, reason, origin)
            case _:
                log.info("acknowledged without effect")

    async def _pay(self, payment: PaymentCompletedDetail, origin: Origin) -> None:
        """The order's item in the queue is told afterwards: the work does not wait for that."""
        queue_item_id = await self._queue_item_of(payment.service_order_id)
        if await self._open(payment, queue_item_id, origin) and queue_item_id:
            link = queue_commands.LinkExecution(execution_id=execution_id(payment.service_order_id))
            await self._tell_queue(payment.service_order_id, link, origin)

    async def _open(
        self, payment: PaymentCompletedDetail, queue_item_id: str | None, origin: Origin
    ) -> bool:
        """Whether the payment has led to an execution, now or before."""
        opening = Opening(
            service_order_id=payment.service_order_id,
            budget_id=payment.budget_id,
            estimated_duration=ESTIMATED_MINUTES,
            notes=f"Auto-created from payment {payment.payment_id}",
            payment_id=payment.payment_id,
            queue_item_id=queue_item_id,
        )
        paid = execution_commands.PaymentCompleted(
            payment_id=payment.payment_id,
            budget_id=payment.budget_id,
            queue_item_id=queue_item_id,
        )
        try:
            try:
                await self._service.create(opening, origin)
            except ExecutionExists:
                await self._service.command(execution_id(payment.service_order_id), paid, origin)
        except DomainError as refusal:
            await self._fail(payment, refusal.message, origin)
            return False
        return True

    async def _fail(self, payment: PaymentCompletedDetail, reason: str, origin: Origin) -> None:
        """Nothing else would tell the saga that this payment leads to no work."""
        log.error("payment failed", extra={"paymentId": payment.payment_id, "reason": reason})
        event = ExecutionFailed(
            service_order_id=payment.service_order_id,
            budget_id=payment.budget_id,
            payment_id=payment.payment_id,
            reason=reason,
        )
        metadata = Metadata(
            event_id=f"payment-{payment.payment_id}:1",
            sequence=1,
            occurred_at=to_milliseconds(datetime.now(UTC)),
            correlation_id=origin.correlation_id or payment.payment_id,
            causation_id=origin.causation_id,
        )
        await self._publisher.publish(publish(event, metadata))

    async def _approve(self, approval: BudgetApprovedDetail, origin: Origin) -> None:
        number = service_order_number(approval.service_order_id)
        if number is None:
            return
        approved_at = approval.approved_at or to_milliseconds(datetime.now(UTC))
        approved = Approval(approved_at=approved_at, budget_id=approval.budget_id)
        try:
            await self._queue.approve(number, approved, origin)
        except DomainError as refusal:
            log.info("no item to approve now", extra={"reason": refusal.message})

    async def _tell_queue(
        self, service_order_id: str, command: QueueCommand, origin: Origin
    ) -> None:
        number = service_order_number(service_order_id)
        if number is None:
            return
        try:
            await self._queue.command_order(number, command, origin)
        except DomainError as refusal:
            log.info("not told to the queue", extra={"reason": refusal.message})

    async def _queue_item_of(self, service_order_id: str) -> str | None:
        number = service_order_number(service_order_id)
        return await self._queue.id_of(number) if number else None

    async def _precreate(self, approval: BudgetApprovedDetail, origin: Origin) -> None:
        opening = Opening(
            service_order_id=approval.service_order_id,
            budget_id=approval.budget_id,
            estimated_duration=ESTIMATED_MINUTES,
            payment_required=True,
        )
        try:
            await self._service.create(opening, origin)
        except (ExecutionExists, BudgetTaken) as refusal:
            log.info("not pre-created", extra={"reason": refusal.message})

    async def _cancel(self, service_order_id: str, reason: str, origin: Origin) -> None:
        command = Cancel(reason=reason)
        try:
            await self._service.command(execution_id(service_order_id), command, origin)
        except (ExecutionNotFound, DomainError) as refusal:
            log.info("not cancelled", extra={"reason": refusal.message})


def _origin(message: Message) -> Origin:
    return Origin(
        via=Door.QUEUE,
        correlation_id=message.correlation_id or message.id,
        causation_id=message.id,
    )
