"""Work that was not finished on its day, and the next time for it."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda.intervals import Interval, intersected
from domain.agenda.spans import Span
from domain.planning.carry_over import CarriedOver, Unfinished, carry_over
from domain.planning.roster import Roster
from tests.domain.agenda.builders import SAO_PAULO, local
from tests.domain.planning.builders import at, bay, booked, person, time
from tests.domain.planning.worlds import BEGIN, ZONE, rosters

DAY_END = at("12-01 00:00")


def _unfinished(
    execution_id: str,
    *technician_ids: str,
    estimated: int = 60,
    actual: int = 0,
    bay_id: str | None = None,
) -> Unfinished:
    return Unfinished(
        execution_id=execution_id,
        technician_ids=technician_ids,
        bay_id=bay_id,
        estimated_minutes=estimated,
        actual_minutes=actual,
    )


def _carried(roster: Roster, *unfinished: Unfinished) -> list[CarriedOver]:
    return carry_over(unfinished, roster, DAY_END, SAO_PAULO)


def _times(carried: CarriedOver) -> list[str]:
    blocks = carried.next_slot.blocks if carried.next_slot else ()
    return local([_interval(each) for each in blocks])


def _interval(span: Span) -> Interval:
    return Interval(span.from_, span.to)


def test_what_remains_is_proposed_for_the_next_morning() -> None:
    roster = Roster((person("ana"),))

    (carried,) = _carried(roster, _unfinished("e-1", "ana", estimated=180, actual=150))

    assert carried.remaining_minutes == 30
    assert _times(carried) == ["Tue 12-01 08:00 - Tue 12-01 08:30"]


def test_the_bookings_of_others_stay_and_its_own_does_not_hinder() -> None:
    own = booked("e-1", time("12-01", "08:00-09:00"))
    other = booked("e-2", time("12-01", "09:00-10:00"))
    roster = Roster((person("ana", own, other),))

    (hour,) = _carried(roster, _unfinished("e-1", "ana"))
    (longer,) = _carried(roster, _unfinished("e-1", "ana", estimated=90))

    assert _times(hour) == ["Tue 12-01 08:00 - Tue 12-01 09:00"]
    assert _times(longer) == ["Tue 12-01 10:00 - Tue 12-01 11:30"]


def test_two_do_not_get_the_same_slot() -> None:
    roster = Roster((person("ana"),), (bay("lift"),))

    one, two = _carried(
        roster, _unfinished("e-1", "ana"), _unfinished("e-2", "ana", bay_id="lift", estimated=30)
    )

    assert (_times(one), _times(two)) == (
        ["Tue 12-01 08:00 - Tue 12-01 09:00"],
        ["Tue 12-01 09:00 - Tue 12-01 09:30"],
    )


def test_what_one_leaves_is_free_for_those_after_it() -> None:
    later = booked("e-1", time("12-01", "09:00-12:00"))
    roster = Roster((person("ana", later),))

    _, two = _carried(roster, _unfinished("e-1", "ana"), _unfinished("e-2", "ana", estimated=180))

    assert _times(two) == ["Tue 12-01 09:00 - Tue 12-01 12:00"]


def test_the_bay_and_all_technicians_go_on_together() -> None:
    ana = person("ana", booked("e-2", time("12-01", "08:00-09:00")))
    bruno = person("bruno", busy=(time("12-01", "09:00-10:00"),))
    lift = bay("lift", booked("e-3", time("12-01", "10:30-11:00")))

    (carried,) = _carried(
        Roster((ana, bruno), (lift,)), _unfinished("e-1", "ana", "bruno", bay_id="lift")
    )

    assert _times(carried) == ["Tue 12-01 11:00 - Tue 12-01 12:00"]


def test_where_nothing_remains_or_nobody_can_there_is_no_proposal() -> None:
    roster = Roster((person("ana"), person("bruno", working=())))

    carried = _carried(
        roster,
        _unfinished("e-1", "ana", estimated=60, actual=90),
        _unfinished("e-2"),
        _unfinished("e-3", "nobody"),
        _unfinished("e-4", "bruno"),
        _unfinished("e-5", "ana", bay_id="nowhere"),
    )

    assert [each.next_slot for each in carried] == [None] * 5
    assert [each.remaining_minutes for each in carried] == [0, 60, 60, 60, 60]


@settings(deadline=None, max_examples=100)
@given(rosters(), st.data())
def test_no_two_proposals_overlap_nor_the_bookings_of_others(
    roster: Roster, data: st.DataObject
) -> None:
    ids = [each.technician_id for each in roster.people]
    bays = [None, *(each.bay_id for each in roster.bays)]
    unfinished = [
        _unfinished(
            f"w-{number}",
            *data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)),
            estimated=15 * data.draw(st.integers(0, 8)),
            bay_id=data.draw(st.sampled_from(bays)),
        )
        for number in range(data.draw(st.integers(1, 5)))
    ]

    carried = [each for each in carry_over(unfinished, roster, BEGIN, ZONE) if each.next_slot]

    for one, other in combinations(carried, 2):
        if set(one.technician_ids) & set(other.technician_ids):
            assert intersected(_blocks(one), _blocks(other)) == []
        if one.bay_id and one.bay_id == other.bay_id:
            assert intersected(_span(one), _span(other)) == []
    for each in carried:
        taken = [
            person.taken()
            for person in roster.people
            if person.technician_id in each.technician_ids
        ]
        assert all(intersected(_blocks(each), times) == [] for times in taken)


def _blocks(carried: CarriedOver) -> list[Interval]:
    return [_interval(each) for each in carried.next_slot.blocks] if carried.next_slot else []


def _span(carried: CarriedOver) -> list[Interval]:
    slot = carried.next_slot
    return [Interval(slot.start, slot.end)] if slot else []
