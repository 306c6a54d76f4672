"""Plans of an execution: how they are committed and settled, and what agendas hear of them."""

from datetime import timedelta
from typing import Any

import pytest

from domain.execution.commands import Assign, Cancel, Complete, Schedule, Start
from domain.execution.errors import HoldExpired
from domain.execution.plan import ErrandKind, PlannedWork, PlanState, Slot
from domain.execution.plan_commands import MakePlan, SettlePlan, Unplan
from domain.execution.planning import planned_at_opening
from domain.execution.state import Execution, ExecutionCommand
from domain.kernel.aggregate import decide
from domain.kernel.errors import InvalidTransition
from domain.kernel.values import evolve
from tests.domain.agenda.reservations import clock, times
from tests.domain.execution.builders import opened

ANA, BOB, LIFT = "technician-ana", "technician-bob", "bay-lift-1"


def slot(
    *hours: str, people: tuple[str, ...] = ("ana",), bay: str | None = None, until: str = "08:02"
) -> Slot:
    """Time that is held for these people: the first is due at the start."""
    blocks = times(*hours)
    work = PlannedWork(
        start=blocks[0].from_,
        end=blocks[-1].to,
        duration_minutes=60,
        technician_ids=people,
        bay_id=bay,
        blocks=blocks,
    )
    return Slot(hold_id=f"held-{hours[0]}", until=clock(until), work=work)


def plan(held: Slot | None = None, start: str = "09:00", **fields: Any) -> MakePlan:
    usual: dict[str, Any] = {"start": clock(start), "technician_ids": ("ana",)}
    if held:
        usual = {"start": held.work.start, "technician_ids": held.work.technician_ids}
    return MakePlan(slot=held, **(usual | fields))


def past() -> Slot:
    """The slot of a plan of the past, for which nothing is held."""
    held = slot("06:00-07:00")
    return evolve(held, until=None, work=evolve(held.work, blocks=()))


def after(execution: Execution, *commands: ExecutionCommand, at: str = "08:00") -> Execution:
    for command in commands:
        execution = decide(execution, command, clock(at))[0]
    return execution


def told(execution: Execution, command: ExecutionCommand, at: str = "08:00") -> list[str]:
    return [type(event).__name__ for event in decide(execution, command, clock(at))[1]]


def silent(execution: Execution) -> Execution:
    """The execution once agendas have heard all."""
    return evolve(execution, plan_errands=())


def errands(execution: Execution) -> list[tuple[ErrandKind, int, str | None]]:
    return [(each.kind, each.plan_revision, each.resource) for each in execution.plan_errands]


CLAIM, RELEASE, RESERVE = ErrandKind.CLAIM, ErrandKind.RELEASE, ErrandKind.RESERVE
BOOKED = silent(after(opened(), plan(slot("09:00-12:00", bay="lift-1"))))
"""One that has Ana and the lift from nine to twelve."""


def _state(execution: Execution) -> PlanState | None:
    return execution.plan.state if execution.plan else None


def test_a_plan_on_time_that_is_held_is_certain_and_claims_it_bays_first() -> None:
    held = slot("09:00-10:00", people=("bob", "ana"), bay="lift-1")

    execution = after(opened(), plan(held))

    assert (_state(execution), execution.plan_hold_id) == (PlanState.BOOKED, held.hold_id)
    assert errands(execution) == [(CLAIM, 1, LIFT), (CLAIM, 1, ANA), (CLAIM, 1, BOB)]
    assert (execution.technician_id, execution.scheduled_date) == ("bob", clock("09:00"))
    assert told(opened(), plan(held)) == [
        "ExecutionPlanned",
        "ExecutionRescheduled",
        "TechnicianAssigned",
    ]


def test_a_hold_that_runs_out_in_half_a_minute_is_too_short() -> None:
    held = slot("09:00-10:00", until="08:02")

    assert _state(after(opened(), plan(held), at="08:01:30")) is PlanState.BOOKED
    with pytest.raises(HoldExpired):
        after(opened(), plan(held), at="08:01:30.001")


