"""Small worlds whose times all begin and end on whole units, so that they can be searched unit by
unit, and agendas drawn from them."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from domain.agenda.intervals import Interval, merged
from domain.planning.blocks import MOST_BLOCKS, MOST_WORKING_DAYS
from domain.planning.roster import Bay, Person, Reserved, Roster
from tests.domain.agenda.builders import SAO_PAULO
from tests.domain.planning.builders import at

ZONE = SAO_PAULO
BEGIN = at("11-30 00:00")
LENGTH = 64
UNITS = st.sampled_from([timedelta(minutes=1), timedelta(hours=6)])
"""Of six hours, a world has 16 days, and plans meet the limits of days and blocks."""


class World(NamedTuple):
    """Sets of units, counted from the local midnight at which the world begins."""

    unit: timedelta
    working: Collection[int]
    busy: Collection[int]
    bay_busy: Collection[int]

    def times(self, units: Iterable[int]) -> list[Interval]:
        starts = (BEGIN + number * self.unit for number in units)
        return merged(Interval(start, start + self.unit) for start in starts)

    def plan(self, start: int, duration: int, splittable: bool) -> list[int] | None:
        """The units of work that begins at one of them; None if that is no plan, whoever is
        busy."""
        units = [unit for unit in sorted(self.working) if unit >= start][:duration]
        if units[:1] != [start] or len(units) < duration:
            return None
        blocks = len(self.times(units))
        days = {(unit * self.unit) // timedelta(days=1) for unit in units}
        too_long = blocks > MOST_BLOCKS or len(days) > MOST_WORKING_DAYS
        return None if too_long or (blocks > 1 and not splittable) else units

    def is_free(self, units: Collection[int]) -> bool:
        on_the_bay = set(range(min(units), max(units) + 1))
        return not set(units) & set(self.busy) and not on_the_bay & set(self.bay_busy)


def _units(most: int = LENGTH) -> st.SearchStrategy[set[int]]:
    return st.integers(0, 2**most - 1).map(lambda bits: {n for n in range(most) if bits >> n & 1})


def _runs() -> st.SearchStrategy[set[int]]:
    """Few and long times, as agendas have them."""
    edges = st.lists(st.integers(0, LENGTH), max_size=8, unique=True).map(sorted)
    return edges.map(
        lambda edges: {
            unit
            for start, end in zip(edges[::2], edges[1::2], strict=False)
            for unit in range(start, end)
        }
    )


SPARSE, DENSE = _runs(), _units()
WORLDS = st.builds(
    World, UNITS, SPARSE | DENSE | st.just(set(range(LENGTH))), SPARSE, SPARSE | st.just(set())
)


def _booked(edges: Collection[int], world: World, prefix: str) -> tuple[Reserved, ...]:
    """Bookings in a row, none of which overlaps another."""
    ends = sorted(edges)
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return tuple(
        Reserved(f"{prefix}-{number}", tuple(world.times(range(start, end))))
        for number, (start, end) in enumerate(pairs)
    )


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Up to four technicians and two lifts, of units of a quarter of an hour."""
    world = World(timedelta(minutes=15), (), (), ())
    edges = st.lists(st.integers(0, LENGTH), max_size=8, unique=True)
    people = [
        Person(
            technician_id=f"tech-{number}",
            skills=draw(st.frozensets(st.sampled_from(["brakes", "engine"]))),
            working=tuple(world.times(draw(SPARSE))),
            busy=tuple(world.times(draw(SPARSE))) if draw(st.booleans()) else (),
            bookings=_booked(draw(edges), world, f"e-{number}"),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    bays = [
        Bay(
            bay_id=f"bay-{number}", kind="LIFT", bookings=_booked(draw(edges), world, f"b-{number}")
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    return Roster(tuple(people), tuple(bays))
