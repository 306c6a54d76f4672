"""Blocks of a plan: the pieces of working time that its work takes.

Working time comes as `merged` makes it, so each break and each night lies between two of its times;
that of several technicians is the intersection of theirs.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.agenda.intervals import Interval
from domain.agenda.shifts import Zone, local_day
from domain.planning.errors import OutsideShift, PlanTooLong

MOST_BLOCKS = 20
MOST_WORKING_DAYS = 10
# However the clocks are changed, so short a time lies in no more than ten local days.
_SURELY_FEW_DAYS = timedelta(days=8)
_MINUTE = timedelta(minutes=1)


class Walk(NamedTuple):
    """Working time walked from a start: the blocks so far, at most 20, and what is left to do."""

    blocks: tuple[Interval, ...]
    left: timedelta


def lay_out(
    working: Sequence[Interval],
    start: datetime,
    duration: timedelta,
    *,
    splittable: bool,
    zone: Zone,
) -> tuple[Interval, ...]:
    """The blocks of work that begins at `start`; what is between working times is skipped. Raises
    OutsideShift if the start lies in no working time, or if unsplit work does not end in the one
    where it begins; PlanTooLong for more than 20 blocks or 10 local days, and if `working` ends
    before the work does. Times off and bookings are others' concern."""
    holding = _holding(working, start)
    if not splittable and holding.end - start < duration:
        raise OutsideShift(
            f"`splittable` is false, and the working time at {_shown(start)} ends at "
            f"{_shown(holding.end)}, before {duration // _MINUTE} minutes are over"
        )
    blocks, left = walk(working, start, duration)
    if left:
        raise PlanTooLong(_why_unfinished(blocks))
    if has_too_many_days(blocks, zone):
        raise PlanTooLong(f"A plan has at most {MOST_WORKING_DAYS} working days")
    return blocks


def unshifted(start: datetime, duration: timedelta) -> tuple[Interval, ...]:
    """The one block of work that is planned whatever the working time. Raises OverflowError at the
    calendar's end."""
    return (Interval(start, start + duration),)


def bay_span(blocks: Sequence[Interval]) -> Interval:
    """The time for which the work takes a bay: the car stays there from the first block to the
    last."""
    return Interval(blocks[0].start, blocks[-1].end)


def future_part(blocks: Sequence[Interval], now: datetime) -> tuple[Interval, ...]:
    """The blocks from now on; one that has begun counts from now."""
    return tuple(Interval(max(each.start, now), each.end) for each in blocks if each.end > now)


def walk(working: Sequence[Interval], start: datetime, duration: timedelta) -> Walk:
    """Walks working time from a start that lies in it."""
    first = begun_by(working, start) - 1
    blocks: list[Interval] = []
    for each in working[first : first + MOST_BLOCKS]:
        begin = max(start, each.start)
        end = each.end if each.end - begin < duration else begin + duration
        blocks.append(Interval(begin, end))
        duration -= end - begin
        if not duration:
            break
    return Walk(tuple(blocks), duration)


def has_too_many_days(blocks: Sequence[Interval], zone: Zone) -> bool:
    """True if more than 10 local days have some time of the blocks; a night shift has two."""
    span = bay_span(blocks)
    if span.end - span.start <= _SURELY_FEW_DAYS:
        return False
    return len({day for each in blocks for day in _days(each, zone)}) > MOST_WORKING_DAYS


def begun_by(times: Sequence[Interval], at: datetime) -> int:
    """Number of the times, sorted, that have begun at the instant or before."""
    return bisect_right(times, at, key=_start)


def hit_until(times: Sequence[Interval], blocks: Sequence[Interval]) -> datetime | None:
    """The end of the last of the times, sorted and disjoint, that a block overlaps; None if the
    blocks are clear of all."""
    for block in reversed(blocks):
        begun = bisect_left(times, block.end, key=_start)
        if begun and times[begun - 1].end > block.start:
            return times[begun - 1].end
    return None


def _start(interval: Interval) -> datetime:
    return interval.start


def _holding(working: Sequence[Interval], at: datetime) -> Interval:
    begun = begun_by(working, at)
    if not begun or working[begun - 1].end <= at:
        raise OutsideShift(f"{_shown(at)} is outside of working time")
    return working[begun - 1]


def _why_unfinished(blocks: Sequence[Interval]) -> str:
    if len(blocks) == MOST_BLOCKS:
        return f"A plan has at most {MOST_BLOCKS} blocks"
    return f"The working time that is known ends at {_shown(blocks[-1].end)}, before the work does"


def _days(block: Interval, zone: Zone) -> range:
    last = block.end - datetime.resolution
    return range(_ordinal(block.start, zone), _ordinal(last, zone) + 1)


def _ordinal(at: datetime, zone: Zone) -> int:
    return date.fromisoformat(local_day(at, zone)).toordinal()


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"