def test_an_opening_whose_hold_runs_out_asks_for_the_time_instead() -> None:
    new = opened(technician_id="ana", scheduled_date=clock("09:00"))

    execution, events = planned_at_opening(new, (), slot("09:00-10:00"), clock("08:02"))

    assert (_state(execution), errands(execution)) == (PlanState.CLAIMING, [(RESERVE, 1, None)])
    assert events == ()


def test_an_execution_cancelled_between_hold_and_commit_is_not_planned() -> None:
    cancelled = after(opened(), Cancel(reason="customer gone"))

    with pytest.raises(InvalidTransition):
        after(cancelled, plan(slot("09:00-10:00")))
    assert (cancelled.plan_hold_id, cancelled.plan_errands) == (None, ())


def test_the_time_of_the_plan_before_is_given_back_after_that_of_the_next_is_claimed() -> None:
    execution = after(BOOKED, plan(slot("13:00-14:00", people=("bob",), bay="lift-1")))

    assert errands(execution) == [(CLAIM, 2, LIFT), (CLAIM, 2, BOB), (RELEASE, 2, ANA)]
    assert execution.plan_errands[-1].hold_id == BOOKED.plan_hold_id


def test_claims_of_a_plan_before_are_dropped_and_its_releases_are_not() -> None:
    moved = after(BOOKED, plan(slot("13:00-14:00", people=("bob",))))

    again = after(moved, plan(slot("14:00-15:00", people=("bob",))))

    assert errands(again) == [(RELEASE, 2, LIFT), (RELEASE, 2, ANA), (CLAIM, 3, BOB)]


def test_a_plan_of_the_past_claims_nothing_and_gives_all_back() -> None:
    execution = after(BOOKED, plan(past()))

    assert _state(execution) is PlanState.BOOKED
    assert errands(execution) == [(RELEASE, 2, LIFT), (RELEASE, 2, ANA)]


def test_a_plan_that_nobody_holds_the_time_of_is_asked_for() -> None:
    execution = after(opened(), plan(bay_id="lift-1"))

    assert (_state(execution), errands(execution)) == (PlanState.CLAIMING, [(RESERVE, 1, None)])
    assert told(opened(), plan()) == ["ExecutionRescheduled", "TechnicianAssigned"]


def test_a_plan_that_gets_its_time_is_certain() -> None:
    asked = after(opened(), plan())
    settled = SettlePlan(plan_revision=1, slot=slot("09:00-10:00"))

    execution = after(asked, settled)

    assert _state(execution) is PlanState.BOOKED
    assert errands(execution) == [(CLAIM, 1, ANA)]
    assert told(asked, settled) == ["ExecutionPlanned"]


def test_a_plan_that_gets_its_time_too_late_is_asked_for_again() -> None:
    with pytest.raises(HoldExpired):
        after(
            after(opened(), plan()),
            SettlePlan(plan_revision=1, slot=slot("09:00-10:00")),
            at="08:02",
        )


def test_a_plan_that_turns_out_to_be_past_gives_back_what_the_one_before_has() -> None:
    asked = after(BOOKED, plan(start="06:00"))

    execution = after(asked, SettlePlan(plan_revision=2, slot=past()))

    assert errands(execution) == [(RELEASE, 2, ANA), (RELEASE, 2, LIFT)]


def test_a_plan_that_cannot_have_its_time_keeps_none_of_it() -> None:
    asked = after(BOOKED, plan(bay_id="lift-1"))
    settled = SettlePlan(plan_revision=2, problem="Ana is taken")

    execution = after(asked, settled)

    assert execution.plan
    assert (execution.plan.state, execution.plan.problem) == (PlanState.CONFLICT, "Ana is taken")
    assert errands(execution) == [(RELEASE, 2, LIFT), (RELEASE, 2, ANA)]
    assert execution.plan_hold_id is None
    assert told(asked, settled) == ["PlanConflicted"]


