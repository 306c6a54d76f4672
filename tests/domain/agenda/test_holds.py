"""Holds: what they keep, what is in their way, and what becomes of them."""

from datetime import timedelta
from typing import Any

import pytest

from domain.agenda.errors import ScheduleConflict, StaleShifts, TooManyEntries
from domain.agenda.resource import BOOKINGS_KEPT, MOST_BOOKINGS, Resource
from domain.agenda.resource_commands import (
    DropHold,
    ExpireHolds,
    ForgetEndedBookings,
    HoldTime,
    SettleHold,
    next_alarm,
)
from domain.bay.commands import DeactivateBay
from domain.bay.errors import BayInactive
from domain.kernel.aggregate import Answer, decide
from domain.kernel.values import evolve
from domain.technician.commands import Deactivate
from domain.technician.errors import TechnicianInactive
from tests.domain.agenda.reservations import (
    after,
    booked,
    claim,
    clock,
    hold,
    taken,
    technician,
    times,
)
from tests.domain.bay import builders as bays
from tests.domain.execution.builders import MORNING
from tests.domain.technician.builders import time_off

ANA = technician("ana")
MINUTE = timedelta(minutes=1)


def _until(resource: Resource, asked: HoldTime, at: str = "08:00") -> tuple[Resource, Any]:
    state = after(resource, asked, at=at)
    return state, asked.reply(Answer(state=state, fingerprint="")).until


def _conflicts(resource: Resource, asked: HoldTime) -> list[dict[str, Any]]:
    with pytest.raises(ScheduleConflict) as refused:
        after(resource, asked)
    conflicts: list[dict[str, Any]] = refused.value.facts["conflicts"]
    return conflicts


def test_a_hold_keeps_its_time_until_an_instant() -> None:
    ana, until = _until(ANA, hold("09:00-10:00", seconds=120))

    assert until == clock("08:02")
    assert [(each.blocks, each.until) for each in ana.holds] == [(times("09:00-10:00"), until)]


def test_readers_see_nothing_of_a_hold() -> None:
    ana, events = decide(ANA, hold("09:00-10:00"), clock("08:30"))

    assert not events
    assert (ana.revision, ana.updated_at) == (ANA.revision, ANA.updated_at)


def test_the_same_hold_again_is_answered_the_same() -> None:
    first, until = _until(ANA, hold("09:00-10:00"))

    again, answered = _until(first, hold("09:00-10:00"), at="08:01")

    assert (again, answered) == (first, until)


def test_another_time_under_the_id_of_a_hold_is_not_kept() -> None:
    first, _ = _until(ANA, hold("09:00-10:00"))

    again, until = _until(first, hold("10:00-11:00"), at="08:01")

    assert again == first
    assert until <= clock("08:01")


def test_a_hold_is_the_same_without_what_has_passed_of_it() -> None:
    first, until = _until(ANA, hold("08:00-09:00", "10:00-11:00"))

    _, answered = _until(first, hold("08:01-09:00", "10:00-11:00"), at="08:01")

    assert answered == until


def test_a_time_that_is_booked_or_held_is_refused_with_who_has_it() -> None:
    ana = after(booked(ANA, "09:00-10:00"), hold("10:00-11:00", of="e-2"))

    conflicts = _conflicts(ana, hold("09:30-10:30", of="e-3"))

    assert conflicts == [
        {
            "resource": "technician-ana",
            "kind": "BOOKING",
            "executionId": "e-1",
            "from": "2026-03-02T09:00:00Z",
            "to": "2026-03-02T10:00:00Z",
        },
        {
            "resource": "technician-ana",
            "kind": "HOLD",
            "executionId": "e-2",
            "from": "2026-03-02T10:00:00Z",
            "to": "2026-03-02T11:00:00Z",
        },
    ]


def test_time_off_is_in_the_way() -> None:
    ana = after(ANA, time_off(clock("09:00"), 2))

    conflicts = _conflicts(ana, hold("08:45-11:45"))

    assert [(each["kind"], each["from"]) for each in conflicts] == [
        ("TIME_OFF", "2026-03-02T09:00:00Z")
    ]


def test_a_closure_is_in_the_way() -> None:
    bay = after(bays.registered(), bays.closure(clock("09:00"), 2))

    conflicts = _conflicts(bay, hold("08:45-11:45"))

    assert [(each["resource"], each["kind"]) for each in conflicts] == [("bay-lift-1", "CLOSURE")]


def test_at_most_ten_conflicts_are_named() -> None:
    ana = ANA
    for minute in range(10, 25):
        ana = booked(ana, f"09:{minute}-09:{minute + 1}", of=f"e-{minute}")

    assert len(_conflicts(ana, hold("09:00-10:00"))) == 10


def test_what_an_execution_has_is_not_in_its_own_way() -> None:
    ana = after(booked(ANA, "09:00-10:00"), hold("10:00-11:00", number=2))

    assert len(after(ana, hold("09:30-10:30", number=3)).holds) == 2


def test_times_that_touch_are_both_held_and_one_millisecond_is_too_much() -> None:
    ana = after(ANA, hold("10:00-11:00", of="e-1"), hold("11:00-12:00", of="e-2"))

    conflicts = _conflicts(ana, hold("10:59:59.999-11:00", of="e-3"))

    assert [each["executionId"] for each in conflicts] == ["e-1"]


