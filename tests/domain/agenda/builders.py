"""Working time for tests, written as people write it: `FRI 22:30-02:00`."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from domain.agenda.intervals import Interval
from domain.agenda.shifts import working_time, zone
from domain.agenda.week import DayHours, Hours, WeekPattern

SAO_PAULO = zone("America/Sao_Paulo")
NEW_YORK = zone("America/New_York")
APIA = zone("Pacific/Apia")

_DAY_HOURS: TypeAdapter[tuple[Hours, ...]] = TypeAdapter(DayHours)

WORKDAYS = ("MON", "TUE", "WED", "THU", "FRI")
ANA = tuple(f"{day} {hours}" for day in WORKDAYS for hours in ("08:00-12:00", "13:00-17:00"))
"""The week of the contract's cases."""


def pattern(*rows: str, since: str = "2000-01-01") -> WeekPattern:
    """The week of these rows, from a day on."""
    week = [{"day": day, **_times(hours)} for day, hours in map(str.split, rows)]
    return WeekPattern.model_validate({"validFrom": since, "week": week})


def day_hours(*hours: str) -> DayHours:
    """The times of a single day."""
    intervals = [_times(each) for each in hours]
    return _DAY_HOURS.validate_python(intervals)


def by_weeks(
    patterns: WeekPattern | Sequence[WeekPattern],
    first: str,
    last: str | None = None,
    place: ZoneInfo = SAO_PAULO,
) -> list[Interval]:
    """The working time of someone who has no exceptions, where nothing is ever closed."""
    several = [patterns] if isinstance(patterns, WeekPattern) else patterns
    return working_time(several, {}, (), first, last or first, place)


def in_utc(times: Sequence[Interval]) -> list[str]:
    return [f"{start:%Y-%m-%d %H:%MZ} - {end:%Y-%m-%d %H:%MZ}" for start, end in times]


def local(times: Sequence[Interval], place: ZoneInfo = SAO_PAULO) -> list[str]:
    """The times as calendar and clock of the place show them, without the year."""
    ends = ((start.astimezone(place), end.astimezone(place)) for start, end in times)
    return [f"{start:%a %m-%d %H:%M} - {end:%a %m-%d %H:%M}" for start, end in ends]


def _times(hours: str) -> dict[str, str]:
    start, end = hours.split("-")
    return {"from": start, "to": end}
