"""Lists of intervals are sets of instants, and what is done to them is what is done to sets."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda.intervals import (
    Interval,
    clipped,
    intersected,
    merged,
    minutes,
    minutes_of_each,
    near,
    subtracted,
)
from tests.domain.execution.builders import MINUTE, MORNING

LONGEST = 30
ANY = st.lists(
    st.tuples(st.integers(0, LONGEST), st.integers(0, LONGEST)).map(lambda ends: _time(*ends)),
    max_size=8,
)
SPAN = ANY.map(lambda times: [*times, _time(0, 0)][0])
EDGES = st.lists(st.integers(0, LONGEST), max_size=16).map(sorted)
# Neighbours may touch and be empty, as bookings do that nobody has merged.
SORTED = EDGES.map(lambda edges: [_time(*ends) for ends in zip(edges[::2], edges[1::2])])  # noqa: B905


def _time(start: int, end: int) -> Interval:
    """The time between two minutes of the morning."""
    return Interval(MORNING + start * MINUTE, MORNING + end * MINUTE)


def _within(times: list[Interval]) -> set[int]:
    """The minutes of the morning whose first instant lies in one of them; all edges are whole
    minutes."""
    instants = {number: MORNING + number * MINUTE for number in range(LONGEST + 1)}
    return {n for n, at in instants.items() if any(t.start <= at < t.end for t in times)}


def _is_tidy(times: list[Interval]) -> bool:
    """True if none is empty, and each begins after the end of the one before, or at it."""
    return all(t.start < t.end for t in times) and all(
        one.end <= next_.start for one, next_ in pairwise(times)
    )


@settings(deadline=None)
@given(ANY)
def test_merged_times_hold_the_same_instants_in_order_and_apart(times: list[Interval]) -> None:
    result = merged(times)

    assert _within(result) == _within(times)
    assert _is_tidy(result)
    assert all(one.end < next_.start for one, next_ in pairwise(result))
    assert merged(result) == result


@settings(deadline=None)
@given(SORTED, SORTED)
def test_what_is_subtracted_is_what_the_second_has_not(
    of: list[Interval], without: list[Interval]
) -> None:
    result = subtracted(of, without)

    assert _within(result) == _within(of) - _within(without)
    assert _is_tidy(result)


@settings(deadline=None)
@given(SORTED, SORTED)
def test_what_is_intersected_is_what_both_have(
    first: list[Interval], second: list[Interval]
) -> None:
    result = intersected(first, second)

    assert _within(result) == _within(first) & _within(second)
    assert _is_tidy(result)


@settings(deadline=None)
@given(SORTED, SPAN)
def test_what_is_clipped_lies_within(times: list[Interval], within: Interval) -> None:
    result = clipped(times, within)

    assert _within(result) == _within(times) & _within([within])
    assert all(within.start <= each.start < each.end <= within.end for each in result)


@settings(deadline=None)
@given(SORTED, SORTED)
def test_the_minutes_of_the_parts_are_those_of_the_whole(
    of: list[Interval], without: list[Interval]
) -> None:
    parts = minutes(subtracted(of, without)), minutes(intersected(of, without))

    assert sum(parts) == minutes(of) == len(_within(of))


def test_the_end_is_not_within() -> None:
    before, after = _time(0, 10), _time(10, 20)

    assert intersected([before], [after]) == []
    assert subtracted([before], [after]) == [before]
    assert merged([after, before]) == [_time(0, 20)]


def test_a_millisecond_counts() -> None:
    millisecond = timedelta(milliseconds=1)
    early = Interval(MORNING, MORNING + MINUTE - millisecond)

    assert subtracted([_time(0, 1)], [early]) == [Interval(early.end, MORNING + MINUTE)]
    assert (minutes([early]), minutes([early, Interval(early.end, MORNING + MINUTE)])) == (0, 1)


def test_minutes_are_rounded_down_once_and_not_for_each() -> None:
    segments = [
        Interval(MORNING + n * MINUTE, MORNING + n * MINUTE + timedelta(seconds=59))
        for n in range(10)
    ]

    assert minutes(segments) == 9
    assert minutes([]) == 0


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_times_as_any_other(year: int) -> None:
    day = Interval(datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, tzinfo=UTC))

    assert subtracted([day], [_time(0, 1)]) == subtracted([day], []) == [day]


@settings(deadline=None)
@given(ANY, EDGES)
def test_the_minutes_of_adjacent_parts_add_up_to_those_of_the_whole(
    times: list[Interval], edges: list[int]
) -> None:
    parts = [_time(*ends) for ends in pairwise(edges)]

    each = minutes_of_each(merged(times), parts)

    assert each == [minutes(clipped(merged(times), part)) for part in parts]
    assert sum(each) == minutes(intersected(merged(times), merged(parts)))


@settings(deadline=None)
@given(ANY, SPAN)
def test_what_is_near_a_span_is_all_that_it_meets(times: list[Interval], span: Interval) -> None:
    apart = merged(times)

    found = near(apart, span)

    assert list(found) == [
        each for each in apart if each.start < span.end and span.start < each.end
    ]
