"""The reader of the agendas' invariants finds what is wrong, and nothing where all is well."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.faults.agendas import Agenda, Planned, Promise, Taken, agenda, planned
from tests.faults.evidence import Entry, Event, Evidence, Life
from tests.faults.invariants import judge

NINE, TEN, ELEVEN = (datetime(2026, 12, 1, hour, tzinfo=UTC) for hour in (9, 10, 11))
FIRST = Taken("e", 2, ((NINE, TEN),))
SECOND = Taken("f", 1, ((TEN, ELEVEN),))
BOTH = (FIRST, SECOND)
PLAN = Planned("e", 2, "BOOKED", {"technician-t": FIRST.blocks}, shown=(2, "BOOKED"))
OTHER = Planned("f", 1, "BOOKED", {"technician-t": SECOND.blocks}, shown=(1, "BOOKED"))
KNOWN = Agenda("technician-t", BOTH, shown=BOTH)
SOUND = Evidence(agendas=(KNOWN,), plans=(PLAN, OTHER), promises=(Promise("e", 2),))
UNPLANNED = Planned("f")


def violated(evidence: Evidence) -> set[str]:
    return {violation.invariant for violation in judge(evidence).violations}


def with_plan(plan: Planned) -> Evidence:
    return replace(SOUND, plans=(plan, OTHER))


def with_agenda(*taken: Taken) -> Evidence:
    return replace(SOUND, agendas=(Agenda("technician-t", taken, shown=taken),))


def test_bookings_that_follow_each_other_and_have_their_plans_are_sound() -> None:
    assert judge(SOUND).holds


def test_an_instant_that_is_given_twice_is_found() -> None:
    meeting = replace(SECOND, blocks=((NINE, ELEVEN),))
    plan = replace(OTHER, blocks={"technician-t": meeting.blocks})

    found = violated(replace(with_agenda(FIRST, meeting), plans=(PLAN, plan)))

    assert found == {"I7"}


def test_what_was_given_twice_for_a_moment_is_found() -> None:
    assert violated(replace(SOUND, doubled=("technician-t is given twice",))) == {"I7"}


@pytest.mark.parametrize(
    "taken",
    [(SECOND,), (replace(FIRST, revision=1), SECOND), (replace(FIRST, blocks=((NINE, NINE),)),)],
    ids=["gone", "of an earlier plan", "at another time"],
)
def test_a_plan_that_has_lost_its_time_is_found(taken: tuple[Taken, ...]) -> None:
    assert violated(with_agenda(*taken)) == {"I8"}


@pytest.mark.parametrize(
    "plan",
    [
        Planned("e"),
        replace(PLAN, state="CONFLICT", shown=(2, "CONFLICT")),
        replace(PLAN, ended=NINE),
        replace(PLAN, blocks={"bay-b": FIRST.blocks}),
    ],
    ids=["without a plan", "of a plan that was refused", "after the end", "in another place"],
)
def test_time_that_is_taken_for_nothing_is_found(plan: Planned) -> None:
    assert violated(with_plan(plan)) == {"I8"}


def test_work_that_has_ended_keeps_the_time_until_then() -> None:
    assert judge(with_plan(replace(PLAN, ended=TEN))).holds


@pytest.mark.parametrize(
    "unsettled",
    [
        {"agendas": (replace(KNOWN, holds=(("g", NINE),)),)},
        {"agendas": (replace(KNOWN, shown=(FIRST,)),)},
        {"plans": (PLAN, replace(OTHER, shown=(0, None)))},
        {"plans": (PLAN, replace(OTHER, errands=1))},
        {"plans": (PLAN, OTHER, Planned("g", 1, "CLAIMING", {}, shown=(1, "CLAIMING")))},
    ],
    ids=["a hold is left", "an agenda is stale", "a plan is stale", "errands wait", "claiming"],
)
def test_what_has_not_been_settled_is_found(unsettled: dict[str, object]) -> None:
    assert violated(replace(SOUND, **unsettled)) == {"I8"}  # type: ignore[arg-type]  # by name


def test_a_promise_that_was_broken_is_found() -> None:
    plan = Planned("e", 2, "CONFLICT", {}, shown=(2, "CONFLICT"))

    found = violated(replace(with_agenda(SECOND), plans=(plan, OTHER)))

    assert found == {"I8"}


def test_a_promise_is_not_broken_by_a_later_plan() -> None:
    plan = Planned("e", 3, "CONFLICT", {}, shown=(3, "CONFLICT"))

    assert judge(replace(with_agenda(SECOND), plans=(plan, OTHER))).holds


def test_one_command_may_have_several_events_and_plans_settle_themselves() -> None:
    entries = (
        Entry("e", 1, "k1", "create", None, "SCHEDULED", "ExecutionScheduled"),
        Entry("e", 2, "k2", "plan", "SCHEDULED", "SCHEDULED", "ExecutionPlanned"),
        Entry("e", 3, "k2", "plan", "SCHEDULED", "SCHEDULED", "TechnicianAssigned"),
        Entry("e", 4, "k1", "settle_plan", "SCHEDULED", "SCHEDULED", "PlanConflicted"),
    )
    heard = tuple(
        Event("e", each.sequence, f"e:{each.sequence}", each.correlation_id, type=each.type)
        for each in entries
    )
    life = Life("e", "OS-1", None, 4, "SCHEDULED", frozenset({"k1", "k2"}))
    sound = Evidence(lives=(life,), entries=entries, heard=heard)
    twice = replace(entries[2], type="ExecutionPlanned")

    assert "I2" not in violated(sound)
    assert "I2" in violated(replace(sound, entries=(*entries[:2], twice, entries[3])))


def test_agendas_and_plans_are_read_from_workflows_and_from_documents() -> None:
    block = {"from": "2026-12-01T09:00:00Z", "to": "2026-12-01T10:00:00Z"}
    later = {"from": "2026-12-01T10:00:00.000Z", "to": "2026-12-01T11:00:00.000Z"}
    booking = {"executionId": "e", "planRevision": 2, "blocks": [block, later]}
    stored = {"from": NINE.replace(tzinfo=None), "to": TEN}
    hold = {"executionId": "g", "until": "2026-12-01T09:00:00Z"}
    shown = {"bookings": [{**booking, "blocks": [stored]}, {**booking, "released": True}]}
    plan = {"revision": 2, "state": "BOOKED", "technicianIds": ["t"], "bayId": "b"}
    execution = {"executionId": "e", "plan": {**plan, "blocks": [block, later]}}

    read = agenda("technician-t", {"bookings": [booking], "holds": [hold]}, shown)
    known = planned(execution, None)

    assert read.taken == (Taken("e", 2, ((NINE, TEN), (TEN, ELEVEN))),)
    assert (read.shown, read.holds) == ((FIRST,), (("g", NINE),))
    assert known.blocks == {
        "technician-t": ((NINE, TEN), (TEN, ELEVEN)),
        "bay-b": ((NINE, ELEVEN),),
    }
    assert (known.known, known.shown) == ((2, "BOOKED"), (0, None))
