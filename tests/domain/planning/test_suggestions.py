"""Suggestions: who could do some work, when, and why."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda.intervals import Interval, intersected
from domain.planning.blocks import bay_span, lay_out
from domain.planning.errors import OutsideShift, PlanTooLong
from domain.planning.offers import Offer, Wanted, offers
from domain.planning.roster import Bay, Person, Roster
from domain.planning.suggestions import ReasonCode, Suggestion, suggest
from tests.domain.agenda.builders import SAO_PAULO, local
from tests.domain.planning.builders import at, bay, booked, minutes_of, person, time
from tests.domain.planning.worlds import BEGIN, LENGTH, ZONE, rosters

NOW = at("11-30 07:00")
MONDAY = "11-30"


def _wanted(minutes: int = 60, skills: str = "", **more: Any) -> Wanted:
    usual = {"from_": NOW, "until": at("12-14 00:00")}
    return Wanted(
        duration=minutes_of(minutes), skills=frozenset(skills.split()), **{**usual, **more}
    )


def _suggest(
    *people: Person, wanted: Wanted, bays: tuple[Bay, ...] = (), now: str = "11-30 07:00"
) -> list[Suggestion]:
    return suggest(Roster(people, bays), wanted, at(now), SAO_PAULO)


def _shown(suggestions: list[Suggestion]) -> list[tuple[str, str]]:
    return [
        (each.technician_id, local([Interval(each.start, each.end)])[0]) for each in suggestions
    ]


def _reasons(suggestion: Suggestion) -> dict[ReasonCode, object]:
    return {each.code: each.value for each in suggestion.reasons}


def test_each_with_the_skills_offers_their_earliest_slot() -> None:
    ana = person("ana", booked("e-1", time(MONDAY, "08:00-10:00")), skills="brakes engine")
    bruno = person("bruno", skills="brakes")
    carla = person("carla", skills="engine brakes paint")

    suggestions = _suggest(ana, bruno, carla, wanted=_wanted(skills="brakes engine", count=2))

    assert _shown(suggestions) == [
        ("carla", "Mon 11-30 08:00 - Mon 11-30 09:00"),
        ("ana", "Mon 11-30 10:00 - Mon 11-30 11:00"),
    ]


def test_case_16_two_people_do_not_make_one_slot() -> None:
    morning = (time(MONDAY, "08:00-11:00"),)
    ana = person("ana", booked("e-1", time(MONDAY, "09:00-10:00")), working=morning)
    bruno = person("bruno", working=(time(MONDAY, "09:00-10:00"),))

    assert _suggest(ana, bruno, wanted=_wanted(120)) == []
    assert _shown(_suggest(ana, bruno, wanted=_wanted(60, count=3))) == [
        ("ana", "Mon 11-30 08:00 - Mon 11-30 09:00"),
        ("bruno", "Mon 11-30 09:00 - Mon 11-30 10:00"),
        ("ana", "Mon 11-30 10:00 - Mon 11-30 11:00"),
    ]


def test_nothing_is_suggested_in_the_past_and_nothing_after_the_range() -> None:
    ana = person("ana")

    (first,) = _suggest(ana, wanted=_wanted(count=1), now="11-30 09:30")
    late = _suggest(ana, wanted=_wanted(from_=at("12-05 00:00"), until=at("12-07 08:00")))

    assert first.start == at("11-30 09:30")
    assert late == []


def test_the_own_booking_of_the_work_is_free_for_it() -> None:
    ana = person("ana", booked("e-1", time(MONDAY, "08:00-12:00")))
    lift = bay("lift", booked("e-1", time(MONDAY, "08:00-12:00")))
    wanted = _wanted(bay_kind="LIFT", count=1)

    (own,) = _suggest(ana, bays=(lift,), wanted=replace(wanted, execution_id="e-1"))
    (others,) = _suggest(ana, bays=(lift,), wanted=wanted)

    assert (own.start, others.start) == (at("11-30 08:00"), at("11-30 13:00"))


def test_a_bay_of_the_kind_is_free_then_and_the_smallest_id_is_taken() -> None:
    taken = booked("e-1", time(MONDAY, "08:00-09:00"))
    bays = (bay("pit", kind="PIT"), bay("lift-3"), bay("lift-2"), bay("lift-1", taken))

    (suggestion,) = _suggest(person("ana"), bays=bays, wanted=_wanted(bay_kind="LIFT", count=1))

    assert (suggestion.bay_id, suggestion.start) == ("lift-2", at("11-30 08:00"))
    assert _suggest(person("ana"), bays=bays, wanted=_wanted(bay_kind="ALIGNMENT")) == []


def test_people_offer_more_than_one_slot_if_there_are_too_few_of_them() -> None:
    ana = person("ana", booked("e-1", time(MONDAY, "09:00-10:00")))

    suggestions = _suggest(ana, wanted=_wanted(count=3))

    assert [local([Interval(each.start, each.end)])[0][10:15] for each in suggestions] == [
        "08:00",
        "10:00",
        "11:00",
    ]


def test_a_second_slot_of_one_does_not_push_out_the_first_of_another() -> None:
    bruno = person("bruno", working=(time("12-04", "08:00-12:00"),))

    suggestions = _suggest(person("ana"), bruno, wanted=_wanted(count=3))

    assert [each.technician_id for each in suggestions] == ["ana", "ana", "bruno"]


def test_there_are_ten_at_most() -> None:
    suggestions = _suggest(person("ana"), wanted=_wanted(count=99))

    assert len(suggestions) == 10


def test_a_kept_promise_goes_first_then_the_end_then_who_knows_the_car_then_the_load() -> None:
    elsewhere = booked("e-1", time(MONDAY, "15:00-16:00"))
    roster = [person("ana", elsewhere), person("bruno"), person("carla"), person("dora", elsewhere)]

    by_id = _suggest(*roster, wanted=_wanted(count=4))
    known = _suggest(*roster, wanted=_wanted(count=4, known_technician_id="dora"))

    assert [each.technician_id for each in by_id] == ["bruno", "carla", "ana", "dora"]
    assert [each.technician_id for each in known] == ["dora", "bruno", "carla", "ana"]


def test_a_promise_that_only_one_slot_keeps_puts_it_first() -> None:
    ana = person("ana", booked("e-1", time(MONDAY, "08:00-12:00")))
    bruno = person("bruno", booked("e-2", time(MONDAY, "08:00-09:00")))
    promised = at("11-30 10:30")

    first, second = _suggest(
        ana,
        bruno,
        wanted=_wanted(promised_at=promised, known_technician_id="ana", count=2),
    )

    assert (first.technician_id, second.technician_id) == ("bruno", "ana")
    assert _reasons(first)[ReasonCode.KEEPS_PROMISE] == 30
    assert ReasonCode.KEEPS_PROMISE not in _reasons(second)


def test_each_reason_has_its_value() -> None:
    ana = person("ana", booked("e-1", time(MONDAY, "15:00-16:30")), skills="brakes engine")
    bruno = person("bruno", booked("e-2", time(MONDAY, "08:00-09:00")), skills="brakes")
    wanted = _wanted(skills="brakes", promised_at=at("11-30 12:00"), known_technician_id="ana")

    first, second = _suggest(ana, bruno, wanted=replace(wanted, count=2))
    (only,) = _suggest(ana, bruno, wanted=replace(wanted, skills=frozenset({"engine"}), count=1))

    assert _reasons(first) == {
        ReasonCode.KEEPS_PROMISE: 180,
        ReasonCode.EARLIEST: at("11-30 09:00"),
        ReasonCode.KNOWS_THE_CAR: "ana",
    }
    assert _reasons(second) == {ReasonCode.KEEPS_PROMISE: 120, ReasonCode.LEAST_LOADED: 60}
    assert _reasons(only)[ReasonCode.ONLY_ONE_WITH_SKILL] == "engine"


def test_the_load_is_of_the_local_day_and_of_others_work() -> None:
    before = booked("e-1", time("11-29", "23:00-23:59"))
    ana = person("ana", before, booked("e-2", time(MONDAY, "16:00-17:00")))
    roster = Roster((ana,))

    (offer,) = offers(roster, _wanted(count=1), NOW, SAO_PAULO)
    (own,) = offers(roster, _wanted(count=1, execution_id="e-2"), NOW, SAO_PAULO)

    assert (offer.booked, own.booked) == (60, 0)


def test_clients_see_instants_and_codes() -> None:
    (suggestion,) = _suggest(person("ana"), wanted=_wanted(count=1))

    assert suggestion.model_dump(mode="json") == {
        "technicianId": "ana",
        "bayId": None,
        "start": "2026-11-30T11:00:00Z",
        "end": "2026-11-30T12:00:00Z",
        "blocks": [{"from": "2026-11-30T11:00:00Z", "to": "2026-11-30T12:00:00Z"}],
        "reasons": [{"code": "EARLIEST", "value": "2026-11-30T12:00:00Z"}],
    }


WANTED = st.builds(
    Wanted,
    duration=st.integers(1, 12).map(lambda quarters: minutes_of(15 * quarters)),
    skills=st.frozensets(st.sampled_from(["brakes", "engine"]), max_size=1),
    from_=st.integers(0, LENGTH).map(lambda unit: BEGIN + unit * timedelta(minutes=15)),
    until=st.integers(0, LENGTH).map(lambda unit: BEGIN + unit * timedelta(minutes=15)),
    bay_kind=st.sampled_from([None, "LIFT"]),
    execution_id=st.sampled_from([None, "e-0-0", "b-0-0"]),
    count=st.integers(1, 10),
    splittable=st.booleans(),
)


@settings(deadline=None, max_examples=200)
@given(rosters(), WANTED)
def test_each_suggestion_can_be_planned_at_once(roster: Roster, wanted: Wanted) -> None:
    now = BEGIN + timedelta(hours=1)

    found = offers(roster, wanted, now, ZONE)

    assert len(found) <= wanted.count
    for each in found:
        _check(each, roster, wanted)
        assert max(now, wanted.from_) <= each.start < wanted.until


def _check(offer: Offer, roster: Roster, wanted: Wanted) -> None:
    technician = roster.person(offer.technician_id)
    assert technician is not None
    assert technician.skills >= wanted.skills
    assert offer.blocks == lay_out(
        technician.working,
        offer.start,
        wanted.duration,
        splittable=wanted.splittable,
        zone=ZONE,
    )
    assert intersected(offer.blocks, technician.taken(wanted.execution_id)) == []
    if wanted.bay_kind:
        place = roster.bay(offer.bay_id or "")
        assert place is not None
        assert intersected([bay_span(offer.blocks)], place.taken(wanted.execution_id)) == []


@pytest.mark.parametrize("bay_kind", [None, "LIFT"])
@settings(deadline=None, max_examples=60)
@given(roster=rosters(), wanted=WANTED)
def test_no_slot_that_is_earlier_would_be_free(
    bay_kind: str | None, roster: Roster, wanted: Wanted
) -> None:
    wanted = replace(wanted, bay_kind=bay_kind, count=1)

    found = offers(roster, wanted, BEGIN, ZONE)

    free = [
        end
        for technician in roster.skilled(wanted.skills)
        for start in range(LENGTH)
        if (end := _end_if_free(technician, start, roster, wanted)) is not None
    ]
    assert [each.end for each in found] == sorted(free)[:1]


def _end_if_free(
    technician: Person, quarter: int, roster: Roster, wanted: Wanted
) -> datetime | None:
    start = BEGIN + quarter * timedelta(minutes=15)
    if not wanted.from_ <= start < wanted.until:
        return None
    try:
        blocks = lay_out(
            technician.working, start, wanted.duration, splittable=wanted.splittable, zone=ZONE
        )
    except (OutsideShift, PlanTooLong):
        return None
    own = wanted.execution_id
    places = [each for each in roster.bays if each.kind == wanted.bay_kind]
    on_a_bay = wanted.bay_kind is None or any(
        not intersected([bay_span(blocks)], each.taken(own)) for each in places
    )
    is_free = not intersected(blocks, technician.taken(own)) and on_a_bay
    return blocks[-1].end if is_free else None
