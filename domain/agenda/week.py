"""Working time as people say it: rows of a week, single days, times off. All of it is local to the
workshop; nothing here knows a time zone."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.kernel.reading import leniently, of_text
from domain.kernel.values import Input, Value

MINUTES_OF_A_DAY = 24 * 60
MINUTES_OF_A_WEEK = 7 * MINUTES_OF_A_DAY
# Near the ends of the calendar, a zone would lead out of it.
_DAY = re.compile(r"(19[7-9]\d|2[01]\d\d)-\d\d-\d\d", re.ASCII)


def _day(text: str) -> str:
    try:
        return str(date.fromisoformat(text if _DAY.fullmatch(text) else ""))
    except ValueError:
        raise PydanticCustomError(
            "day", "A day of the years 1970 to 2199 is written like 2026-11-30"
        ) from None


Day = Annotated[
    str,
    AfterValidator(_day),
    leniently(of_text(str.strip)),
    Field(json_schema_extra={"format": "date"}),
]
"""A day of the years 1970 to 2199, as ISO 8601 has it: text sorts and is stored as it stands."""

ClockTime = Annotated[
    str,
    StringConstraints(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    leniently(of_text(str.strip)),
]
"""A time of day, from 00:00 to 23:59."""


class Weekday(StrEnum):
    MON = "MON"
    TUE = "TUE"
    WED = "WED"
    THU = "THU"
    FRI = "FRI"
    SAT = "SAT"
    SUN = "SUN"

    @property
    def number(self) -> int:
        """0 for Monday, as `date.weekday` has it."""
        return WEEKDAYS.index(self)


WEEKDAYS = tuple(Weekday)


class Hours(Value):
    """A time of a day: until midnight if `to` is 00:00, and into the next day if `to` is not later
    than `from`."""

    from_: ClockTime = Field(alias="from")
    to: ClockTime

    @property
    def begins(self) -> int:
        """Minutes since midnight by the clock on the wall."""
        return _minutes(self.from_)

    @property
    def ends(self) -> int:
        """Minutes since the midnight at which the day began, beyond 1,440 on the next day."""
        ends = _minutes(self.to)
        return ends if ends > self.begins else ends + MINUTES_OF_A_DAY


class WeekRow(Hours):
    """The same on one day of every week."""

    day: Annotated[Weekday, BeforeValidator(of_text(str.upper))]


@lru_cache(MINUTES_OF_A_DAY)
def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _of_a_day(hours: Sequence[Hours]) -> Sequence[Hours]:
    _check_length(hours)
    _check_apart((each.begins, each.ends) for each in hours)
    return hours


def _of_a_week(rows: Sequence[WeekRow]) -> Sequence[WeekRow]:
    _check_length(rows)
    spans = [_in_week(row) for row in rows]
    # The week is a circle: what goes on beyond Sunday is there on Monday too.
    turned = [(begins - MINUTES_OF_A_WEEK, ends - MINUTES_OF_A_WEEK) for begins, ends in spans]
    _check_apart([*spans, *(span for span in turned if span[1] > 0)])
    return rows


def _in_week(row: WeekRow) -> tuple[int, int]:
    midnight = row.day.number * MINUTES_OF_A_DAY
    return midnight + row.begins, midnight + row.ends


def _check_length(hours: Iterable[Hours]) -> None:
    for each in hours:
        if each.from_ == each.to:
            raise PydanticCustomError(
                "hours_empty", "{at} to {at} is no time: `from` and `to` differ", {"at": each.to}
            )


def _check_apart(spans: Iterable[tuple[int, int]]) -> None:
    for (_, ends), (begins, _) in pairwise(sorted(spans)):
        if begins < ends:
            raise PydanticCustomError("hours_overlap", "Two of the times overlap")


DayHours = Annotated[tuple[Hours, ...], Field(max_length=8), AfterValidator(_of_a_day)]
"""The working time of one day; empty where nobody works."""
Week = Annotated[tuple[WeekRow, ...], Field(max_length=28), AfterValidator(_of_a_week)]


class DayTime(Hours, Input):
    """The hours of a day, as a client gives them."""


class WeekTime(WeekRow, Input):
    """A row of a week, as a client gives it."""


GivenDay = Annotated[tuple[DayTime, ...], Field(max_length=8), AfterValidator(_of_a_day)]
GivenWeek = Annotated[tuple[WeekTime, ...], Field(max_length=28), AfterValidator(_of_a_week)]


class WeekPattern(Value):
    """The working time of every week from a day on, until a later pattern begins."""

    valid_from: Day
    week: Week
