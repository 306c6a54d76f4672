"""Service orders that are not to be carried out after all."""

import logging

from activities.mongo.tombstones import order_tombstone
from api.composition import Services
from domain.execution.commands import Cancel
from domain.fila.commands import CancelOrder
from domain.fila.state import service_order_number
from domain.inbound.messages import OrderCancelledDetail
from domain.kernel.errors import DomainError
from workflows.contract import Origin, execution_id

log = logging.getLogger("consumer")


class Orders:
    def __init__(self, services: Services) -> None:
        self._executions = services.executions
        self._queue = services.queue
        self._tombstones = services.tombstones

    async def cancel(self, detail: OrderCancelledDetail, origin: Origin) -> None:
        """Gives up what can still be given up, in both places, and bars what is still to come."""
        order, reason = detail.service_order_id, detail.reason or "OrderCancelled"
        await self._tombstones.leave(order_tombstone(order), reason)
        try:
            await self._executions.command(execution_id(order), Cancel(reason=reason), origin)
        except DomainError as refusal:
            log.info("not cancelled", extra={"reason": refusal.message})
        finally:
            # Also where the execution is in trouble: the item is not.
            await self._leave_queue(order, CancelOrder(reason=reason), origin)

    async def _leave_queue(self, order: str, command: CancelOrder, origin: Origin) -> None:
        number = service_order_number(order)
        if number is None:
            return
        try:
            await self._queue.command_order(number, command, origin)
        except DomainError as refusal:
            log.info("not told to the queue", extra={"reason": refusal.message})
