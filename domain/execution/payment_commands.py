"""Commands that record payments and refunds, which are decided elsewhere."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from domain.execution.errors import BudgetMismatch
from domain.execution.events import ExecutionPaid, ExecutionRefunded
from domain.execution.lifecycle import ExecutionAction
from domain.execution.state import Execution, ExecutionCommand, Payment, named
from domain.kernel.aggregate import Change
from domain.kernel.values import Amount, Identifier, Text, evolve


class RecordFirstPayment(ExecutionCommand):
    """Records the payment of an execution that was there before it; the first payment counts.

    Kept as it was for the saga's signals and for recorded histories; we send RecordPayment.
    """

    ACTION = ExecutionAction.PAYMENT_COMPLETED

    payment_id: Identifier
    budget_id: Identifier | None = None
    queue_item_id: Identifier | None = None

    def is_done(self, state: Execution) -> bool:
        return state.payment_id is not None and self._is_for(state)

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if not self._is_for(state):
            raise BudgetMismatch(
                f"Payment {self.payment_id} is for budget {self.budget_id}, "
                f"execution {state.execution_id} for budget {state.budget_id}"
            )
        paid = ExecutionPaid(**named(state), payment_id=self.payment_id)
        after = evolve(
            state,
            payments=(*state.known_payments, Payment(payment_id=self.payment_id)),
            payment_id=self.payment_id,
            queue_item_id=self.queue_item_id or state.queue_item_id,
        )
        return after, (paid,)

    def _is_for(self, execution: Execution) -> bool:
        return self.budget_id in {None, execution.budget_id}


class RecordPayment(ExecutionCommand):
    """Records a payment of work that is there already, however far it has come."""

    ACTION = ExecutionAction.RECORD_PAYMENT

    payment_id: Identifier
    amount: Amount | None = None
    queue_item_id: Identifier | None = None

    def is_done(self, state: Execution) -> bool:
        return any(payment.payment_id == self.payment_id for payment in state.known_payments)

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        payment = Payment(payment_id=self.payment_id, amount=self.amount)
        after = evolve(
            state,
            payments=(*state.known_payments, payment),
            # The first that stands is the one that clients are shown.
            payment_id=state.payment_id if state.is_paid else self.payment_id,
            queue_item_id=state.queue_item_id or self.queue_item_id,
        )
        paid = ExecutionPaid(**named(state), payment_id=self.payment_id, amount=self.amount)
        return after, (paid,)


class RecordRefund(ExecutionCommand):
    """Records that a payment was given back, or part of it; without a payment, all of them. It
    cancels nothing."""

    ACTION = ExecutionAction.RECORD_REFUND

    payment_id: Identifier | None = None
    amount: Amount | None = None
    partial: bool = False
    reason: Text | None = None

    def is_partial(self, state: Execution) -> bool:
        """True if less was given back than is known to have been paid."""
        paid = [each.amount for each in state.known_payments if self._concerns(each)]
        if self.amount is None or not paid or None in paid:
            return self.partial
        return self.partial or Decimal(self.amount) < sum(Decimal(each or 0) for each in paid)

    def is_done(self, state: Execution) -> bool:
        if self.is_partial(state):
            return False
        concerned = [each for each in state.known_payments if self._concerns(each)]
        return bool(concerned) and all(each.refunded_at for each in concerned)

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        partial, payments = self.is_partial(state), state.known_payments
        if not partial:
            payments = tuple(map(self._given_back(at), self._with_mine(payments)))
        refunded = ExecutionRefunded(
            **named(state),
            payment_id=self.payment_id,
            amount=self.amount,
            partial=partial,
            reason=self.reason,
        )
        standing = (each.payment_id for each in payments if each.refunded_at is None)
        shown = next(standing, state.payment_id)
        return evolve(state, payments=payments, payment_id=shown), (refunded,)

    def _concerns(self, payment: Payment) -> bool:
        return self.payment_id in {None, payment.payment_id}

    def _with_mine(self, payments: tuple[Payment, ...]) -> tuple[Payment, ...]:
        """The payments and this one, if it is new: its refund was quicker."""
        if self.payment_id is None or any(map(self._concerns, payments)):
            return payments
        return (*payments, Payment(payment_id=self.payment_id, amount=self.amount))

    def _given_back(self, at: datetime) -> Callable[[Payment], Payment]:
        def marked(payment: Payment) -> Payment:
            if payment.refunded_at or not self._concerns(payment):
                return payment
            return evolve(payment, refunded_at=at)

        return marked


PAYMENT_COMMANDS: tuple[type[ExecutionCommand], ...] = (
    RecordFirstPayment,
    RecordPayment,
    RecordRefund,
)
