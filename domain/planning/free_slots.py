"""Slots: the earliest blocks that nobody else has."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.agenda.intervals import Interval
from domain.agenda.shifts import Zone, day_span, local_day
from domain.planning.blocks import (
    MOST_BLOCKS,
    bay_span,
    begun_by,
    has_too_many_days,
    hit_until,
    walk,
)

_MINUTE = timedelta(minutes=1)


def next_free(
    working: Sequence[Interval],
    busy: Sequence[Interval],
    bay_busy: Sequence[Interval],
    duration: timedelta,
    *,
    splittable: bool,
    not_before: datetime,
    until: datetime,
    zone: Zone,
) -> tuple[Interval, ...] | None:
    """The blocks of the earliest plan that begins before `until`, and not before the whole minute
    at or after `not_before`. Its blocks are clear of `busy`, and its time on a bay of `bay_busy`;
    each of the lists is as `merged` makes it. None if there is no such plan.

    From a start that fails, the search goes on at the next one that may not: no plan before the end
    of what it hits is clear of that, since a later start never ends earlier."""
    start = _working_from(working, whole_minute(not_before))
    while start is not None and start < until:
        blocks, left = walk(working, start, duration)
        if left and len(blocks) < MOST_BLOCKS:
            return None  # working time is used up, and a later start has less of it
        if left or (len(blocks) > 1 and not splittable):
            start = _next_beginning(working, start)
        elif has_too_many_days(blocks, zone):
            midnight = day_span(local_day(start, zone), zone).end
            start = _working_from(working, midnight)
        elif hit := _hit_until(busy, bay_busy, blocks):
            start = _working_from(working, hit)
        else:
            return blocks
    return None


def whole_minute(at: datetime) -> datetime:
    """The instant itself, or the next whole minute. Raises OverflowError at the calendar's end."""
    down = at.replace(second=0, microsecond=0)
    return at if down == at else down + _MINUTE


def _hit_until(
    busy: Sequence[Interval], bay_busy: Sequence[Interval], blocks: Sequence[Interval]
) -> datetime | None:
    hits = (hit_until(busy, blocks), hit_until(bay_busy, [bay_span(blocks)]))
    return max((hit for hit in hits if hit), default=None)


def _working_from(working: Sequence[Interval], at: datetime) -> datetime | None:
    """The instant itself, or the start of the next working time if it lies in none."""
    begun = begun_by(working, at)
    if begun and at < working[begun - 1].end:
        return at
    return _beginning(working, begun)


def _next_beginning(working: Sequence[Interval], at: datetime) -> datetime | None:
    return _beginning(working, begun_by(working, at))


def _beginning(working: Sequence[Interval], number: int) -> datetime | None:
    return working[number].start if number < len(working) else None
