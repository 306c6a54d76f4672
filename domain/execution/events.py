"""Events of executions and of their tasks, for the rest of the company."""

from domain.kernel.events import Event
from domain.kernel.values import Instant


class ExecutionEvent(Event):
    execution_id: str


class LifecycleEvent(ExecutionEvent):
    SOURCE = "execution.lifecycle"

    service_order_id: str


class ExecutionScheduled(LifecycleEvent):
    budget_id: str
    scheduled_date: Instant | None = None


class ExecutionStarted(LifecycleEvent):
    start_date: Instant


class ExecutionPaused(LifecycleEvent):
    reason: str | None = None


class ExecutionResumed(LifecycleEvent):
    pass


class ExecutionCompleted(LifecycleEvent):
    """Invoicing starts here."""

    budget_id: str
    end_date: Instant
    actual_duration: int


class ExecutionCancelled(LifecycleEvent):
    budget_id: str
    reason: str


class ExecutionInvoiced(LifecycleEvent):
    budget_id: str
    invoice_id: str | None = None


class ExecutionRescheduled(LifecycleEvent):
    scheduled_date: Instant


class ExecutionPlanned(LifecycleEvent):
    """Its time is certain: nobody else can have it."""

    plan_revision: int
    start: Instant
    end: Instant
    technician_ids: tuple[str, ...]
    bay_id: str | None = None


class ExecutionUnplanned(LifecycleEvent):
    plan_revision: int


class PlanConflicted(LifecycleEvent):
    """Its time could not be had; somebody has to plan it anew."""

    plan_revision: int
    problem: str


class ExecutionPaid(LifecycleEvent):
    """A payment of an execution that was there before it."""

    payment_id: str
    amount: str | None = None


class ExecutionRefunded(LifecycleEvent):
    """A payment was given back, or part of it: `partial`. The execution itself is not changed."""

    payment_id: str | None = None
    amount: str | None = None
    partial: bool = False
    reason: str | None = None


class TechnicianAssigned(LifecycleEvent):
    technician_id: str


class TaskEvent(ExecutionEvent):
    SOURCE = "execution.task"

    task_id: str


class TaskAdded(TaskEvent):
    description: str


class TaskAssigned(TaskEvent):
    assigned_to: str


class TaskStarted(TaskEvent):
    started_at: Instant


class TaskCompleted(TaskEvent):
    completed_at: Instant
    actual_duration: int


class TaskCancelled(TaskEvent):
    pass


class ExecutionFailed(Event):
    """A payment that can never become an execution; the saga compensates on it."""

    SOURCE = "execution.lifecycle"

    service_order_id: str
    budget_id: str
    payment_id: str
    reason: str
