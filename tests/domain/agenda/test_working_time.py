"""Rules that hold for the working time of any week, on any day and in any place."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda.intervals import Interval, clipped, merged, minutes
from domain.agenda.shifts import day_span, local_day, working_time, zone
from domain.agenda.week import (
    MINUTES_OF_A_DAY,
    MINUTES_OF_A_WEEK,
    DayHours,
    Weekday,
    WeekPattern,
)
from tests.domain.agenda.builders import day_hours, pattern
from tests.domain.execution.builders import MINUTE

CHANGES = [
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),  # by half an hour
    ("Antarctica/Troll", "2026-03-29"),  # by two hours
    ("Atlantic/Azores", "2026-10-25"),  # midnight comes twice
    ("Pacific/Apia", "2011-12-30"),  # the day is left out
    ("Asia/Kathmandu", "2026-11-30"),  # nothing is changed
]
"""Places, and days on which their clocks are changed."""


class Agenda(NamedTuple):
    """Arguments of `working_time`: a range of days around a change of the clocks."""

    patterns: list[WeekPattern]
    exceptions: dict[str, DayHours]
    closures: set[str]
    first: str
    last: str
    place: ZoneInfo

    @property
    def days(self) -> list[str]:
        length = date.fromisoformat(self.last) - date.fromisoformat(self.first)
        return [_moved(self.first, number) for number in range(length.days + 1)]

    @property
    def time(self) -> list[Interval]:
        return working_time(*self)

    def of_day(self, day: str) -> list[Interval]:
        return working_time(*self._replace(first=day, last=day))


def _moved(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days=days))


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _pairs(edges: list[int]) -> list[tuple[int, int]]:
    """Times that do not overlap, each shorter than a day."""
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [(start, end) for start, end in pairs if end - start < MINUTES_OF_A_DAY]


def _row(start: int, end: int) -> str:
    day = list(Weekday)[start // MINUTES_OF_A_DAY % 7]
    return f"{day} {_clock(start)}-{_clock(end)}"


def _edges(longest: int, most: int) -> st.SearchStrategy[list[int]]:
    # Quarters of an hour, so that they often meet each other and the changes of the clocks.
    quarters = st.integers(0, longest // 15 - 1).map(lambda quarter: quarter * 15)
    return st.lists(quarters, max_size=most, unique=True).map(sorted)


@st.composite
def _patterns(draw: st.DrawFn, around: str) -> WeekPattern:
    turned = 15 * draw(st.integers(0, MINUTES_OF_A_WEEK // 15 - 1))
    edges = draw(_edges(MINUTES_OF_A_WEEK, 28))
    rows = [_row(start + turned, end + turned) for start, end in _pairs(edges)]
    return pattern(*rows, since=_moved(around, draw(st.integers(-9, 4))))


@st.composite
def _exceptions(draw: st.DrawFn) -> DayHours:
    """Hours that begin on the day; the last of them may go on into the next."""
    pairs = _pairs(draw(_edges(2 * MINUTES_OF_A_DAY, 8)))
    begun = [(start, end) for start, end in pairs if start < MINUTES_OF_A_DAY]
    return day_hours(*(f"{_clock(start)}-{_clock(end)}" for start, end in begun))


@st.composite
def _agendas(draw: st.DrawFn) -> Agenda:
    name, change = draw(st.sampled_from(CHANGES))
    near = st.integers(-4, 4).map(lambda days: _moved(change, days))
    first, last = sorted((draw(near), draw(near)))
    return Agenda(
        patterns=draw(st.lists(_patterns(change), max_size=2, unique_by=lambda p: p.valid_from)),
        exceptions=draw(st.dictionaries(near, _exceptions(), max_size=3)),
        closures=draw(st.sets(near, max_size=3)),
        first=first,
        last=last,
        place=zone(name),
    )


@settings(deadline=None, max_examples=80)
@given(_agendas())
def test_it_is_sorted_disjoint_and_within_its_days(agenda: Agenda) -> None:
    time = agenda.time

    starts, ends = (
        day_span(agenda.first, agenda.place).start,
        day_span(agenda.last, agenda.place).end,
    )
    assert all(starts <= each.start < each.end <= ends for each in time)
    assert all(one.end < other.start for one, other in pairwise(time))


@settings(deadline=None, max_examples=80)
@given(_agendas())
def test_a_range_has_what_its_days_have(agenda: Agenda) -> None:
    time = agenda.time

    by_day = {day: agenda.of_day(day) for day in agenda.days}
    assert time == merged(each for times in by_day.values() for each in times)
    assert by_day == {day: clipped(time, day_span(day, agenda.place)) for day in agenda.days}


@settings(deadline=None, max_examples=80)
@given(_agendas())
def test_no_day_has_more_working_time_than_it_lasts(agenda: Agenda) -> None:
    worked = {day: minutes(agenda.of_day(day)) for day in agenda.days}

    lasts = {day: minutes([day_span(day, agenda.place)]) for day in agenda.days}
    assert [day for day in agenda.days if worked[day] > lasts[day]] == []
    assert sum(worked.values()) == minutes(agenda.time)


@settings(deadline=None, max_examples=80)
@given(_agendas())
def test_days_follow_each_other_and_hold_the_instants_of_their_name(agenda: Agenda) -> None:
    spans = {day: day_span(day, agenda.place) for day in agenda.days}

    assert all(one.end == other.start for one, other in pairwise(spans.values()))
    for day, (start, end) in spans.items():
        if start < end:
            assert {local_day(at, agenda.place) for at in (start, end - MINUTE)} == {day}


@settings(deadline=None, max_examples=80)
@given(_agendas(), st.integers(0, 59))
def test_where_clocks_stay_it_is_what_the_clock_on_the_wall_says(
    agenda: Agenda, minute: int
) -> None:
    here = agenda._replace(place=zone("America/Fortaleza"))
    start, _ = day_span(here.first, here.place)
    instants = [start + (hour * 60 + minute) * MINUTE for hour in range(24 * len(here.days))]

    time = here.time

    within = [at for at in instants if any(each.start <= at < each.end for each in time)]
    assert within == [at for at in instants if _works(here, at.astimezone(here.place))]


def _works(agenda: Agenda, wall: datetime) -> bool:
    """True if the clock on the wall lies in hours of that day, or in those that go on from the day
    before."""
    day, minute = str(wall.date()), wall.hour * 60 + wall.minute
    today, yesterday = _said(agenda, day), _said(agenda, _moved(day, -1))
    return any(start <= minute < end for start, end in today) or any(
        start <= minute + MINUTES_OF_A_DAY < end for start, end in yesterday
    )


def _said(agenda: Agenda, day: str) -> list[tuple[int, int]]:
    weekday = list(Weekday)[date.fromisoformat(day).weekday()]
    week: list[tuple[int, int]] = []
    for each in sorted(agenda.patterns, key=lambda each: each.valid_from):
        if each.valid_from <= day:
            week = [(row.begins, row.ends) for row in each.week if row.day is weekday]
    of_day = [(each.begins, each.ends) for each in agenda.exceptions.get(day, ())]
    return of_day if day in agenda.exceptions else [] if day in agenda.closures else week
