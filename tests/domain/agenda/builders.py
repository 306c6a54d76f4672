"""Working time for tests, written as people write it: `FRI 22:30-02:00`."""

from domain.agenda.week import DayException, DayHours, WeekPattern

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
    return DayException.model_validate({"date": "2026-11-30", "intervals": intervals}).intervals


def _times(hours: str) -> dict[str, str]:
    start, end = hours.split("-")
    return {"from": start, "to": end}
