"""Commands that plan an execution on the agendas of technicians and bays."""

from datetime import datetime

from domain.execution.events import (
    ExecutionRescheduled,
    ExecutionUnplanned,
    TechnicianAssigned,
)
from domain.execution.lifecycle import ExecutionAction
from domain.execution.plan import PlanRequest, Slot
from domain.execution.planning import (
    booked,
    commit,
    conflicted,
    is_open,
    reserve,
    unbooked,
    without_plan,
)
from domain.execution.state import Execution, ExecutionCommand, named
from domain.kernel.aggregate import Change
from domain.kernel.events import Event
from domain.kernel.values import evolve


class MakePlan(PlanRequest, ExecutionCommand):
    """Plans the work on technicians, and on a bay, from an instant on."""

    ACTION = ExecutionAction.PLAN
    ASKED = PlanRequest

    slot: Slot | None = None
    """The time that is held for it; without one, it is asked for afterwards."""

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        before = state
        if self.slot:
            state, events = commit(state, self.slot, at)
        else:
            asked = {name: getattr(self, name) for name in PlanRequest.model_fields}
            state, events = reserve(state, **asked), ()
        state = evolve(state, technician_id=self.technician_ids[0])
        if is_open(state):
            state = evolve(state, scheduled_date=self.start)
        return state, (*events, *_followed(before, state))


class Unplan(ExecutionCommand):
    """Gives the planned time back; date and technician stay."""

    ACTION = ExecutionAction.UNPLAN

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if state.plan is None:
            return state, ()
        unplanned = without_plan(state)
        event = ExecutionUnplanned(**named(state), plan_revision=unplanned.plan_revision)
        return unplanned, (event,)


class SettlePlan(ExecutionCommand):
    """Records what the agendas have said to a plan: they hold its time, or have a problem. Without
    either, its technicians have no agenda, and there is no plan."""

    ACTION = ExecutionAction.SETTLE_PLAN

    plan_revision: int
    slot: Slot | None = None
    problem: str | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if state.plan is None or state.plan.revision != self.plan_revision:
            return state, ()  # there is another plan by now
        if self.problem is not None:
            return conflicted(state, state.plan, self.problem)
        if self.slot is None:
            return unbooked(state, state.plan), ()
        return booked(state, state.plan, self.slot, at)


def _followed(before: Execution, after: Execution) -> tuple[Event, ...]:
    """Events that consumers know from before there were plans."""
    events: list[Event] = []
    if after.scheduled_date != before.scheduled_date and after.scheduled_date:
        events.append(ExecutionRescheduled(**named(after), scheduled_date=after.scheduled_date))
    if after.technician_id != before.technician_id and after.technician_id:
        events.append(TechnicianAssigned(**named(after), technician_id=after.technician_id))
    return tuple(events)


PLAN_COMMANDS: tuple[type[ExecutionCommand], ...] = (MakePlan, Unplan)
"""Commands that are sent; the workflow settles a plan by itself."""
