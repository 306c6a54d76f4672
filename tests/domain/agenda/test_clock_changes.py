"""Working time on the days on which clocks are put forward and back."""

from zoneinfo import ZoneInfo

import pytest

from domain.agenda.intervals import minutes
from domain.agenda.shifts import day_span, local_day
from tests.domain.agenda.builders import APIA, NEW_YORK, SAO_PAULO, by_weeks, in_utc, local, pattern
from tests.domain.execution.builders import MINUTE


def test_an_afternoon_follows_the_clock_on_the_day_it_is_put_forward() -> None:
    time = by_weeks(pattern("SUN 13:00-18:00"), "2026-03-08", place=NEW_YORK)

    assert in_utc(time) == ["2026-03-08 17:00Z - 2026-03-08 22:00Z"]
    assert minutes(time) == 300


@pytest.mark.parametrize(
    ("day", "last", "length"),
    [
        ("2026-03-07", "2026-03-08", 420),
        ("2026-10-31", "2026-11-01", 540),
        ("2026-11-14", "2026-11-15", 480),
    ],
)
def test_a_night_is_as_long_as_it_truly_lasts(day: str, last: str, length: int) -> None:
    time = by_weeks(pattern("SAT 22:00-06:00"), day, last, NEW_YORK)

    assert (len(time), minutes(time)) == (1, length)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("SUN 02:30-05:00", ["Sun 03-08 03:30 - Sun 03-08 05:00"]),
        ("SUN 01:00-02:30", ["Sun 03-08 01:00 - Sun 03-08 03:30"]),
        ("SUN 02:15-02:45", ["Sun 03-08 03:15 - Sun 03-08 03:45"]),
        ("SUN 02:30-03:15", []),
    ],
)
def test_a_time_that_clocks_skip_moves_forward(row: str, expected: list[str]) -> None:
    time = by_weeks(pattern(row), "2026-03-08", place=NEW_YORK)

    assert local(time, NEW_YORK) == expected


def test_rows_that_meet_in_the_skipped_hour_count_once() -> None:
    time = by_weeks(pattern("SUN 01:00-02:30", "SUN 03:00-04:00"), "2026-03-08", place=NEW_YORK)

    assert in_utc(time) == ["2026-03-08 06:00Z - 2026-03-08 08:00Z"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("SUN 01:30-03:00", ["2026-11-01 05:30Z - 2026-11-01 08:00Z"]),
        ("SUN 00:30-01:30", ["2026-11-01 04:30Z - 2026-11-01 05:30Z"]),
        ("SUN 01:15-01:45", ["2026-11-01 05:15Z - 2026-11-01 05:45Z"]),
        ("SUN 00:00-02:00", ["2026-11-01 04:00Z - 2026-11-01 07:00Z"]),
    ],
)
def test_a_time_that_clocks_show_twice_is_the_first(row: str, expected: list[str]) -> None:
    assert in_utc(by_weeks(pattern(row), "2026-11-01", place=NEW_YORK)) == expected


@pytest.mark.parametrize(
    ("place", "day", "expected", "length"),
    [
        (SAO_PAULO, "2026-11-30", "2026-11-30 03:00Z - 2026-12-01 03:00Z", 1440),
        (SAO_PAULO, "2018-11-04", "2018-11-04 03:00Z - 2018-11-05 02:00Z", 1380),
        (SAO_PAULO, "2018-02-17", "2018-02-17 02:00Z - 2018-02-18 03:00Z", 1500),
        (NEW_YORK, "2026-03-08", "2026-03-08 05:00Z - 2026-03-09 04:00Z", 1380),
        (NEW_YORK, "2026-11-01", "2026-11-01 04:00Z - 2026-11-02 05:00Z", 1500),
        (APIA, "2011-12-29", "2011-12-29 10:00Z - 2011-12-30 10:00Z", 1440),
        (APIA, "2011-12-30", "2011-12-30 10:00Z - 2011-12-30 10:00Z", 0),
    ],
    ids=str,
)
def test_a_day_lasts_as_long_as_its_place_has_it(
    place: ZoneInfo, day: str, expected: str, length: int
) -> None:
    span = day_span(day, place)

    assert (in_utc([span]), minutes([span])) == ([expected], length)


def test_a_day_without_midnight_begins_at_one() -> None:
    start, _ = day_span("2018-11-04", SAO_PAULO)

    assert f"{start.astimezone(SAO_PAULO):%m-%d %H:%M}" == "11-04 01:00"
    assert local_day(start, SAO_PAULO) == "2018-11-04"
    assert local_day(start - MINUTE, SAO_PAULO) == "2018-11-03"


def test_working_time_of_a_day_without_midnight_is_within_it() -> None:
    week = pattern("SAT 22:00-00:00", "SUN 00:00-00:30", "SUN 08:00-12:00")

    time = by_weeks(week, "2018-11-04")

    assert local(time) == [
        "Sun 11-04 01:00 - Sun 11-04 01:30",
        "Sun 11-04 08:00 - Sun 11-04 12:00",
    ]


def test_a_night_over_a_day_that_a_place_left_out_ends_on_the_one_after_it() -> None:
    nights = pattern("THU 22:00-06:00")

    time = by_weeks(nights, "2011-12-31", place=APIA)

    assert local(time, APIA) == ["Sat 12-31 00:00 - Sat 12-31 06:00"]
    assert minutes(by_weeks(nights, "2011-12-29", "2011-12-31", APIA)) == 480
