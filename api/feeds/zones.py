"""Time zones as iCalendar writes them down (VTIMEZONE), for a few years.

The library would derive them too, but from the time that clocks show after a change, where RFC 5545
wants the one that they showed until then; and with RDATE, which Outlook passes over: it reads
yearly rules alone, and a STANDARD there must be.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_YEARS_OF_A_RULE = 12
"""Years that a rule has to hold for: in fewer, a month's fourth Sunday may always be its last."""
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Change(NamedTuple):
    """A change of the clocks; `local` is what they showed at that instant until then."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def is_forward(self) -> bool:
        return self.after > self.before


class _Yearly(NamedTuple):
    """All that is the same each year; `week` is the month's, or -1 for the last."""

    month: int
    week: int
    weekday: int

    @property
    def rule(self) -> dict[str, object]:
        byday = f"{self.week}{_WEEKDAYS[self.weekday]}"
        return {"freq": "yearly", "bymonth": self.month, "byday": byday}


@lru_cache(maxsize=16)
def time_zone(zone: ZoneInfo, first: int, last: int) -> Timezone:
    """The zone as it is from the first of these years to the last. Who shares it must not change
    it."""
    written = Timezone()
    written.add("tzid", zone.key)
    for each in _observances(zone, first, last):
        written.add_component(each)
    return written


def _observances(
    zone: ZoneInfo, first: int, last: int
) -> Iterator[TimezoneStandard | TimezoneDaylight]:
    begins = datetime(first - 1, 1, 1)  # noqa: DTZ001  # clocks of the zone
    changes = list(_changes(zone, first - 1, last))
    rules = _rules(zone, first - 1, last) if changes else {}
    if rules:
        for change, yearly in rules.items():
            yield _observance(change, yearly)
        return
    start = begins.replace(tzinfo=zone)
    yield _observance(_Change(begins, _offset(start), _offset(start), str(start.tzname())))
    yield from map(_observance, changes)


def _observance(
    change: _Change, yearly: _Yearly | None = None
) -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if change.is_forward else TimezoneStandard()
    observance.add("dtstart", change.local)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    observance.add("tzname", change.name)
    if yearly:
        observance.add("rrule", yearly.rule)
    return observance


def _rules(zone: ZoneInfo, first: int, last: int) -> dict[_Change, _Yearly]:
    """The first change forward and the first one back, each with its rule; none if there is a year
    that does not go by them."""
    last = max(last, first + _YEARS_OF_A_RULE)
    changes = list(_changes(zone, first, last))
    rules = {}
    for is_forward in (False, True):
        each_year = [change for change in changes if change.is_forward is is_forward]
        yearly = _yearly(each_year, last - first + 1)
        if yearly is None:
            return {}
        rules[each_year[0]] = yearly
    return rules


def _yearly(changes: Sequence[_Change], years: int) -> _Yearly | None:
    days = [each.local.date() for each in changes]
    alike = {(e.local.time(), e.before, e.after, e.name, e.local.month) for e in changes}
    weekdays = {day.weekday() for day in days}
    week = _week(days)
    is_yearly = len({day.year for day in days}) == len(days) == years
    if not is_yearly or week is None or len(alike) > 1 or len(weekdays) > 1:
        return None
    return _Yearly(days[0].month, week, weekdays.pop())


def _week(days: Sequence[date]) -> int | None:
    if all((day + _WEEK).month != day.month for day in days):
        return -1
    weeks = {(day.day - 1) // 7 + 1 for day in days}
    return weeks.pop() if len(weeks) == 1 else None


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    """Changes from the start of the first year to the end of the last, in UTC."""
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while at < end:
        following = at + _DAY
        before, after = _offset_at(at, zone), _offset_at(following, zone)
        if before != after:
            change = _instant_of_change(at, following, zone)
            local = (change + before).replace(tzinfo=None)
            yield _Change(local, before, after, str(change.astimezone(zone).tzname()))
        at = following


def _instant_of_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the offset of `after`."""
    known = _offset_at(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if _offset_at(middle, zone) == known:
            before = middle
        else:
            after = middle
    return after


def _offset_at(at: datetime, zone: ZoneInfo) -> timedelta:
    return _offset(at.astimezone(zone))


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()
