"""Working time by weeks, exceptions and closures, as instants."""

import pytest

from domain.agenda.intervals import minutes
from domain.agenda.shifts import local_day, working_time, zone
from domain.agenda.week import Weekday
from domain.kernel.values import to_milliseconds
from tests.domain.agenda.builders import (
    ANA,
    APIA,
    NEW_YORK,
    SAO_PAULO,
    by_weeks,
    day_hours,
    in_utc,
    local,
    pattern,
)
from tests.domain.execution.builders import MORNING


def test_a_working_day_has_its_rows_and_no_break() -> None:
    time = by_weeks(pattern(*ANA), "2026-11-30")

    assert in_utc(time) == [
        "2026-11-30 11:00Z - 2026-11-30 15:00Z",
        "2026-11-30 16:00Z - 2026-11-30 20:00Z",
    ]
    assert minutes(time) == 480


def test_instants_are_utc_to_the_millisecond() -> None:
    time = by_weeks(pattern(*ANA), "2026-11-30", "2026-12-04")

    edges = [edge for each in time for edge in each]
    assert [repr(edge) for edge in edges] == [repr(to_milliseconds(edge)) for edge in edges]


def test_both_days_of_a_range_are_in_it_and_a_free_weekend_is_not() -> None:
    time = by_weeks(pattern(*ANA), "2026-12-04", "2026-12-07")

    assert local(time) == [
        "Fri 12-04 08:00 - Fri 12-04 12:00",
        "Fri 12-04 13:00 - Fri 12-04 17:00",
        "Mon 12-07 08:00 - Mon 12-07 12:00",
        "Mon 12-07 13:00 - Mon 12-07 17:00",
    ]


def test_a_range_that_ends_before_it_begins_has_no_time() -> None:
    time = by_weeks(pattern("MON 22:00-06:00", "TUE 22:00-06:00"), "2026-12-02", "2026-12-01")

    assert time == []


def test_a_row_over_midnight_is_one_time() -> None:
    time = by_weeks(pattern("FRI 22:30-02:00"), "2026-12-04", "2026-12-05")

    assert local(time) == ["Fri 12-04 22:30 - Sat 12-05 02:00"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-03", []),
        ("2026-12-04", ["Fri 12-04 22:30 - Sat 12-05 00:00"]),
        ("2026-12-05", ["Sat 12-05 00:00 - Sat 12-05 02:00"]),
        ("2026-12-06", []),
    ],
)
def test_a_range_has_what_reaches_into_it_and_loses_what_reaches_out(
    day: str, expected: list[str]
) -> None:
    assert local(by_weeks(pattern("FRI 22:30-02:00"), day)) == expected


def test_sunday_night_reaches_into_monday() -> None:
    time = by_weeks(pattern("SUN 22:00-06:00"), "2026-11-30")

    assert local(time) == ["Mon 11-30 00:00 - Mon 11-30 06:00"]


def test_midnight_ends_a_day_and_days_that_touch_become_one_time() -> None:
    halves = [f"{day} {hours}" for day in Weekday for hours in ("00:00-12:00", "12:00-00:00")]

    time = by_weeks(pattern(*halves), "2026-11-30", "2026-12-06")

    assert local(time) == ["Mon 11-30 00:00 - Mon 12-07 00:00"]


def test_days_that_end_a_minute_early_have_a_gap_each() -> None:
    time = by_weeks(pattern(*(f"{day} 00:00-23:59" for day in Weekday)), "2026-11-30", "2026-12-06")

    assert (len(time), minutes(time)) == (7, 7 * 1439)


def test_an_exception_goes_before_a_closure_and_a_closure_before_theby_weeks() -> None:
    week, exceptions = [pattern(*ANA)], {"2026-11-30": day_hours("10:00-11:00")}

    time = working_time(
        week, exceptions, {"2026-11-30", "2026-12-01"}, "2026-11-30", "2026-12-02", SAO_PAULO
    )

    assert local(time) == [
        "Mon 11-30 10:00 - Mon 11-30 11:00",
        "Wed 12-02 08:00 - Wed 12-02 12:00",
        "Wed 12-02 13:00 - Wed 12-02 17:00",
    ]


