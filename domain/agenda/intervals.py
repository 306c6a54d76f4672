"""Times between two instants. Lists of them are sets of instants: sorted, none overlaps another.
Nothing here knows a time zone, so workflows may use it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_MINUTE = timedelta(minutes=1)


class Interval(NamedTuple):
    """A time from `start` until just before `end`, both in UTC to the millisecond."""

    start: datetime
    end: datetime


_EVER = Interval(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as a sorted list; the intervals may come in any order and overlap. Those
    that touch become one, those that do not end after their start are left out."""
    apart: list[Interval] = []
    for each in sorted(each for each in intervals if each.start < each.end):
        if apart and each.start <= apart[-1].end:
            apart[-1] = Interval(apart[-1].start, max(apart[-1].end, each.end))
        else:
            apart.append(each)
    return apart


def subtracted(of: Sequence[Interval], without: Sequence[Interval]) -> list[Interval]:
    """The instants of the one list that are not in the other."""
    edges = [_EVER.start, *(edge for each in without for edge in each), _EVER.end]
    return intersected(of, [Interval(*gap) for gap in zip(edges[::2], edges[1::2], strict=True)])


def intersected(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    """The instants that are in both lists."""
    common: list[Interval] = []
    one = other = 0
    while one < len(first) and other < len(second):
        here, there = first[one], second[other]
        start, end = max(here.start, there.start), min(here.end, there.end)
        if start < end:
            common.append(Interval(start, end))
        if here.end < there.end:
            one += 1
        else:
            other += 1
    return common


def clipped(intervals: Sequence[Interval], within: Interval) -> list[Interval]:
    """The instants of the list that lie in the interval."""
    return intersected(intervals, [within])


def minutes(intervals: Iterable[Interval]) -> int:
    """Whole minutes that all of them last together. It rounds down once: ten times 59 seconds are
    9 minutes."""
    return sum((each.end - each.start for each in intervals), timedelta()) // _MINUTE


def minutes_of_each(intervals: Sequence[Interval], parts: Sequence[Interval]) -> list[int]:
    """Whole minutes of the list in each of the parts, which are sorted and do not overlap; each is
    rounded down by itself."""
    lengths = [timedelta() for _ in parts]
    ends = [part.end for part in parts]
    for each in intersected(intervals, parts):
        lengths[bisect_left(ends, each.end)] += each.end - each.start
    return [length // _MINUTE for length in lengths]


def near(intervals: Sequence[Interval], span: Interval) -> Sequence[Interval]:
    """The intervals of the list that share an instant with the span, as they are."""
    first = bisect_right(intervals, span.start, key=lambda each: each.end)
    return intervals[first : bisect_left(intervals, span.end, key=lambda each: each.start)]
