"""Working time as instants. No other module of the domain knows time zones, and no workflow may
import this one: the rules of a zone change with the machine's database, and a replay would decide
differently."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.agenda.intervals import Interval, clipped, merged
from domain.agenda.week import MINUTES_OF_A_DAY, WEEKDAYS, Day, DayHours, Hours, WeekPattern

Zone = ZoneInfo
"""A time zone, for those who only pass one on."""

_DAY = timedelta(days=1)
# A night shift ends on the next day; where a zone has left that day out (Samoa, 2011-12-30), on
# the one after it.
_REACH = 2 * _DAY
# Technicians share their hours: three edges a day for three months, of some ten shifts.
_KNOWN = 4096


def zone(name: str) -> ZoneInfo:
    """The time zone of that name, as the machine's database has it. Raises ValueError for one that
    it does not have."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as unknown:  # a folder's name is an OSError
        raise ValueError(f"There is no time zone {name!r}") from unknown


def local_day(at: datetime, zone: ZoneInfo) -> Day:
    """The day that calendars in the zone show at that instant."""
    return str(at.astimezone(zone).date())


def day_span(day: Day, zone: ZoneInfo) -> Interval:
    """The time of a day, of 23 or 25 hours where clocks are changed. It begins at 01:00 where they
    skip midnight, and it is empty where they skip the day. Raises OverflowError at the calendar's
    ends."""
    return Interval(_instant(day, 0, zone), _instant(day, MINUTES_OF_A_DAY, zone))


def days_span(first: Day, last: Day, zone: ZoneInfo) -> Interval:
    """The time from the start of the first day to the end of the last. Raises OverflowError at the
    calendar's ends."""
    return Interval(day_span(first, zone).start, day_span(last, zone).end)


def days_between(first: Day, last: Day) -> list[Day]:
    """The days, both ends included; none if the last is before the first."""
    return list(_days(date.fromisoformat(first), date.fromisoformat(last)))


def working_time(
    patterns: Sequence[WeekPattern],
    exceptions: Mapping[str, DayHours],
    closures: Collection[str],
    first: Day,
    last: Day,
    zone: ZoneInfo,
) -> list[Interval]:
    """The working time from the start of the first day to the end of the last. On each day an
    exception goes before a closure, and a closure before the week. What goes on over midnight
    belongs to the day on which it begins, whatever the next day has. Raises OverflowError at the
    calendar's ends."""
    span = days_span(first, last, zone)
    begun = (
        Interval(_instant(day, hours.begins, zone), _instant(day, hours.ends, zone))
        for day in _days(date.fromisoformat(reaching_into(first)), date.fromisoformat(last))
        for hours in _hours(day, patterns, exceptions, closures)
    )
    return clipped(merged(begun), span)


def reaching_into(day: Day) -> Day:
    """The first day whose working time may go on until this one."""
    return str(date.fromisoformat(day) - _REACH)


def _days(first: date, last: date) -> Iterator[Day]:
    return (str(first + number * _DAY) for number in range((last - first).days + 1))


def _hours(
    day: Day,
    patterns: Sequence[WeekPattern],
    exceptions: Mapping[str, DayHours],
    closures: Collection[str],
) -> Sequence[Hours]:
    if day in exceptions:
        return exceptions[day]
    return () if day in closures else _of_week(day, patterns)


def _of_week(day: Day, patterns: Sequence[WeekPattern]) -> Sequence[Hours]:
    begun = [each for each in patterns if each.valid_from <= day]
    if not begun:
        return ()
    newest = max(begun, key=lambda each: each.valid_from)
    weekday = WEEKDAYS[date.fromisoformat(day).weekday()]
    return [row for row in newest.week if row.day is weekday]


@lru_cache(_KNOWN)
def _instant(day: Day, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant at which clocks show so many minutes since the day's midnight: the first, where
    they show it twice. A time that they skip moves forward by as much as they do."""
    midnight = datetime.combine(date.fromisoformat(day), time(), zone)
    # The sum moves the hands of the clock; only in UTC is a difference true time.
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
