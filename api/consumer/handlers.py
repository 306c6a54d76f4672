"""Hands each message to what it is about. Every one may come twice, late, or out of order."""

import logging

from activities.eventbridge import EventPublisher
from activities.log import CORRELATION_ID, relate
from activities.mongo.tombstones import Tombstones
from api.consumer.budgets import Budgets
from api.consumer.orders import Orders
from api.consumer.payments import Payments
from api.executions.service import Executions
from api.fila.service import Fila
from domain.inbound.messages import (
    BudgetApproved,
    BudgetRejected,
    Message,
    OrderCancelled,
    OrderStatusUpdated,
    PaymentCompleted,
    PaymentRefunded,
)
from workflows.contract import Door, Origin

log = logging.getLogger("consumer")


class MessageHandler:
    def __init__(
        self,
        executions: Executions,
        fila: Fila,
        tombstones: Tombstones,
        publisher: EventPublisher,
        *,
        precreates: bool,
    ) -> None:
        self._payments = Payments(executions, fila, tombstones, publisher)
        self._budgets = Budgets(executions, fila, tombstones, precreates=precreates)
        self._orders = Orders(executions, fila, tombstones)

    async def handle(self, message: Message) -> None:
        """Returns once the message has had its effect for good.

        Raises ServiceError, PyMongoError, or what the publisher raises.
        """
        origin = _origin(message)
        relate({CORRELATION_ID: origin.correlation_id, "messageType": message.type})
        if message.left_out:
            log.warning("not taken as it was sent", extra={"fields": sorted(message.left_out)})
        match message:
            case PaymentCompleted(detail=payment):
                await self._payments.complete(payment, origin)
            case PaymentRefunded(detail=refund):
                await self._payments.refund(refund, origin)
            case BudgetApproved(detail=approval):
                await self._budgets.approve(approval, origin)
            case BudgetRejected(detail=rejection):
                await self._budgets.reject(rejection, origin)
            case OrderCancelled(detail=cancellation) | OrderStatusUpdated(detail=cancellation):
                await self._orders.cancel(cancellation, origin)
            case _:
                log.info("acknowledged without effect")


def _origin(message: Message) -> Origin:
    return Origin(
        via=Door.QUEUE,
        correlation_id=message.correlation_id or message.id,
        causation_id=message.id,
    )
