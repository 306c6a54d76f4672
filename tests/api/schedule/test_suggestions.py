"""Suggestions fit: each could be planned at once, and neither the agendas nor the rule by which
plans are laid out would refuse it."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from activities.agendas.rosters import Agendas
from domain.agenda.bookings import Block, Booking
from domain.agenda.intervals import Interval
from domain.bay.state import Bay, BayClosure, BayRegistration
from domain.bay.state import register as register_bay
from domain.kernel.values import evolve
from domain.planning.blocks import bay_span, lay_out
from domain.planning.offers import Wanted
from domain.planning.suggestions import suggest
from domain.technician.events import TimeOffKind
from domain.technician.state import Registration, Technician, TimeOff, register
from tests.api.schedule.workshop import NOW, booking
from tests.domain.agenda.builders import ANA, pattern
from tests.domain.planning.builders import at
from tests.starts import SAO_PAULO

HOUR = timedelta(hours=1)
WEEKS = [ANA, ("MON 22:00-06:00", "WED 08:00-18:00"), ("SAT 00:00-12:00", "MON 07:30-09:45")]
_EDGES = st.lists(st.integers(0, 200), max_size=12, unique=True).map(sorted)


def _times(edges: list[int]) -> list[Interval]:
    """Times in order, from the edges in hours since the Monday began; they may touch."""
    begin = at("11-30 00:00")
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [Interval(begin + start * HOUR, begin + end * HOUR) for start, end in pairs]


def _bookings(edges: list[int]) -> tuple[Booking, ...]:
    return tuple(booking(f"e{number}", each) for number, each in enumerate(_times(edges)))


@st.composite
def technicians(draw: st.DrawFn, name: str) -> Technician:
    off = [
        TimeOff(time_off_id=f"{number}", kind=TimeOffKind.OTHER, from_=each.start, to=each.end)
        for number, each in enumerate(_times(draw(_EDGES)[:4]))
    ]
    return evolve(
        register(Registration(technician_id=name), NOW)[0],
        patterns=(pattern(*draw(st.sampled_from(WEEKS))),),
        bookings=_bookings(draw(_EDGES)),
        time_off=tuple(off),
    )


@st.composite
def bays(draw: st.DrawFn, name: str) -> Bay:
    closed = [
        BayClosure(closure_id=f"{number}", from_=each.start, to=each.end)
        for number, each in enumerate(_times(draw(_EDGES)[:4]))
    ]
    new = register_bay(BayRegistration(bay_id=name, kind="LIFT"), NOW)[0]
    return evolve(new, bookings=_bookings(draw(_EDGES)), closures=tuple(closed))


@settings(deadline=None, max_examples=60)
@given(
    st.tuples(technicians("ana"), technicians("bruno")),
    st.tuples(bays("lift-1"), bays("lift-2")),
    st.integers(1, 900),
    st.booleans(),
)
def test_every_suggestion_is_clear_of_conflicts(
    people: tuple[Technician, ...], lifts: tuple[Bay, ...], minutes: int, is_splittable: bool
) -> None:
    agendas = Agendas(people, lifts, {"2026-12-02"}, "2026-11-30", "2027-01-31", SAO_PAULO)
    duration, until = timedelta(minutes=minutes), NOW + timedelta(days=14)
    wanted = Wanted(
        duration=duration,
        skills=frozenset(),
        from_=NOW,
        until=until,
        bay_kind="LIFT",
        count=10,
        splittable=is_splittable,
    )

    found = suggest(agendas.roster(), wanted, NOW, SAO_PAULO)

    by_id = {each.technician_id: each for each in people} | {each.bay_id: each for each in lifts}
    for each in found:
        ana, lift = by_id[each.technician_id], by_id[each.bay_id or ""]
        blocks = tuple(Interval(block.from_, block.to) for block in each.blocks)
        assert isinstance(ana, Technician)
        assert ana.conflicts([Block.of(block) for block in blocks], "new") == []
        assert lift.conflicts([Block.of(bay_span(blocks))], "new") == []
        laid_out = lay_out(
            agendas.working(ana), each.start, duration, splittable=is_splittable, zone=SAO_PAULO
        )
        assert laid_out == blocks
        assert NOW <= each.start < until
