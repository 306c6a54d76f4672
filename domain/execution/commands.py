"""Commands to an execution, and the change that each makes."""

from datetime import datetime
from typing import Self

from domain.execution.errors import HoldExpired, PaymentPending
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
from domain.execution.plan import Slot
from domain.execution.plan_commands import PLAN_COMMANDS
from domain.execution.planning import commit, freed_from, is_open, reserve, without_plan
from domain.execution.state import Execution, ExecutionCommand, named
from domain.execution.task_commands import TASK_COMMANDS
from domain.kernel.aggregate import Change
from domain.kernel.events import Event
from domain.kernel.values import Identifier, Input, Instant, Minutes, Text, evolve


def _budgeted(execution: Execution) -> dict[str, str]:
    return {**named(execution), "budget_id": execution.budget_id}


class Assignment(Input):
    """The technician to whom an execution is given."""

    technician_id: Identifier


class Assign(Assignment, ExecutionCommand):
    """Gives the execution to a technician."""

    ACTION = ExecutionAction.ASSIGN
    ASKED = Assignment

    slot: Slot | None = None
    """The time that is held on the technician's agenda."""
    reserves: bool = False
    """True if nobody has held any, but there may be an agenda."""

    def unattended(self, state: Execution) -> Self:
        return evolve(self, reserves=True) if state.scheduled_date else self

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if self.technician_id == state.technician_id and not self.slot:
            return state, ()
        assigned = TechnicianAssigned(**named(state), technician_id=self.technician_id)
        state = evolve(state, technician_id=self.technician_id)
        # Work on the floor is never refused for want of a slot; it is asked for afterwards.
        reserves = self.reserves or (state.plan is not None and not is_open(state))
        state, events = _planned_anew(state, self.slot, at, reserves=reserves)
        return state, (assigned, *events)


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
            assign = Assign(technician_id=self.technician_id, reserves=state.plan is not None)
            state, assigned = assign.change(state, at)
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
        state = freed_from(state, at)
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
        stopped = without_plan(stopped, from_=at)
        return stopped, (ExecutionCancelled(**_budgeted(state), reason=self.reason),)


class MarkInvoiced(ExecutionCommand):
    """Records that the customer has been invoiced; nothing follows."""

    ACTION = ExecutionAction.MARK_INVOICED

    invoice_id: Identifier | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        invoiced = ExecutionInvoiced(**_budgeted(state), invoice_id=self.invoice_id)
        return evolve(state, invoice_id=self.invoice_id), (invoiced,)


class Rescheduling(Input):
    """The date to which work is moved, and how long it takes if that has changed."""

    scheduled_date: Instant
    estimated_duration: Minutes | None = None


class Schedule(Rescheduling, ExecutionCommand):
    """Moves the work to another date."""

    ACTION = ExecutionAction.SCHEDULE
    ASKED = Rescheduling

    slot: Slot | None = None
    """The time that is held on the technician's agenda."""
    reserves: bool = False
    """True if nobody has held any, but there may be an agenda."""

    def unattended(self, state: Execution) -> Self:
        return evolve(self, reserves=True) if state.technician_id else self

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        moved = evolve(
            state,
            scheduled_date=self.scheduled_date,
            estimated_duration=self.estimated_duration or state.estimated_duration,
        )
        rescheduled = ExecutionRescheduled(**named(state), scheduled_date=self.scheduled_date)
        moved, events = _planned_anew(moved, self.slot, at, reserves=self.reserves)
        return moved, (rescheduled, *events)


def _planned_anew(
    state: Execution, slot: Slot | None, at: datetime, *, reserves: bool
) -> Change[Execution]:
    """The execution planned for the technician and the date that it has now: on the time that is
    held, or else on what its agendas reserve. Where there is none, an earlier plan has ended."""
    if slot:
        held_for = (slot.work.start, slot.work.technician_ids[0])
        if held_for != (state.scheduled_date, state.technician_id):
            raise HoldExpired("The execution has changed since the time was held; send it again")
        return commit(state, slot, at)
    if reserves and state.technician_id and state.scheduled_date:
        technicians = (state.technician_id,)
        return reserve(state, state.scheduled_date, technicians, optional=True), ()
    return without_plan(state), ()


EXECUTION_COMMANDS: tuple[type[ExecutionCommand], ...] = (
    Start,
    Pause,
    Resume,
    Complete,
    Cancel,
    MarkInvoiced,
    Assign,
    Schedule,
    *PLAN_COMMANDS,
    *TASK_COMMANDS,
    *PAYMENT_COMMANDS,
)
