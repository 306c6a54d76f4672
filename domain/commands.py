"""What can be asked of an execution, and what each command does to it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid5

from pydantic import model_validator

from domain.errors import PaymentPending, TooManyTasks
from domain.events import (
    Event,
    ExecutionCancelled,
    ExecutionCompleted,
    ExecutionInvoiced,
    ExecutionPaid,
    ExecutionPaused,
    ExecutionRescheduled,
    ExecutionResumed,
    ExecutionStarted,
    TaskAdded,
    TaskCancelled,
    TaskCompleted,
    TaskStarted,
    TechnicianAssigned,
)
from domain.execution import MINUTE, Execution, Task
from domain.model import Command, Identifier, Input, Instant, Minutes, Text
from domain.status import EXECUTION, TASK, ExecutionAction, TaskStatus, takes_duration

MAX_TASKS = 500

Change = tuple[dict[str, Any], tuple[Event, ...]]
"""Fields of the execution with their new values, and the events that tell of it."""
TaskFields = tuple[dict[str, Any], Event]


class ExecutionCommand(Command):
    """A request to change an execution."""

    ACTION: ClassVar[ExecutionAction]

    def is_done(self, execution: Execution) -> bool:
        """Whether the execution is already as asked, so that a repeat is harmless."""
        return False

    def change(self, execution: Execution, at: datetime) -> Change:
        raise NotImplementedError


def decide(
    execution: Execution, command: ExecutionCommand, at: datetime
) -> tuple[Execution, tuple[Event, ...]]:
    """The execution after `command`, and the events; no events if there was nothing to change.

    `at` is UTC, cut to milliseconds; time never runs backwards for an execution, whatever the
    clocks do. Raises a DomainError, and then nothing has changed.
    """
    if command.is_done(execution):
        return execution, ()
    at = max(at, execution.updated_at)
    status = EXECUTION.after(execution.status, command.ACTION)
    fields, events = command.change(execution, at)
    if not events:
        return execution, ()
    changed = {**fields, "status": status, "updated_at": at}
    changed["version"] = execution.version + len(events)
    return execution.model_copy(update=changed), events


def _order(execution: Execution) -> dict[str, str]:
    return {
        "execution_id": execution.execution_id,
        "service_order_id": execution.service_order_id,
    }


def _budgeted(execution: Execution) -> dict[str, str]:
    return {**_order(execution), "budget_id": execution.budget_id}


def _task(execution: Execution, task: Task) -> dict[str, str]:
    return {"execution_id": execution.execution_id, "task_id": task.task_id}


class Assign(ExecutionCommand):
    """Gives the execution to a technician."""

    ACTION = ExecutionAction.ASSIGN

    technician_id: Identifier

    def change(self, execution: Execution, at: datetime) -> Change:
        if self.technician_id == execution.technician_id:
            return {}, ()
        assigned = TechnicianAssigned(**_order(execution), technician_id=self.technician_id)
        return {"technician_id": self.technician_id}, (assigned,)


class Start(ExecutionCommand):
    """Starts the work, and the clock; with a technician, assigns them first."""

    ACTION = ExecutionAction.START

    technician_id: Identifier | None = None

    def change(self, execution: Execution, at: datetime) -> Change:
        if execution.awaits_payment:
            raise PaymentPending(
                f"Execution {execution.execution_id} cannot start before its payment has arrived",
                currentStatus=execution.status,
                allowedActions=list(execution.allowed_actions),
            )
        started = ExecutionStarted(**_order(execution), start_date=at)
        if self.technician_id is None:
            return {"start_date": at}, (started,)
        fields, assigned = Assign(technician_id=self.technician_id).change(execution, at)
        return fields | {"start_date": at}, (*assigned, started)


class Pause(ExecutionCommand):
    """Stops the clock, for instance while parts are missing."""

    ACTION = ExecutionAction.PAUSE

    reason: Text | None = None

    def change(self, execution: Execution, at: datetime) -> Change:
        paused = ExecutionPaused(**_order(execution), reason=self.reason)
        return {"paused_since": at, "pause_reason": self.reason}, (paused,)


class Resume(ExecutionCommand):
    """Lets the clock run again after a pause."""

    ACTION = ExecutionAction.RESUME

    def change(self, execution: Execution, at: datetime) -> Change:
        fields = {
            "paused_since": None,
            "pause_reason": None,
            "paused_milliseconds": execution.paused_until(at),
        }
        return fields, (ExecutionResumed(**_order(execution)),)


class Complete(ExecutionCommand):
    """Ends the work; invoicing follows. Open tasks do not block it."""

    ACTION = ExecutionAction.COMPLETE

    notes: Text | None = None

    def change(self, execution: Execution, at: datetime) -> Change:
        worked = execution.worked_until(at)
        notes = execution.notes if self.notes is None else self.notes
        completed = ExecutionCompleted(**_budgeted(execution), end_date=at, actual_duration=worked)
        return {"end_date": at, "actual_duration": worked, "notes": notes}, (completed,)


class Cancel(ExecutionCommand):
    """Gives the execution up for good."""

    ACTION = ExecutionAction.CANCEL

    reason: Text

    def change(self, execution: Execution, at: datetime) -> Change:
        fields = {
            "cancel_reason": self.reason,
            "paused_since": None,
            "paused_milliseconds": execution.paused_until(at),
        }
        return fields, (ExecutionCancelled(**_budgeted(execution), reason=self.reason),)


class MarkInvoiced(ExecutionCommand):
    """Records that the customer has been invoiced; nothing follows."""

    ACTION = ExecutionAction.MARK_INVOICED

    invoice_id: Identifier | None = None

    def change(self, execution: Execution, at: datetime) -> Change:
        invoiced = ExecutionInvoiced(**_budgeted(execution), invoice_id=self.invoice_id)
        return {"invoice_id": self.invoice_id}, (invoiced,)


class Schedule(ExecutionCommand):
    """Moves the work to another date."""

    ACTION = ExecutionAction.SCHEDULE

    scheduled_date: Instant
    estimated_duration: Minutes | None = None

    def change(self, execution: Execution, at: datetime) -> Change:
        fields = {
            "scheduled_date": self.scheduled_date,
            "estimated_duration": self.estimated_duration or execution.estimated_duration,
        }
        moved = ExecutionRescheduled(**_order(execution), scheduled_date=self.scheduled_date)
        return fields, (moved,)


class AddTask(ExecutionCommand):
    """Adds a task to the work."""

    ACTION = ExecutionAction.ADD_TASK

    description: Text
    estimated_duration: Minutes
    assigned_to: Identifier | None = None

    def change(self, execution: Execution, at: datetime) -> Change:
        if len(execution.tasks) >= MAX_TASKS:
            raise TooManyTasks(f"An execution takes at most {MAX_TASKS} tasks")
        task = Task(
            # Derived, so that a replay of the history finds the same id.
            task_id=str(uuid5(UUID(execution.execution_id), f"task:{execution.version + 1}")),
            description=self.description,
            estimated_duration=self.estimated_duration,
            assigned_to=self.assigned_to,
        )
        added = TaskAdded(
            execution_id=execution.execution_id, task_id=task.task_id, description=task.description
        )
        return {"tasks": (*execution.tasks, task)}, (added,)


class TaskChange(Input):
    """`actual_duration` goes with COMPLETED; left out, the minutes since the start count."""

    status: TaskStatus
    actual_duration: Minutes | None = None
    assigned_to: Identifier | None = None

    @model_validator(mode="after")
    def _duration_belongs_to_completion(self) -> "TaskChange":
        if self.actual_duration is not None and not takes_duration(self.status):
            raise ValueError("actualDuration is taken with the status COMPLETED only")
        return self


class UpdateTask(TaskChange, ExecutionCommand):
    """Starts, completes or cancels a task."""

    ACTION = ExecutionAction.UPDATE_TASK

    task_id: Identifier

    def change(self, execution: Execution, at: datetime) -> Change:
        task = execution.task(self.task_id)
        status = TASK.after(task.status, self.status)
        if status == task.status:
            return {}, ()
        fields, event = _TASK_CHANGES[status](self, execution, task, at)
        fields |= {"status": status, "assigned_to": self.assigned_to or task.assigned_to}
        changed = task.model_copy(update=fields)
        tasks = tuple(changed if each is task else each for each in execution.tasks)
        return {"tasks": tasks}, (event,)

    def _start(self, execution: Execution, task: Task, at: datetime) -> TaskFields:
        return {"started_at": at}, TaskStarted(**_task(execution, task), started_at=at)

    def _complete(self, execution: Execution, task: Task, at: datetime) -> TaskFields:
        since_start = (at - task.started_at) // MINUTE if task.started_at else 0
        fields = {
            "completed_at": at,
            "actual_duration": self.actual_duration or max(1, since_start),
        }
        return dict(fields), TaskCompleted(**_task(execution, task), **fields)

    def _cancel(self, execution: Execution, task: Task, at: datetime) -> TaskFields:
        return {}, TaskCancelled(**_task(execution, task))


_TASK_CHANGES = {
    TaskStatus.IN_PROGRESS: UpdateTask._start,
    TaskStatus.COMPLETED: UpdateTask._complete,
    TaskStatus.CANCELLED: UpdateTask._cancel,
}


class PaymentCompleted(ExecutionCommand):
    """Records the payment of an execution that was there before it; the first payment counts."""

    ACTION = ExecutionAction.PAYMENT_COMPLETED

    payment_id: Identifier

    def is_done(self, execution: Execution) -> bool:
        return execution.payment_id is not None

    def change(self, execution: Execution, at: datetime) -> Change:
        paid = ExecutionPaid(**_order(execution), payment_id=self.payment_id)
        return {"payment_id": self.payment_id}, (paid,)


COMMANDS: tuple[type[ExecutionCommand], ...] = (
    Start,
    Pause,
    Resume,
    Complete,
    Cancel,
    MarkInvoiced,
    Assign,
    Schedule,
    AddTask,
    UpdateTask,
    PaymentCompleted,
)
