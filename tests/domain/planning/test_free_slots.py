"""Slots: the earliest plan that hits nothing."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda.intervals import Interval
from domain.planning.free_slots import next_free
from tests.domain.agenda.builders import SAO_PAULO, local
from tests.domain.planning.builders import at, minutes_of, time, weeks
from tests.domain.planning.worlds import BEGIN, LENGTH, WORLDS, ZONE, World


def _next(
    *busy: Interval,
    minutes: int = 60,
    bay: tuple[Interval, ...] = (),
    since: str = "11-30 08:00",
    until: str = "12-31 00:00",
    working: tuple[Interval, ...] | None = None,
    splittable: bool = True,
) -> list[str] | None:
    found = next_free(
        weeks() if working is None else working,
        busy,
        bay,
        minutes_of(minutes),
        splittable=splittable,
        not_before=at(since),
        until=at(until),
        zone=SAO_PAULO,
    )
    return None if found is None else local(found)


def test_the_first_moment_is_taken_if_it_is_free() -> None:
    assert _next(since="11-30 09:10") == ["Mon 11-30 09:10 - Mon 11-30 10:10"]


def test_before_the_shift_it_is_the_start_of_the_shift() -> None:
    assert _next(since="11-30 03:00") == ["Mon 11-30 08:00 - Mon 11-30 09:00"]


def test_a_start_within_a_minute_is_at_the_next_whole_one() -> None:
    assert _next(since="11-30 09:10:00.001") == ["Mon 11-30 09:11 - Mon 11-30 10:11"]


def test_case_3_bookings_may_touch() -> None:
    morning = time("11-30", "08:00-10:00"), time("11-30", "11:00-12:00")

    assert _next(*morning) == ["Mon 11-30 10:00 - Mon 11-30 11:00"]
    assert _next(*morning, minutes=61) == ["Mon 11-30 13:00 - Mon 11-30 14:01"]


def test_case_4_after_the_time_off_comes_the_next_slot() -> None:
    off = time("11-30", "09:00-11:00")

    assert _next(off, minutes=180, since="11-30 08:45") == [
        "Mon 11-30 11:00 - Mon 11-30 12:00",
        "Mon 11-30 13:00 - Mon 11-30 15:00",
    ]


def test_work_does_not_go_on_after_the_booking_of_another() -> None:
    assert _next(time("11-30", "09:00-10:00"), minutes=120) == ["Mon 11-30 10:00 - Mon 11-30 12:00"]


def test_case_12_a_bay_is_needed_in_the_break_too() -> None:
    lunch = time("11-30", "12:00-13:00")

    assert _next(minutes=180, since="11-30 11:00", bay=(lunch,)) == [
        "Mon 11-30 13:00 - Mon 11-30 16:00"
    ]


def test_case_12_nobody_else_gets_the_bay_on_the_weekend_between() -> None:
    working = weeks(extra="12-05 08:00-12:00")
    weekend = Interval(at("12-04 15:00"), at("12-07 11:00"))

    assert _next(since="12-05 08:00", working=working) == ["Sat 12-05 08:00 - Sat 12-05 09:00"]
    assert _next(since="12-05 08:00", working=working, bay=(weekend,)) == [
        "Mon 12-07 11:00 - Mon 12-07 12:00"
    ]


def test_unsplit_work_waits_for_a_working_time_that_holds_it() -> None:
    assert _next(minutes=120, since="11-30 11:00", splittable=False) == [
        "Mon 11-30 13:00 - Mon 11-30 15:00"
    ]
    assert _next(minutes=241, splittable=False) is None


@pytest.mark.parametrize(("until", "found"), [("11-30 10:00", False), ("11-30 10:01", True)])
def test_it_begins_before_the_end_of_the_search(until: str, found: bool) -> None:
    slot = _next(time("11-30", "08:00-10:00"), until=until)

    assert (slot is not None) is found


def test_work_that_working_time_cannot_hold_has_no_slot() -> None:
    assert _next(minutes=121, since="12-04 15:00", working=weeks(last="12-04")) is None
    assert _next(working=()) is None


def test_a_plan_of_too_many_days_fits_from_midnight_on() -> None:
    always = (Interval(at("11-30 00:00"), at("12-31 00:00")),)

    assert _next(minutes=10 * 1440, since="11-30 18:00", working=always) == [
        "Tue 12-01 00:00 - Fri 12-11 00:00"
    ]


def test_a_plan_of_too_many_blocks_fits_where_they_are_fewer() -> None:
    half_hours = (f"MON {hour:02}:00-{hour:02}:30" for hour in range(24))
    working = weeks(*half_hours, "TUE 08:00-20:00")

    slot = _next(minutes=21 * 30, since="11-30 00:00", working=working) or []

    assert (slot[0], len(slot)) == ("Mon 11-30 05:00 - Mon 11-30 05:30", 20)


@settings(deadline=None, max_examples=400)
@given(
    WORLDS,
    st.integers(1, 26),
    st.booleans(),
    st.integers(-2, LENGTH),
    st.integers(0, LENGTH + 2),
)
def test_it_is_what_a_search_of_each_moment_finds(
    world: World, duration: int, splittable: bool, first: int, last: int
) -> None:
    plans = (world.plan(start, duration, splittable) for start in range(max(first, 0), last))
    expected = next((plan for plan in plans if plan and world.is_free(plan)), None)

    found = next_free(
        world.times(world.working),
        world.times(world.busy),
        world.times(world.bay_busy),
        duration * world.unit,
        splittable=splittable,
        not_before=BEGIN + first * world.unit - timedelta(seconds=30),
        until=BEGIN + last * world.unit,
        zone=ZONE,
    )

    assert (found and list(found)) == (expected and world.times(expected))
