"""What can be asked of an execution, and what each command does to it."""

from datetime import datetime

from domain.execution.events import (
    ExecutionCancelled,
    ExecutionCompleted,
    ExecutionInvoiced,
    ExecutionPaused,
    ExecutionRescheduled,
    ExecutionResumed,
    ExecutionStarted,
    TechnicianAssigned,
)
from domain.execution.lifecycle import ExecutionAction
from domain.execution.payment_commands import PAYMENT_COMMANDS
from domain.execution.state import Execution, ExecutionCommand, named
from domain.execution.task_commands import TASK_COMMANDS
from domain.kernel.aggregate import Change
from domain.kernel.errors import PaymentPending
from domain.kernel.values import Identifier, Instant, Minutes, Text


def _budgeted(execution: Execution) -> dict[str, str]:
    return {**named(execution), "budget_id": execution.budget_id}


class Assign(ExecutionCommand):
    """Gives the execution to a technician."""

    ACTION = ExecutionAction.ASSIGN

    technician_id: Identifier

    def change(self, state: Execution, at: datetime) -> Change:
        if self.technician_id == state.technician_id:
            return {}, ()
        assigned = TechnicianAssigned(**named(state), technician_id=self.technician_id)
        return {"technician_id": self.technician_id}, (assigned,)


class Start(ExecutionCommand):
    """Starts the work, and the clock; with a technician, assigns them first."""

    ACTION = ExecutionAction.START

    technician_id: Identifier | None = None

    def change(self, state: Execution, at: datetime) -> Change:
        if state.awaits_payment:
            raise PaymentPending(
                f"Execution {state.execution_id} cannot start before its payment has arrived",
                **state.why_not,
            )
        started = ExecutionStarted(**named(state), start_date=at)
        if self.technician_id is None:
            return {"start_date": at}, (started,)
        fields, assigned = Assign(technician_id=self.technician_id).change(state, at)
        return fields | {"start_date": at}, (*assigned, started)


class Pause(ExecutionCommand):
    """Stops the clock, for instance while parts are missing."""

    ACTION = ExecutionAction.PAUSE

    reason: Text | None = None

    def change(self, state: Execution, at: datetime) -> Change:
        paused = ExecutionPaused(**named(state), reason=self.reason)
        return {"paused_since": at, "pause_reason": self.reason}, (paused,)


class Resume(ExecutionCommand):
    """Lets the clock run again after a pause."""

    ACTION = ExecutionAction.RESUME

    def change(self, state: Execution, at: datetime) -> Change:
        fields = {
            "paused_since": None,
            "pause_reason": None,
            "paused_milliseconds": state.paused_until(at),
        }
        return fields, (ExecutionResumed(**named(state)),)


class Complete(ExecutionCommand):
    """Ends the work; invoicing follows. Open tasks do not block it."""

    ACTION = ExecutionAction.COMPLETE

    notes: Text | None = None

    def change(self, state: Execution, at: datetime) -> Change:
        worked = state.worked_until(at)
        notes = state.notes if self.notes is None else self.notes
        completed = ExecutionCompleted(**_budgeted(state), end_date=at, actual_duration=worked)
        return {"end_date": at, "actual_duration": worked, "notes": notes}, (completed,)


class Cancel(ExecutionCommand):
    """Gives the execution up for good."""

    ACTION = ExecutionAction.CANCEL

    reason: Text

    def change(self, state: Execution, at: datetime) -> Change:
        fields = {
            "cancel_reason": self.reason,
            "end_date": at,
            "actual_duration": state.worked_until(at) if state.start_date else None,
            "paused_since": None,
            "pause_reason": None,
            "paused_milliseconds": state.paused_until(at),
        }
        return fields, (ExecutionCancelled(**_budgeted(state), reason=self.reason),)


class MarkInvoiced(ExecutionCommand):
    """Records that the customer has been invoiced; nothing follows."""

    ACTION = ExecutionAction.MARK_INVOICED

    invoice_id: Identifier | None = None

    def change(self, state: Execution, at: datetime) -> Change:
        invoiced = ExecutionInvoiced(**_budgeted(state), invoice_id=self.invoice_id)
        return {"invoice_id": self.invoice_id}, (invoiced,)


class Schedule(ExecutionCommand):
    """Moves the work to another date."""

    ACTION = ExecutionAction.SCHEDULE

    scheduled_date: Instant
    estimated_duration: Minutes | None = None

    def change(self, state: Execution, at: datetime) -> Change:
        fields = {
            "scheduled_date": self.scheduled_date,
            "estimated_duration": self.estimated_duration or state.estimated_duration,
        }
        moved = ExecutionRescheduled(**named(state), scheduled_date=self.scheduled_date)
        return fields, (moved,)


EXECUTION_COMMANDS: tuple[type[ExecutionCommand], ...] = (
    Start,
    Pause,
    Resume,
    Complete,
    Cancel,
    MarkInvoiced,
    Assign,
    Schedule,
    *TASK_COMMANDS,
    *PAYMENT_COMMANDS,
)
