"""Budgets: the customer's approval, and its withdrawal."""

import logging
from datetime import UTC, datetime

from activities.mongo.approvals import Approval
from activities.mongo.tombstones import Tombstones, order_tombstone
from api.consumer.payments import ESTIMATED_MINUTES
from api.executions.service import Executions
from api.fila.service import Fila
from domain.execution.commands import Cancel
from domain.execution.errors import BudgetTaken, ExecutionExists
from domain.execution.state import Execution, Opening
from domain.fila.commands import WithdrawApproval
from domain.fila.state import service_order_number
from domain.inbound.messages import BudgetApprovedDetail, BudgetRejectedDetail
from domain.kernel.errors import DomainError
from domain.kernel.values import to_milliseconds
from workflows.contract import Origin, execution_id

log = logging.getLogger("consumer")


class Budgets:
    def __init__(
        self, executions: Executions, fila: Fila, tombstones: Tombstones, *, precreates: bool
    ) -> None:
        self._executions = executions
        self._fila = fila
        self._tombstones = tombstones
        self._precreates = precreates

    async def approve(self, detail: BudgetApprovedDetail, origin: Origin) -> None:
        number = service_order_number(detail.service_order_id)
        if number:
            approval = Approval(
                approved_at=detail.approved_at or to_milliseconds(datetime.now(UTC)),
                budget_id=detail.budget_id,
                message_id=origin.causation_id,
            )
            try:
                await self._fila.approve(number, approval, origin)
            except DomainError as refusal:
                log.info("no item to approve now", extra={"reason": refusal.message})
        if self._precreates and detail.budget_id:
            await self._precreate(detail.service_order_id, detail.budget_id, origin)

    async def reject(self, detail: BudgetRejectedDetail, origin: Origin) -> None:
        number = service_order_number(detail.service_order_id)
        try:
            if number:
                withdrawal = WithdrawApproval(budget_id=detail.budget_id, reason=detail.reason)
                now = to_milliseconds(datetime.now(UTC))
                await self._fila.withdraw_approval(number, withdrawal, now, origin)
        except DomainError as refusal:
            log.info("no approval to withdraw", extra={"reason": refusal.message})
        reason = detail.reason or "BudgetRejected"

        def only_waits(execution: Execution) -> bool:
            """True while it waits for the payment of this budget."""
            return execution.awaits_payment and detail.budget_id in {None, execution.budget_id}

        try:
            aggregate_id = execution_id(detail.service_order_id)
            await self._executions.cancel_if(aggregate_id, only_waits, reason, origin)
        except DomainError as refusal:
            log.info("no execution to give up", extra={"reason": refusal.message})

    async def _precreate(self, service_order_id: str, budget_id: str, origin: Origin) -> None:
        if await self._tombstones.of(order_tombstone(service_order_id)):
            log.info("not pre-created", extra={"reason": "the order was cancelled before"})
            return
        opening = Opening(
            service_order_id=service_order_id,
            budget_id=budget_id,
            estimated_duration=ESTIMATED_MINUTES,
            payment_required=True,
        )
        try:
            await self._executions.create(opening, origin)
        except (ExecutionExists, BudgetTaken) as refusal:
            log.info("not pre-created", extra={"reason": refusal.message})
            return
        # It may have been cancelled between the look and the start.
        if reason := await self._tombstones.of(order_tombstone(service_order_id)):
            cancel = Cancel(reason=reason)
            await self._executions.aggregates.execute(
                execution_id(service_order_id), cancel, origin
            )
