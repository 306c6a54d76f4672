"""Claims and releases, in whatever order they come."""

from typing import Any

import pytest

from domain.agenda.errors import ScheduleConflict
from domain.agenda.resource import Resource
from domain.agenda.resource_commands import (
    DropHold,
    ExpireHolds,
    RecordDisruption,
    Release,
    SettleHold,
)
from domain.kernel.aggregate import Command, decide
from domain.technician.commands import Deactivate, SetDay
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
from tests.domain.technician.builders import MORNINGS, time_off

ANA = technician("ana")
NINE = times("09:00-10:00")


def release(revision: int, from_: str | None = None, number: int | None = 1) -> Release:
    return Release(
        execution_id="e-1",
        plan_revision=revision,
        hold_id=number and f"e-1:{number}",
        from_=from_ and clock(from_),
    )


def _told(resource: Resource, command: Command[Any], at: str = "08:30") -> list[str]:
    return [type(event).__name__ for event in decide(resource, command, clock(at))[1]]


def test_a_claim_turns_the_hold_into_a_booking() -> None:
    held = after(ANA, hold("09:00-10:00"))

    ana = after(held, claim("09:00-10:00"), at="08:01")

    assert not ana.holds
    assert taken(ana) == [("e-1", NINE)]
    assert (ana.bookings[0].plan_revision, ana.bookings[0].changed_at) == (1, clock("08:01"))
    assert _told(held, claim("09:00-10:00")) == ["BookingClaimed"]


def test_a_claim_that_comes_twice_changes_nothing_twice() -> None:
    ana = booked(ANA, "09:00-10:00")

    again = decide(ana, claim("09:00-10:00"), clock("08:30"))

    assert again == (ana, ())


def test_a_claim_takes_the_place_of_what_the_plan_had_before() -> None:
    ana = booked(booked(ANA, "09:00-10:00"), "09:30-11:00", revision=2)

    assert taken(ana) == [("e-1", times("09:30-11:00"))]


def test_a_claim_of_an_earlier_plan_leaves_the_later_one_alone() -> None:
    ana = booked(ANA, "09:00-10:00", revision=2)

    late = after(ana, claim("10:00-11:00", revision=1))

    assert late == ana


def test_bookings_stand_in_the_order_of_their_start() -> None:
    ana = booked(booked(ANA, "10:00-11:00"), "09:00-10:00", of="e-2")

    assert [each for each, _ in taken(ana)] == ["e-2", "e-1"]


def test_a_claim_without_its_hold_keeps_the_time_and_has_the_execution_asked() -> None:
    ana = after(ANA, claim("09:00-10:00"))

    assert not ana.bookings
    assert ana.has_errands
    with pytest.raises(ScheduleConflict):
        after(ana, hold("09:00-10:00", of="e-2"))
    assert taken(after(ana, SettleHold(hold_id="e-1:1", plan_revision=1))) == [("e-1", NINE)]
    assert not after(ana, SettleHold(hold_id="e-1:1")).taken


def test_a_claim_that_was_never_held_is_booked_if_the_time_is_free() -> None:
    assert taken(after(ANA, claim("09:00-10:00", number=None))) == [("e-1", NINE)]


def test_a_claim_without_its_hold_is_refused_where_the_time_is_taken() -> None:
    ana = booked(ANA, "09:30-10:30", of="e-2")

    with pytest.raises(ScheduleConflict):
        after(ana, claim("09:00-10:00"))
    with pytest.raises(TechnicianInactive):
        after(ana, Deactivate(), claim("11:00-12:00"))


def test_a_claim_of_another_time_than_was_held_gets_no_time_that_is_taken() -> None:
    ana = after(ANA, hold("09:00-10:00"), hold("10:00-11:00", of="e-2"))

    with pytest.raises(ScheduleConflict):
        after(ana, claim("09:00-10:30"))


def test_a_claim_of_another_time_than_was_held_is_in_question() -> None:
    ana = after(ANA, hold("09:00-10:00"), claim("10:00-11:00"))

    assert [(each.blocks, each.expired) for each in ana.holds] == [(times("10:00-11:00"), True)]


def test_a_claim_leaves_a_hold_in_question_to_the_answer() -> None:
    asked = after(after(ANA, hold("09:00-10:00")), ExpireHolds(), at="08:02")

    again = decide(asked, claim("09:00-10:00"), clock("08:03"))

    assert again == (asked, ())


@pytest.mark.parametrize(
    "change",
    [
        time_off(clock("09:30"), 1),
        SetDay(date="2026-03-03", intervals=(MORNINGS,)),
        Deactivate(),
    ],
    ids=["time off", "shifts", "inactive"],
)
def test_a_booking_is_checked_if_the_working_time_was_changed_while_it_was_held(
    change: Command[Any],
) -> None:
    held = after(ANA, hold("09:00-10:00", shifts_revision=ANA.shifts_revision))

    ana = after(held, change, claim("09:00-10:00"))

    assert ana.disruption_unchecked
    assert taken(ana) == [("e-1", NINE)]
    assert not after(held, claim("09:00-10:00")).disruption_unchecked


