"""Service orders that are not to be carried out after all."""

import logging

from activities.mongo.tombstones import Tombstones, order_tombstone
from api.executions.service import Executions
from api.fila.service import Fila
from domain.execution.commands import Cancel
from domain.fila.commands import CancelOrder
from domain.fila.state import service_order_number
from domain.inbound.messages import OrderCancelledDetail
from domain.kernel.errors import DomainError
from workflows.contract import Origin, execution_id

log = logging.getLogger("consumer")


class Orders:
    def __init__(self, executions: Executions, fila: Fila, tombstones: Tombstones) -> None:
        self._executions = executions
        self._fila = fila
        self._tombstones = tombstones

    async def cancel(self, detail: OrderCancelledDetail, origin: Origin) -> None:
        """Gives up what can still be given up, in both places, and bars what is still to come."""
        order, reason = detail.service_order_id, detail.reason or "OrderCancelled"
        await self._tombstones.leave(order_tombstone(order), reason)
        try:
            cancel = Cancel(reason=reason)
            await self._executions.aggregates.execute(execution_id(order), cancel, origin)
        except DomainError as refusal:
            log.info("not cancelled", extra={"reason": refusal.message})
        finally:
            # Also where the execution cannot go on: the item can.
            await self._leave_queue(order, CancelOrder(reason=reason), origin)

    async def _leave_queue(self, order: str, command: CancelOrder, origin: Origin) -> None:
        number = service_order_number(order)
        if number is None:
            return
        try:
            await self._fila.execute_for_order(number, command, origin)
        except DomainError as refusal:
            log.info("the queue item refused it", extra={"reason": refusal.message})
