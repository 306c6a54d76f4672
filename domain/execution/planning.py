"""Changes of an execution's plan: commitment, what follows from it for the agendas, and its end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.execution.errors import HoldExpired
from domain.execution.events import ExecutionPlanned, PlanConflicted
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import (
    LEASE_LEFT,
    Plan,
    PlanErrand,
    PlannedWork,
    PlanState,
    Slot,
    claims,
    releases,
    reservation,
    wanted,
)
from domain.execution.state import Execution, named
from domain.kernel.aggregate import Change
from domain.kernel.events import Event
from domain.kernel.values import evolve, widen


def commit(state: Execution, slot: Slot, at: datetime) -> Change[Execution]:
    """The execution planned on the time that is held for it. Raises HoldExpired if the hold may run
    out before the plan is known."""
    check_lease(slot, at)
    plan = _next_plan(state, slot.work, PlanState.BOOKED)
    state = _with_plan(state, plan, claims(plan, slot.hold_id), slot.hold_id)
    return state, (planned(state),)


def check_lease(slot: Slot, at: datetime) -> None:
    if slot.until is not None and slot.until - at < LEASE_LEFT:
        raise HoldExpired("The time was held too briefly; nothing was changed, so send it again")


def reserve(
    state: Execution,
    start: datetime,
    technician_ids: tuple[str, ...],
    duration_minutes: int | None = None,
    *,
    optional: bool = False,
    **fields: Any,
) -> Execution:
    """The execution with a plan that nobody holds the time of: its agendas are asked for it. What
    is not said stays as it was planned before."""
    duration = duration_minutes or state.estimated_duration
    known = state.plan
    before = {"bay_id": known.bay_id, "splittable": known.splittable} if known else {}
    work = wanted(start, duration, technician_ids, **(before | fields))
    plan = _next_plan(state, work, PlanState.CLAIMING)
    return _with_plan(state, plan, [reservation(plan, optional=optional)])


def planned_at_opening(
    state: Execution, events: tuple[Event, ...], slot: Slot | None, at: datetime
) -> Change[Execution]:
    """The execution as it was opened, on the time that is held for it. An opening is not refused:
    where the hold may run out, the time is asked for."""
    if slot is None:
        return state, events
    try:
        state, more = commit(state, slot, at)
    except HoldExpired:
        return reserved_at_opening(state), events
    return evolve(state, version=state.version + len(more)), (*events, *more)


def reserved_at_opening(state: Execution) -> Execution:
    """The execution with a plan for the technician and the date that it was opened with, if it was
    with both."""
    if state.technician_id is None or state.scheduled_date is None:
        return state
    return reserve(state, state.scheduled_date, (state.technician_id,), optional=True)


def _next_plan(state: Execution, work: PlannedWork, planned: PlanState) -> Plan:
    return widen(work, Plan, revision=state.plan_revision + 1, state=planned)


def _with_plan(
    state: Execution, plan: Plan, first: Iterable[PlanErrand], hold_id: str | None = None
) -> Execution:
    """The execution with this plan. The time of the one before is given back only after that of
    this one is claimed."""
    kept = _unclaimed(state)
    # A plan of the past claims nothing, and nothing would take the place of what is booked.
    claimed = plan.resources if plan.blocks or plan.state is PlanState.CLAIMING else ()
    given_back = releases(state.plan, state.plan_hold_id, plan.revision, but=claimed)
    return evolve(
        state,
        plan=plan,
        plan_revision=plan.revision,
        plan_hold_id=hold_id,
        plan_errands=(*kept, *first, *given_back),
    )


def booked(state: Execution, plan: Plan, slot: Slot, at: datetime) -> Change[Execution]:
    """The execution whose present plan has got its time. Raises like `commit`."""
    check_lease(slot, at)
    fields = {name: getattr(slot.work, name) for name in PlannedWork.model_fields}
    plan = evolve(plan, **fields, state=PlanState.BOOKED)
    kept = _unclaimed(state)
    claimed = claims(plan, slot.hold_id) or releases(plan, None, plan.revision)
    # First, so that what an earlier plan has is given back only after it.
    errands = (*claimed, *kept)
    state = evolve(state, plan=plan, plan_hold_id=slot.hold_id, plan_errands=errands)
    return state, (planned(state),)


def conflicted(state: Execution, plan: Plan, problem: str) -> Change[Execution]:
    """The execution whose present plan cannot have its time, nor keeps any of it."""
    event = PlanConflicted(**named(state), plan_revision=plan.revision, problem=problem)
    kept = _unclaimed(state)
    errands = (*kept, *releases(plan, state.plan_hold_id, plan.revision))
    plan = evolve(plan, state=PlanState.CONFLICT, problem=problem)
    return evolve(state, plan=plan, plan_hold_id=None, plan_errands=errands), (event,)


def unbooked(state: Execution, plan: Plan) -> Execution:
    """The execution whose technicians have no agenda, and so has no plan; nor does it keep what an
    earlier plan has, if there was one."""
    is_first = plan.revision == 1
    given_back = () if is_first else releases(plan, state.plan_hold_id, plan.revision)
    errands = (*state.plan_errands, *given_back)
    return evolve(state, plan=None, plan_hold_id=None, plan_errands=errands)


def without_plan(state: Execution, from_: datetime | None = None) -> Execution:
    """The execution without a plan, whose time from an instant on is given back."""
    if state.plan is None:
        return state
    revision = state.plan_revision + 1
    kept = _unclaimed(state)
    errands = (*kept, *_given_back(state, revision, from_))
    return evolve(state, plan=None, plan_revision=revision, plan_hold_id=None, plan_errands=errands)


def freed_from(state: Execution, at: datetime) -> Execution:
    """The execution whose planned time from an instant on is given back; the plan stays as it
    was."""
    errands = _given_back(state, state.plan_revision, at)
    return evolve(state, plan_errands=(*state.plan_errands, *errands)) if errands else state


def _given_back(state: Execution, revision: int, from_: datetime | None) -> tuple[PlanErrand, ...]:
    """The releases of what the plan has from an instant on; none if that is after its end."""
    plan = state.plan
    # What is not claimed yet may end later; an earlier plan has its time until then.
    is_claimed = not any(each.is_claim for each in state.plan_errands)
    if plan is None or (from_ and plan.end <= from_ and is_claimed):
        return ()
    return releases(plan, state.plan_hold_id, revision, from_)


def _unclaimed(state: Execution) -> tuple[PlanErrand, ...]:
    """The errands without those of the present plan, which is given up or has got other ones."""
    return tuple(each for each in state.plan_errands if not each.is_claim)


def planned(state: Execution) -> Event:
    """The event of the plan that the execution has now."""
    plan = state.plan
    if plan is None:
        raise ValueError("It has no plan")
    return ExecutionPlanned(
        **named(state),
        plan_revision=plan.revision,
        start=plan.start,
        end=plan.end,
        technician_ids=plan.technician_ids,
        bay_id=plan.bay_id,
    )


def is_open(state: Execution) -> bool:
    """True before the work has begun."""
    return state.status is ExecutionStatus.SCHEDULED
