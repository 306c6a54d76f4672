"""Payments: what is paid for is carried out, what was given back is not."""

import logging
from datetime import UTC, datetime

from activities.eventbridge import EventPublisher
from activities.mongo.approvals import Approval
from activities.mongo.tombstones import Tombstones, order_tombstone, payment_tombstone
from api.executions.service import Executions
from api.fila.service import Fila
from domain.execution.commands import Cancel
from domain.execution.errors import ExecutionExists, ExecutionNotFound
from domain.execution.events import ExecutionFailed
from domain.execution.payment_commands import RecordPayment, RecordRefund
from domain.execution.state import Execution, Opening
from domain.fila.commands import LinkExecution
from domain.fila.state import service_order_number
from domain.inbound.messages import PaymentCompletedDetail, PaymentRefundedDetail
from domain.kernel.errors import DomainError
from domain.kernel.events import Metadata, publish
from domain.kernel.values import to_milliseconds
from workflows.contract import Origin, execution_id, fingerprint

log = logging.getLogger("consumer")

ESTIMATED_MINUTES = 60
"""The estimate for an execution that a payment creates: nobody has made one yet."""


class Payments:
    def __init__(
        self,
        executions: Executions,
        fila: Fila,
        tombstones: Tombstones,
        publisher: EventPublisher,
    ) -> None:
        self._executions = executions
        self._fila = fila
        self._tombstones = tombstones
        self._publisher = publisher

    async def complete(self, payment: PaymentCompletedDetail, origin: Origin) -> None:
        """Creates the execution, or records the payment for it. The order's item in the queue comes
        afterwards: the work does not wait for that."""
        number = service_order_number(payment.service_order_id)
        in_queue = await self._fila.id_of(number) if number else None
        try:
            await self._carry_out(payment, in_queue, origin)
        except DomainError as refusal:
            await self._fail(payment, refusal.message, origin)
            return
        if number:
            await self._update_queue(number, payment, origin, is_queued=in_queue is not None)

    async def refund(self, refund: PaymentRefundedDetail, origin: Origin) -> None:
        """Cancels the execution once none of its payments stands any more."""
        reason = refund.reason or "PaymentRefunded"
        record = RecordRefund(
            payment_id=refund.payment_id,
            amount=refund.amount,
            partial=refund.partial,
            reason=refund.reason,
        )
        if refund.payment_id and not refund.partial:
            # Before anything else: the payment that it is about may just be on its way.
            await self._tombstones.leave(payment_tombstone(refund.payment_id), reason)
        try:
            await self._give_back(execution_id(refund.service_order_id), record, reason, origin)
        except DomainError as refusal:
            log.info("no work to give up", extra={"reason": refusal.message})

    async def _carry_out(
        self, payment: PaymentCompletedDetail, in_queue: str | None, origin: Origin
    ) -> None:
        """Raises the DomainError for which the payment can never become work."""
        aggregate_id = execution_id(payment.service_order_id)
        refunded = await self._tombstones.of(payment_tombstone(payment.payment_id))
        called_off = refunded or await self._tombstones.of(
            order_tombstone(payment.service_order_id)
        )
        if called_off is None and await self._create(payment, in_queue, origin):
            # It may have been called off between the look and the start.
            if reason := await self._called_off(payment):
                await self._executions.aggregates.execute(
                    aggregate_id, Cancel(reason=reason), origin
                )
            return
        record = RecordPayment(
            payment_id=payment.payment_id, amount=payment.amount, queue_item_id=in_queue
        )
        try:
            if refunded:
                await self._executions.aggregates.get_strong(aggregate_id)
                log.info("given back before it came", extra={"paymentId": payment.payment_id})
            else:
                await self._executions.aggregates.execute(aggregate_id, record, origin)
        except ExecutionNotFound:
            raise DomainError(f"It was called off before: {called_off}") from None

    async def _called_off(self, payment: PaymentCompletedDetail) -> str | None:
        """The reason why no work may come of the payment, though none is there to be cancelled."""
        for tombstone in (
            order_tombstone(payment.service_order_id),
            payment_tombstone(payment.payment_id),
        ):
            if reason := await self._tombstones.of(tombstone):
                return reason
        return None

    async def _create(
        self, payment: PaymentCompletedDetail, in_queue: str | None, origin: Origin
    ) -> bool:
        """False if the order has an execution already."""
        opening = Opening(
            service_order_id=payment.service_order_id,
            budget_id=payment.budget_id,
            estimated_duration=ESTIMATED_MINUTES,
            notes=f"Auto-created from payment {payment.payment_id}",
            payment_id=payment.payment_id,
            payment_amount=payment.amount,
            queue_item_id=in_queue,
        )
        try:
            await self._executions.create(opening, origin)
        except ExecutionExists:
            return False
        return True

    async def _fail(self, payment: PaymentCompletedDetail, reason: str, origin: Origin) -> None:
        """Reports that this payment leads to no work: nothing else would let the saga know."""
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
            occurred_at=_now(),
            correlation_id=origin.correlation_id or payment.payment_id,
            causation_id=origin.causation_id,
        )
        await self._publisher.publish(publish(event, metadata))

    async def _update_queue(
        self, number: int, payment: PaymentCompletedDetail, origin: Origin, *, is_queued: bool
    ) -> None:
        """Approves the item, for who has paid has approved, and links the execution to it."""
        approval = Approval(
            approved_at=payment.completed_at or _now(),
            budget_id=payment.budget_id,
            message_id=f"payment:{payment.payment_id}",
        )
        link = LinkExecution(execution_id=execution_id(payment.service_order_id))
        try:
            await self._fila.approve(number, approval, origin)
        except DomainError as refusal:
            log.info("nothing to approve in the queue", extra={"reason": refusal.message})
        if not is_queued:
            return
        try:
            await self._fila.execute_for_order(number, link, origin)
        except DomainError as refusal:
            log.info("the queue item refused it", extra={"reason": refusal.message})

    async def _give_back(
        self, aggregate_id: str, record: RecordRefund, reason: str, origin: Origin
    ) -> None:
        # Under a key, because a part may be given back twice, and the message may come twice.
        key = f"refund:{origin.causation_id}:{fingerprint(record)}" if origin.causation_id else None
        recorded = origin.model_copy(update={"key": key})
        state = (await self._executions.aggregates.execute(aggregate_id, record, recorded)).state
        if not record.is_partial(state):
            await self._executions.cancel_if(aggregate_id, _is_unpaid, reason, origin)


def _is_unpaid(execution: Execution) -> bool:
    return not execution.is_paid


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))
