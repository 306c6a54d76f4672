"""Blocks of plans: which working time some work takes."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda.intervals import Interval, intersected
from domain.planning.blocks import bay_span, future_part, lay_out, unshifted
from domain.planning.errors import OutsideShift, PlanTooLong
from tests.domain.agenda.builders import SAO_PAULO, local
from tests.domain.planning.builders import at, minutes_of, time, weeks
from tests.domain.planning.worlds import BEGIN, LENGTH, WORLDS, ZONE, World


def _laid_out(
    working: tuple[Interval, ...], start: str, minutes: int, splittable: bool = True
) -> tuple[Interval, ...]:
    duration = minutes_of(minutes)
    return lay_out(working, at(start), duration, splittable=splittable, zone=SAO_PAULO)


def test_case_6_the_break_is_skipped_and_not_booked() -> None:
    ana = weeks()

    blocks = _laid_out(ana, "11-30 11:00", 180)

    assert local(blocks) == [
        "Mon 11-30 11:00 - Mon 11-30 12:00",
        "Mon 11-30 13:00 - Mon 11-30 15:00",
    ]
    assert bay_span(blocks).end == at("11-30 15:00")


def test_case_7_the_weekend_is_skipped() -> None:
    ana = weeks()

    blocks = _laid_out(ana, "12-04 15:00", 300)

    assert local(blocks) == [
        "Fri 12-04 15:00 - Fri 12-04 17:00",
        "Mon 12-07 08:00 - Mon 12-07 11:00",
    ]


def test_case_7_so_is_a_closure_on_the_monday() -> None:
    ana = weeks(closed="12-07")

    blocks = _laid_out(ana, "12-04 15:00", 300)

    assert local(blocks) == [
        "Fri 12-04 15:00 - Fri 12-04 17:00",
        "Tue 12-08 08:00 - Tue 12-08 11:00",
    ]


def test_case_8_work_goes_on_over_midnight_in_one_block() -> None:
    night = weeks("FRI 22:30-02:00")

    blocks = _laid_out(night, "12-04 23:30", 60)

    assert local(blocks) == ["Fri 12-04 23:30 - Sat 12-05 00:30"]


def test_several_work_when_all_of_them_do() -> None:
    mornings = weeks("MON 10:00-14:00", "TUE 10:00-14:00")

    both = tuple(intersected(weeks(), mornings))

    assert local(_laid_out(both, "11-30 10:00", 240)) == [
        "Mon 11-30 10:00 - Mon 11-30 12:00",
        "Mon 11-30 13:00 - Mon 11-30 14:00",
        "Tue 12-01 10:00 - Tue 12-01 11:00",
    ]


@pytest.mark.parametrize("start", ["11-30 07:59", "11-30 12:00", "12-05 09:00", "01-01 09:00"])
def test_a_start_outside_of_working_time_is_refused(start: str) -> None:
    ana = weeks()

    with pytest.raises(OutsideShift, match="outside of working time"):
        _laid_out(ana, start, 60)


def test_unsplit_work_lies_in_one_working_time() -> None:
    ana = weeks()

    assert local(_laid_out(ana, "11-30 10:00", 120, splittable=False)) == [
        "Mon 11-30 10:00 - Mon 11-30 12:00"
    ]
    with pytest.raises(OutsideShift, match=r"`splittable` is false.* 2026-11-30T15:00Z"):
        _laid_out(ana, "11-30 10:00", 121, splittable=False)


def test_ten_working_days_are_a_plan_and_eleven_are_not() -> None:
    mornings = weeks("MON 08:00-12:00", "TUE 08:00-12:00", "WED 08:00-12:00")

    blocks = _laid_out(mornings, "11-30 08:00", 10 * 240)

    assert local(blocks)[-1] == "Mon 12-21 08:00 - Mon 12-21 12:00"
    with pytest.raises(PlanTooLong, match="10 working days"):
        _laid_out(mornings, "11-30 08:00", 10 * 240 + 1)


def test_twenty_blocks_are_a_plan_and_twenty_one_are_not() -> None:
    hours = weeks(*(f"MON {hour:02}:00-{hour:02}:30" for hour in range(24)))

    blocks = _laid_out(hours, "11-30 00:00", 20 * 30)

    assert len(blocks) == 20
    with pytest.raises(PlanTooLong, match="20 blocks"):
        _laid_out(hours, "11-30 00:00", 20 * 30 + 1)


def test_round_the_clock_days_count_though_there_is_one_block() -> None:
    always = (Interval(at("11-30 00:00"), at("12-31 00:00")),)

    assert len(_laid_out(always, "11-30 00:00", 10 * 1440)) == 1
    with pytest.raises(PlanTooLong, match="10 working days"):
        _laid_out(always, "11-30 00:01", 10 * 1440)


def test_a_plan_ends_where_working_time_is_known() -> None:
    week = weeks(last="12-04")

    with pytest.raises(PlanTooLong, match="ends at 2026-12-04T20:00Z"):
        _laid_out(week, "12-04 15:00", 121)


def test_a_plan_outside_of_shifts_is_one_block() -> None:
    assert local(unshifted(at("12-05 22:00"), minutes_of(300))) == [
        "Sat 12-05 22:00 - Sun 12-06 03:00"
    ]


def test_case_12_the_bay_is_taken_over_the_weekend_and_ana_is_not() -> None:
    blocks = _laid_out(weeks(extra="12-12 08:00-12:00"), "12-04 15:00", 300)

    saturday = [time("12-05", "08:00-12:00")]

    assert local([bay_span(blocks)]) == ["Fri 12-04 15:00 - Mon 12-07 11:00"]
    assert intersected([bay_span(blocks)], saturday) == saturday
    assert intersected(blocks, saturday) == []


def test_the_past_of_a_plan_is_left_out() -> None:
    blocks = (time("11-30", "08:00-12:00"), time("11-30", "13:00-17:00"))

    assert future_part(blocks, at("11-30 07:00")) == blocks
    assert local(future_part(blocks, at("11-30 10:00"))) == [
        "Mon 11-30 10:00 - Mon 11-30 12:00",
        "Mon 11-30 13:00 - Mon 11-30 17:00",
    ]
    assert future_part(blocks, at("11-30 12:00")) == blocks[1:]
    assert future_part(blocks, at("11-30 17:00")) == ()


@settings(deadline=None, max_examples=200)
@given(WORLDS, st.integers(0, LENGTH), st.integers(1, 26), st.booleans())
def test_blocks_are_the_working_time_from_the_start_until_the_work_is_done(
    world: World, start: int, duration: int, splittable: bool
) -> None:
    working = world.times(world.working)
    expected = world.plan(start, duration, splittable)

    try:
        blocks = lay_out(
            working,
            BEGIN + start * world.unit,
            duration * world.unit,
            splittable=splittable,
            zone=ZONE,
        )
    except (OutsideShift, PlanTooLong):
        assert expected is None
        return

    assert expected is not None
    assert list(blocks) == world.times(expected)
    assert sum((each.end - each.start for each in blocks), timedelta()) == duration * world.unit
    assert intersected(blocks, working) == list(blocks)