def test_what_is_said_of_a_plan_before_changes_nothing() -> None:
    settled = SettlePlan(plan_revision=1, problem="Ana is taken")

    assert after(after(BOOKED, plan()), settled) == after(BOOKED, plan())
    assert after(opened(), settled) == opened()


def test_a_technician_without_an_agenda_leaves_no_plan_and_nothing_of_the_one_before() -> None:
    asked = after(BOOKED, Start(technician_id="zoe"))
    assert errands(asked) == [(RESERVE, 2, None), (RELEASE, 2, ANA)]

    execution = after(asked, SettlePlan(plan_revision=2))

    assert execution.plan is None
    assert errands(execution)[1:] == [
        (RELEASE, 2, ANA),
        (RELEASE, 2, LIFT),
        (RELEASE, 2, "technician-zoe"),
    ]


def test_work_on_the_floor_is_planned_anew_in_its_bay_for_whoever_starts_it() -> None:
    execution = after(BOOKED, Start(technician_id="bob"))

    assert execution.plan
    assert execution.plan.resources == (LIFT, BOB)
    assert execution.plan.state is PlanState.CLAIMING


def test_an_unplanned_execution_gives_all_back() -> None:
    execution = after(BOOKED, Unplan())

    assert (execution.plan, execution.plan_hold_id) == (None, None)
    assert errands(execution) == [(RELEASE, 2, LIFT), (RELEASE, 2, ANA)]
    assert execution.plan_errands[0].from_ is None
    assert told(BOOKED, Unplan()) == ["ExecutionUnplanned"]
    assert told(execution, Unplan()) == []


def test_a_cancelled_execution_gives_back_what_is_left_of_its_time() -> None:
    execution = after(BOOKED, Cancel(reason="customer gone"), at="08:30")

    assert execution.plan is None
    assert [(each.resource, each.from_) for each in execution.plan_errands] == [
        (LIFT, clock("08:30")),
        (ANA, clock("08:30")),
    ]
    assert not execution.is_over


def test_a_completed_execution_keeps_its_plan_and_gives_back_the_time_after_it() -> None:
    execution = after(after(BOOKED, Start()), Complete(), at="10:15")

    assert execution.plan == BOOKED.plan
    assert [(each.resource, each.from_) for each in execution.plan_errands] == [
        (LIFT, clock("10:15")),
        (ANA, clock("10:15")),
    ]


def test_an_overrun_has_nothing_to_give_back() -> None:
    working = after(BOOKED, Start())

    assert not after(working, Complete(), at="12:00").plan_errands
    assert not after(working, Cancel(reason="customer gone"), at="12:30").plan_errands


@pytest.mark.parametrize("end", [Complete(), Cancel(reason="customer gone")])
def test_what_is_not_claimed_yet_is_given_back_however_late(end: ExecutionCommand) -> None:
    # The plan before has its time, perhaps of tomorrow, until that of this one is claimed.
    working = after(BOOKED, Start(), plan(slot("08:00-09:00", bay="lift-1")))

    execution = after(working, end, at="09:30")

    given_back = [each.resource for each in execution.plan_errands if not each.is_claim]
    assert given_back == [LIFT, ANA]


def test_an_assignment_is_committed_only_for_the_date_that_the_time_is_held_for() -> None:
    scheduled = after(opened(), Schedule(scheduled_date=clock("09:00")))
    assigned = Assign(technician_id="ana", slot=slot("09:00-10:00"))

    assert _state(after(scheduled, assigned)) is PlanState.BOOKED
    with pytest.raises(HoldExpired):
        after(scheduled, Schedule(scheduled_date=clock("10:00")), assigned)


def test_another_date_without_held_time_ends_the_plan() -> None:
    execution = after(BOOKED, Schedule(scheduled_date=clock("09:00") + timedelta(days=1)))

    assert execution.plan is None
    assert errands(execution) == [(RELEASE, 2, LIFT), (RELEASE, 2, ANA)]