def test_a_hold_on_an_earlier_working_time_is_refused() -> None:
    current = ANA.shifts_revision

    assert after(ANA, hold("09:00-10:00", shifts_revision=current)).holds
    with pytest.raises(StaleShifts):
        after(ANA, hold("09:00-10:00", shifts_revision=current - 1))


def test_nothing_is_held_of_what_is_inactive() -> None:
    with pytest.raises(TechnicianInactive):
        after(ANA, Deactivate(), hold("09:00-10:00"))
    with pytest.raises(BayInactive):
        after(bays.registered(), DeactivateBay(), hold("09:00-10:00"))


def test_a_resource_takes_four_hundred_bookings_and_those_of_long_ago_do_not_count() -> None:
    known = booked(ANA, "09:00-10:00").bookings[0]
    full = evolve(
        ANA,
        bookings=tuple(evolve(known, execution_id=f"e-{n}") for n in range(MOST_BOOKINGS)),
    )
    later = hold("12:00-13:00", of="new")

    with pytest.raises(TooManyEntries):
        after(full, later)
    afterwards, _ = decide(full, later, known.end + BOOKINGS_KEPT)

    assert afterwards.hold("new:1")


def test_a_hold_that_is_dropped_frees_its_time() -> None:
    ana = after(ANA, hold("09:00-10:00"), hold("10:00-11:00", number=2))

    dropped = after(ana, DropHold(hold_id="e-1:1"), DropHold(hold_id="unknown"))

    assert [each.hold_id for each in dropped.holds] == ["e-1:2"]
    assert after(dropped, hold("09:00-10:00", of="e-2")).hold("e-2:1")


def test_the_alarm_is_set_for_the_hold_that_runs_out_first() -> None:
    ana = after(ANA, hold("09:00-10:00"), hold("10:00-11:00", number=2, seconds=60))

    alarm = next_alarm(ana)

    assert alarm
    assert (alarm.at, alarm.command) == (clock("08:01"), ExpireHolds())


def test_a_hold_that_has_run_out_is_in_question_and_still_in_the_way() -> None:
    ana = after(ANA, hold("09:00-10:00"), hold("10:00-11:00", number=2, seconds=600))

    later = after(ana, ExpireHolds(), at="08:02")

    assert [(each.hold_id, each.expired) for each in later.holds] == [
        ("e-1:1", True),
        ("e-1:2", False),
    ]
    assert later.has_errands
    assert _conflicts(later, hold("09:00-10:00", of="e-2"))[0]["kind"] == "HOLD"


def test_no_alarm_rings_for_what_is_in_question() -> None:
    ana = after(after(ANA, hold("09:00-10:00")), ExpireHolds(), at="08:02")

    assert next_alarm(ana) is None


def _in_question(resource: Resource) -> Resource:
    return after(after(resource, hold("09:00-10:00")), ExpireHolds(), at="08:02")


def test_a_hold_that_was_committed_becomes_a_booking() -> None:
    ana, events = decide(
        _in_question(ANA), SettleHold(hold_id="e-1:1", plan_revision=4), clock("08:03")
    )

    assert not ana.holds
    assert [(each.execution_id, each.plan_revision) for each in ana.taken] == [("e-1", 4)]
    assert [type(each).__name__ for each in events] == ["BookingClaimed"]


def test_a_hold_that_was_not_committed_is_let_go() -> None:
    ana = after(_in_question(ANA), SettleHold(hold_id="e-1:1"))

    assert (ana.holds, ana.bookings) == ((), ())


def test_a_hold_in_question_does_not_replace_what_is_booked_by_then() -> None:
    ana = booked(_in_question(ANA), "11:00-12:00", revision=5)

    settled = after(ana, SettleHold(hold_id="e-1:1", plan_revision=4))

    assert taken(settled) == [("e-1", times("11:00-12:00"))]
    assert not settled.holds


def test_an_answer_does_not_count_for_a_hold_that_was_made_since() -> None:
    ana = after(_in_question(ANA), DropHold(hold_id="e-1:1"), hold("09:00-10:00"))

    settled = after(ana, SettleHold(hold_id="e-1:1"), SettleHold(hold_id="e-1:1", plan_revision=1))

    assert settled == ana


def test_an_inactive_resource_forgets_its_bookings_once_the_last_is_over() -> None:
    ana = after(booked(booked(ANA, "09:00-10:00"), "10:00-11:00", of="e-2"), Deactivate())

    alarm = next_alarm(ana)

    assert alarm
    assert (alarm.at, alarm.command) == (clock("11:00"), ForgetEndedBookings())
    assert not decide(ana, alarm.command, alarm.at)[0].bookings


def test_an_inactive_resource_forgets_nothing_while_a_hold_is_in_question() -> None:
    ana = after(booked(_in_question(ANA), "10:00-11:00", of="e-2"), Deactivate())

    assert next_alarm(ana) is None
    assert not ana.is_over


def test_a_claim_of_a_plan_that_was_superseded_lets_go_of_its_hold() -> None:
    ana = after(booked(ANA, "10:00-11:00", revision=2), hold("09:00-10:00"))

    assert not after(ana, claim("09:00-10:00")).holds


def test_bookings_are_remembered_for_eight_days_after_their_end() -> None:
    ana = booked(ANA, "08:00-08:30")
    other = booked(ANA, "09:00-10:00", of="e-2").bookings[0]
    end = MORNING + 30 * MINUTE

    assert len(ana.with_booking(other, end + BOOKINGS_KEPT - MINUTE).bookings) == 2
    assert len(ana.with_booking(other, end + BOOKINGS_KEPT).bookings) == 1