def test_a_booking_of_a_bay_is_checked_if_the_bay_was_closed_meanwhile() -> None:
    bay = after(bays.registered(), hold("09:00-10:00"), bays.closure(clock("09:30")))

    assert after(bay, claim("09:00-10:00")).disruption_unchecked


def test_what_was_found_is_recorded_unless_something_has_changed_since() -> None:
    ana = after(booked(ANA, "09:00-10:00"), time_off(clock("09:30"), 1))
    found = RecordDisruption(checked_version=ana.version, execution_ids=("e-1",))

    assert _told(ana, found) == ["BookingsDisrupted"]
    assert not after(ana, found).disruption_unchecked
    assert booked(ana, "11:00-12:00", of="e-2").disruption_unchecked
    assert after(booked(ana, "11:00-12:00", of="e-2"), found).disruption_unchecked


def test_what_is_released_is_free_and_remembered() -> None:
    ana = booked(ANA, "09:00-10:00")

    released = after(ana, release(2))

    assert not released.taken
    assert [(each.released, each.plan_revision) for each in released.bookings] == [(True, 2)]
    assert after(released, hold("09:00-10:00", of="e-2")).hold("e-2:1")
    assert _told(ana, release(2)) == ["BookingReleased"]
    assert _told(released, release(2)) == []


def test_a_release_of_an_earlier_plan_leaves_the_later_one_alone() -> None:
    ana = booked(ANA, "09:00-10:00", revision=3)

    assert decide(ana, release(2), clock("08:30")) == (ana, ())


def test_a_release_from_an_instant_keeps_the_time_before_it() -> None:
    ana = booked(ANA, "09:00-10:00", "11:00-12:00")

    between, within = after(ana, release(1, "10:30")), after(ana, release(1, "09:15"))

    assert taken(between) == [("e-1", NINE)]
    assert taken(within) == [("e-1", times("09:00-09:15"))]
    assert _told(ana, release(1, "12:00")) == []
    assert not after(ana, release(1, "09:00")).taken


def test_what_is_left_after_an_early_end_is_free_for_others() -> None:
    ana = after(booked(ANA, "09:00-12:00"), release(1, "10:15"))

    other = booked(ana, "10:30-12:00", of="e-2")

    assert taken(other) == [("e-1", times("09:00-10:15")), ("e-2", times("10:30-12:00"))]


def test_a_claim_that_comes_after_its_release_takes_nothing() -> None:
    ana = after(booked(ANA, "09:00-10:00"), release(2))

    assert after(ana, claim("09:00-10:00")) == ana


def test_a_claim_that_comes_after_its_release_from_an_instant_takes_nothing_back() -> None:
    ana = after(booked(ANA, "09:00-10:00"), release(1, "09:15"))

    assert after(ana, claim("09:00-10:00")) == ana


def test_a_release_of_what_is_only_held_bars_the_claim_that_is_on_its_way() -> None:
    ana = after(ANA, hold("09:00-10:00"), release(2))

    assert (ana.holds, ana.taken) == ((), [])
    assert after(ana, claim("09:00-10:00")) == ana
    assert taken(booked(ana, "09:00-10:00", revision=3)) == [("e-1", NINE)]


def test_a_release_bars_claims_of_whatever_the_execution_holds() -> None:
    ana = after(ANA, hold("09:00-10:00"), release(2, number=None))

    late = after(ana, claim("09:00-10:00"))

    assert (late.holds, late.taken) == ((), [])


def test_a_release_again_bars_claims_of_what_was_held_since() -> None:
    ana = after(booked(ANA, "09:00-10:00"), release(2), hold("10:00-11:00", number=3), release(4))

    late = after(ana, claim("10:00-11:00", number=3, revision=3))

    assert (late.holds, late.taken) == ((), [])


def test_an_answer_that_comes_after_the_release_takes_nothing() -> None:
    asked = after(after(ANA, hold("09:00-10:00")), ExpireHolds(), at="08:02")

    ana = after(
        asked, release(2), claim("09:00-10:00"), SettleHold(hold_id="e-1:1", plan_revision=1)
    )

    assert (ana.holds, ana.taken) == ((), [])


def test_a_claim_of_a_booking_that_is_forgotten_is_in_question() -> None:
    ana = booked(ANA, "09:00-10:00")
    forgetful = ana.model_copy(update={"bookings": ()})

    late = after(forgetful, claim("09:00-10:00"))

    assert [each.expired for each in late.holds] == [True]
    assert not after(late, DropHold(hold_id="e-1:1")).taken
