"""Commands to an execution, and the change that each makes."""

from datetime import datetime

from domain.execution.errors import PaymentPending
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
from domain.kernel.events import Event
from domain.kernel.values import Identifier, Instant, Minutes, Text, evolve


def _budgeted(execution: Execution) -> dict[str, str]:
    return {**named(execution), "budget_id": execution.budget_id}


class Assign(ExecutionCommand):
    """Gives the execution to a technician."""

    ACTION = ExecutionAction.ASSIGN

    technician_id: Identifier

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if self.technician_id == state.technician_id:
            return state, ()
        assigned = TechnicianAssigned(**named(state), technician_id=self.technician_id)
        return evolve(state, technician_id=self.technician_id), (assigned,)


class Start(ExecutionCommand):
    """Starts the work, and the clock; with a technician, assigns them first."""

    ACTION = ExecutionAction.START

    technician_id: Identifier | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if state.awaits_payment:
            raise PaymentPending(
                f"Execution {state.execution_id} cannot start before its payment has arrived",
                **state.refusal_facts,
            )
        started = ExecutionStarted(**named(state), start_date=at)
        assigned: tuple[Event, ...] = ()
        if self.technician_id is not None:
            state, assigned = Assign(technician_id=self.technician_id).change(state, at)
        return state.with_clock(state.clock.start(at)), (*assigned, started)


class Pause(ExecutionCommand):
    """Stops the clock, for instance while parts are missing."""

    ACTION = ExecutionAction.PAUSE

    reason: Text | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        paused = ExecutionPaused(**named(state), reason=self.reason)
        return state.with_clock(state.clock.pause(at), pause_reason=self.reason), (paused,)


class Resume(ExecutionCommand):
    """Lets the clock run again after a pause."""

    ACTION = ExecutionAction.RESUME

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        resumed = state.with_clock(state.clock.resume(at), pause_reason=None)
        return resumed, (ExecutionResumed(**named(state)),)


class Complete(ExecutionCommand):
    """Ends the work; invoicing follows. Open tasks do not block it."""

    ACTION = ExecutionAction.COMPLETE

    notes: Text | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        worked = state.clock.worked_minutes(at)
        notes = state.notes if self.notes is None else self.notes
        completed = ExecutionCompleted(**_budgeted(state), end_date=at, actual_duration=worked)
        return evolve(state, end_date=at, actual_duration=worked, notes=notes), (completed,)


class Cancel(ExecutionCommand):
    """Gives the execution up for good."""

    ACTION = ExecutionAction.CANCEL

    reason: Text

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        stopped = state.with_clock(
            state.clock.stop(at),
            cancel_reason=self.reason,
            end_date=at,
            actual_duration=state.clock.worked_minutes(at) if state.start_date else None,
            pause_reason=None,
        )
        return stopped, (ExecutionCancelled(**_budgeted(state), reason=self.reason),)


class MarkInvoiced(ExecutionCommand):
    """Records that the customer has been invoiced; nothing follows."""

    ACTION = ExecutionAction.MARK_INVOICED

    invoice_id: Identifier | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        invoiced = ExecutionInvoiced(**_budgeted(state), invoice_id=self.invoice_id)
        return evolve(state, invoice_id=self.invoice_id), (invoiced,)


class Schedule(ExecutionCommand):
    """Moves the work to another date."""

    ACTION = ExecutionAction.SCHEDULE

    scheduled_date: Instant
    estimated_duration: Minutes | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        moved = evolve(
            state,
            scheduled_date=self.scheduled_date,
            estimated_duration=self.estimated_duration or state.estimated_duration,
        )
        return moved, (ExecutionRescheduled(**named(state), scheduled_date=self.scheduled_date),)


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
