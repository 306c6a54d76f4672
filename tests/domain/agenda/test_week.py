"""Working time, as people may say it and as they may not."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.agenda.week import (
    ClockTime,
    Day,
    Hours,
    Weekday,
    WeekPattern,
    WeekRow,
)
from domain.kernel.reading import Reading
from tests.domain.agenda.builders import ANA, WORKDAYS, day_hours, pattern

DAY: TypeAdapter[str] = TypeAdapter(Day)
CLOCK_TIME: TypeAdapter[str] = TypeAdapter(ClockTime)


@pytest.mark.parametrize("day", ["2026-11-30", "2028-02-29", "1970-01-01", "2199-12-31"])
def test_a_day_of_the_calendar_stays_as_it_is_written(day: str) -> None:
    assert DAY.validate_python(day) == day


@pytest.mark.parametrize(
    "wrong",
    [
        *("2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-00", "0000-01-01"),
        *("20261130", "2026-W49-1", "2026-11-3", "26-11-30", "30/11/2026", "2026-11-30T00:00"),
        *(" 2026-11-30", "2026-11-30\n", "٢٠٢٦-١١-٣٠", "", 20261130, None),  # noqa: RUF001  # digits
    ],
    ids=repr,
)
def test_what_no_calendar_has_is_no_day(wrong: object) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(wrong)


@pytest.mark.parametrize("good", ["00:00", "08:30", "19:59", "23:59"])
def test_a_time_of_day_has_two_digits_each(good: str) -> None:
    assert CLOCK_TIME.validate_python(good) == good


@pytest.mark.parametrize(
    "wrong",
    ["24:00", "8:30", "08:60", "08:30:00", "0830", "08.30", "08:30\n", " 08:30", "-1:00", "", 8],
    ids=repr,
)
def test_what_no_clock_shows_is_no_time_of_day(wrong: object) -> None:
    with pytest.raises(ValidationError):
        CLOCK_TIME.validate_python(wrong)


def test_people_may_write_blanks_around_it() -> None:
    day = DAY.validate_python(" 2026-11-30 ", context=Reading.LENIENT)
    time = CLOCK_TIME.validate_python("08:30\n", context=Reading.LENIENT)

    assert (day, time) == ("2026-11-30", "08:30")


def test_weekdays_are_numbered_as_the_calendar_does() -> None:
    assert [day.number for day in Weekday] == list(range(7))
    assert (Weekday("MON").number, Weekday("SUN").number) == (0, 6)


def test_a_weekday_may_be_written_small_but_not_otherwise() -> None:
    row = {"from": "08:00", "to": "12:00"}

    assert WeekRow.model_validate({"day": "mon", **row}).day is Weekday.MON
    for wrong in ("Monday", "SEG", "", 0, None):
        with pytest.raises(ValidationError):
            WeekRow.model_validate({"day": wrong, **row})


@pytest.mark.parametrize(
    ("start", "end", "begins", "ends"),
    [
        ("08:00", "12:00", 480, 720),
        ("18:00", "00:00", 1080, 1440),
        ("22:30", "02:00", 1350, 1560),
        ("23:59", "23:58", 1439, 2878),
        ("00:00", "23:59", 0, 1439),
    ],
)
def test_hours_that_do_not_end_later_end_on_the_next_day(
    start: str, end: str, begins: int, ends: int
) -> None:
    hours = Hours.model_validate({"from": start, "to": end})

    assert (hours.begins, hours.ends) == (begins, ends)


def test_a_week_is_sent_and_kept_in_the_same_words() -> None:
    sent = {"validFrom": "2026-11-30", "week": [{"from": "08:00", "to": "12:00", "day": "MON"}]}

    kept = WeekPattern.model_validate(sent).model_dump(mode="json")

    assert kept == sent


@pytest.mark.parametrize(
    "rows",
    [
        ("MON 08:00-12:00", "MON 11:59-13:00"),
        ("MON 08:00-17:00", "MON 09:00-10:00", "MON 10:00-11:00"),
        ("MON 08:00-12:00", "MON 08:00-12:00"),
        ("MON 22:00-06:00", "TUE 05:59-12:00"),
        ("TUE 05:00-12:00", "MON 22:00-06:00"),
        ("MON 22:00-06:00", "MON 23:00-00:00"),
        ("SUN 22:00-06:00", "MON 05:00-12:00"),
        ("MON 00:00-00:01", "SUN 00:01-00:00", "SUN 23:59-00:01"),
        ("SUN 12:00-11:00", "MON 10:59-11:30"),
    ],
    ids=" and ".join,
)
def test_rows_of_a_week_do_not_overlap(rows: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="overlap"):
        pattern(*rows)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ANA,
        ("MON 08:00-12:00", "MON 12:00-17:00"),
        ("MON 22:00-06:00", "TUE 06:00-12:00"),
        ("SUN 22:00-06:00", "MON 06:00-12:00"),
        ("MON 00:00-12:00", "SUN 12:00-00:00"),
        ("MON 10:00-09:00", "TUE 10:00-09:00"),
    ],
    ids=" and ".join,
)
def test_rows_may_touch(rows: tuple[str, ...]) -> None:
    week = pattern(*rows).week

    assert len(week) == len(rows)


@pytest.mark.parametrize("time", ["00:00", "08:00"])
def test_a_time_that_begins_and_ends_at_once_is_none(time: str) -> None:
    with pytest.raises(ValidationError, match="no time"):
        pattern(f"MON {time}-{time}")
    with pytest.raises(ValidationError, match="no time"):
        day_hours(f"{time}-{time}")


def test_a_week_has_at_most_four_rows_a_day() -> None:
    rows = [f"{day} {hour:02}:00-{hour:02}:30" for day in Weekday for hour in (8, 10, 13, 15)]

    assert len(pattern(*rows).week) == 28
    with pytest.raises(ValidationError, match="28"):
        pattern(*rows, "SUN 20:00-21:00")


@pytest.mark.parametrize(
    "hours",
    [
        ("08:00-12:00", "11:00-13:00"),
        ("22:00-06:00", "23:00-23:30"),
        ("00:00-23:59", "23:58-00:00"),
    ],
    ids=" and ".join,
)
def test_times_of_a_single_day_do_not_overlap(hours: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="overlap"):
        day_hours(*hours)


def test_the_next_day_of_a_single_one_is_another() -> None:
    hours = day_hours("02:00-04:00", "22:00-06:00")

    assert [(each.begins, each.ends) for each in hours] == [(120, 240), (1320, 1800)]


def test_a_single_day_has_at_most_eight_times_and_may_have_none() -> None:
    eight = [f"{hour:02}:00-{hour:02}:30" for hour in range(8, 16)]

    assert (len(day_hours(*eight)), len(day_hours())) == (8, 0)
    with pytest.raises(ValidationError, match="8"):
        day_hours(*eight, "20:00-21:00")


@pytest.mark.parametrize(
    "sent",
    [
        {"day": "MON", "from": "08:00"},
        {"day": "MON", "to": "08:00"},
        {"from": "08:00", "to": "12:00"},
    ],
    ids=str,
)
def test_a_row_says_all_that_it_needs(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WeekRow.model_validate(sent)


def test_a_pattern_begins_on_a_day_that_there_is() -> None:
    with pytest.raises(ValidationError):
        pattern(f"{WORKDAYS[0]} 08:00-12:00", since="2026-02-30")