def test_an_exception_without_hours_is_a_day_off() -> None:
    exceptions = {"2026-11-30": day_hours()}

    time = working_time([pattern(*ANA)], exceptions, (), "2026-11-30", "2026-11-30", SAO_PAULO)

    assert time == []


def test_an_exception_gives_time_to_who_has_noby_weeks() -> None:
    exceptions = {"2026-12-05": day_hours("09:00-12:00")}

    time = working_time([], exceptions, (), "2026-11-30", "2026-12-06", SAO_PAULO)

    assert local(time) == ["Sat 12-05 09:00 - Sat 12-05 12:00"]


@pytest.mark.parametrize("closed", ["2026-12-04", "2026-12-05"])
def test_a_night_belongs_to_the_day_on_which_it_begins(closed: str) -> None:
    nights = [pattern("FRI 22:30-02:00")]

    time = working_time(nights, {}, {closed}, "2026-12-04", "2026-12-05", SAO_PAULO)

    whole = ["Fri 12-04 22:30 - Sat 12-05 02:00"]
    assert local(time) == ([] if closed == "2026-12-04" else whole)


def test_an_exception_may_overlap_the_night_before_and_counts_once() -> None:
    nights, exceptions = [pattern("FRI 22:30-02:00")], {"2026-12-05": day_hours("01:00-05:00")}

    time = working_time(nights, exceptions, (), "2026-12-04", "2026-12-05", SAO_PAULO)

    assert local(time) == ["Fri 12-04 22:30 - Sat 12-05 05:00"]


@pytest.mark.parametrize("turned", [False, True])
def test_the_week_that_began_last_is_the_one_that_holds(turned: bool) -> None:
    weeks = [
        pattern("MON 08:00-12:00", since="2026-11-23"),
        pattern("MON 13:00-17:00", since="2026-12-07"),
        pattern("MON 18:00-20:00", since="2026-12-08"),
    ]

    time = by_weeks(weeks[::-1] if turned else weeks, "2026-11-09", "2026-12-14")

    assert local(time) == [
        "Mon 11-23 08:00 - Mon 11-23 12:00",
        "Mon 11-30 08:00 - Mon 11-30 12:00",
        "Mon 12-07 13:00 - Mon 12-07 17:00",
        "Mon 12-14 18:00 - Mon 12-14 20:00",
    ]


def test_a_week_without_rows_ends_the_one_before_and_its_last_night_goes_on() -> None:
    weeks = [pattern("SUN 22:00-06:00"), pattern(since="2026-11-30")]

    time = by_weeks(weeks, "2026-11-29", "2026-12-13")

    assert local(time) == ["Sun 11-29 22:00 - Mon 11-30 06:00"]


def test_the_local_day_is_that_of_the_place_and_not_of_greenwich() -> None:
    evening = MORNING.replace(month=12, day=1, hour=1, minute=30)

    days = [local_day(evening, each) for each in (SAO_PAULO, NEW_YORK, APIA, zone("UTC"))]

    assert days == ["2026-11-30", "2026-11-30", "2026-12-01", "2026-12-01"]


@pytest.mark.parametrize(
    "name",
    [
        *("", "Brasilia", "America", "America/Sao_Paulo/", " UTC", "zone.tab"),
        *("../UTC", "/usr/share/zoneinfo/UTC", "A\x00", "São Paulo", "\ud800", "x" * 300),
    ],
    ids=repr,
)
def test_a_zone_that_nobody_knows_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="There is no time zone"):
        zone(name)


def test_beyond_the_calendar_there_is_no_time() -> None:
    for day in ("0001-01-01", "9999-12-31"):
        with pytest.raises(OverflowError):
            by_weeks(pattern(*ANA), day)
