"""An execution: the paid work of one service order, and how a command changes it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from domain.execution.errors import ExecutionNotFound, TaskNotFound
from domain.execution.events import ExecutionScheduled
from domain.execution.lifecycle import (
    EXECUTION,
    ExecutionAction,
    ExecutionStatus,
    TaskStatus,
)
from domain.execution.plan import Plan, PlanErrand
from domain.execution.work_clock import WorkClock
from domain.kernel.aggregate import Aggregate, Command
from domain.kernel.values import (
    Amount,
    Identifier,
    Input,
    Instant,
    Minutes,
    Text,
    Value,
    evolve,
)


class Task(Value):
    task_id: str
    description: str
    status: TaskStatus = TaskStatus.PENDING
    estimated_duration: int
    actual_duration: int | None = None
    assigned_to: str | None = None
    started_at: Instant | None = None
    completed_at: Instant | None = None


class Payment(Value):
    """A payment for the work; one that was given back whole has `refunded_at`. `amount` is a
    decimal number in the currency of the sender."""

    payment_id: str
    amount: str | None = None
    refunded_at: Instant | None = None


class NewExecution(Input):
    """What a client says of an execution to be."""

    service_order_id: Identifier
    budget_id: Identifier
    estimated_duration: Minutes
    scheduled_date: Instant | None = None
    technician_id: Identifier | None = None
    notes: Text | None = None


class Opening(NewExecution):
    """All that it takes to open one; `payment_required` bars start until the payment is in."""

    payment_id: Identifier | None = None
    payment_amount: Amount | None = None
    payment_required: bool = False
    queue_item_id: Identifier | None = None


class Execution(Aggregate):
    LIFECYCLE = EXECUTION
    NOT_FOUND = ExecutionNotFound
    NOT_FOR_CLIENTS: ClassVar = frozenset(
        {
            ExecutionAction.PAYMENT_COMPLETED,
            ExecutionAction.RECORD_PAYMENT,
            ExecutionAction.RECORD_REFUND,
            ExecutionAction.SETTLE_PLAN,
        }
    )

    execution_id: str
    service_order_id: str
    budget_id: str
    technician_id: str | None = None
    status: ExecutionStatus
    scheduled_date: Instant | None = None
    start_date: Instant | None = None
    end_date: Instant | None = None
    estimated_duration: int
    actual_duration: int | None = None
    tasks: tuple[Task, ...] = ()
    notes: str | None = None
    paused_since: Instant | None = None
    pause_reason: str | None = None
    paused_milliseconds: int = 0
    cancel_reason: str | None = None
    payment_id: str | None = None
    payments: tuple[Payment, ...] = ()
    payment_required: bool = False
    invoice_id: str | None = None
    queue_item_id: str | None = None
    plan: Plan | None = None
    plan_revision: int = 0
    plan_hold_id: str | None = None
    plan_errands: tuple[PlanErrand, ...] = ()

    @classmethod
    def not_found(cls, aggregate_id: str) -> ExecutionNotFound:
        return ExecutionNotFound.of(aggregate_id)

    @property
    def aggregate_id(self) -> str:
        return self.execution_id

    @property
    def awaits_payment(self) -> bool:
        return self.payment_required and self.payment_id is None

    @property
    def forbidden_actions(self) -> frozenset[ExecutionAction]:
        start = {ExecutionAction.START} if self.awaits_payment else set()
        return frozenset(start if self.plan else {*start, ExecutionAction.UNPLAN})

    @property
    def has_errands(self) -> bool:
        return bool(self.plan_errands)

    @property
    def is_over(self) -> bool:
        return super().is_over and not self.plan_errands

    @property
    def known_payments(self) -> tuple[Payment, ...]:
        """All of them, also that of a state which an earlier release has written."""
        if self.payments or self.payment_id is None:
            return self.payments
        return (Payment(payment_id=self.payment_id),)

    @property
    def is_paid(self) -> bool:
        """True if there is a payment that has not been given back in full."""
        return any(payment.refunded_at is None for payment in self.known_payments)

    def task(self, task_id: str) -> Task:
        """Raises TaskNotFound."""
        for task in self.tasks:
            if task.task_id == task_id:
                return task
        raise TaskNotFound(f"Task with ID {task_id} not found in execution {self.execution_id}")

    @property
    def clock(self) -> WorkClock:
        return WorkClock(self.start_date, self.paused_since, self.paused_milliseconds)

    def with_clock(self, clock: WorkClock, **fields: Any) -> Self:
        return evolve(
            self,
            start_date=clock.started,
            paused_since=clock.paused_since,
            paused_milliseconds=clock.paused_ms,
            **fields,
        )


def open_execution(
    new: Opening, execution_id: str, at: datetime
) -> tuple[Execution, tuple[ExecutionScheduled, ...]]:
    """The first version of an execution. `at` is UTC, cut to milliseconds."""
    fields = {name: getattr(new, name) for name in Opening.model_fields}
    amount = fields.pop("payment_amount")
    payment_id = new.payment_id
    execution = Execution(
        execution_id=execution_id,
        status=ExecutionStatus.SCHEDULED,
        created_at=at,
        updated_at=at,
        version=1,
        payments=(Payment(payment_id=payment_id, amount=amount),) if payment_id else (),
        **fields,
    )
    scheduled = ExecutionScheduled(
        execution_id=execution_id,
        service_order_id=new.service_order_id,
        budget_id=new.budget_id,
        scheduled_date=new.scheduled_date,
    )
    return execution, (scheduled,)


def named(execution: Execution) -> dict[str, str]:
    """Fields that every event of the lifecycle has."""
    return {
        "execution_id": execution.execution_id,
        "service_order_id": execution.service_order_id,
    }


class ExecutionCommand(Command[Execution]):
    """A request to change an execution."""

    ACTION: ClassVar[ExecutionAction]
