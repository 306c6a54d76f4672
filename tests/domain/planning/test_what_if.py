"""A what-if: the plans that would move, and the promises that would break."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.agenda.intervals import Interval
from domain.planning.planned import Planned, UnplaceableReason
from domain.planning.roster import Bay, Person, Reserved, Roster
from domain.planning.suppositions import Delay, ExtraJob, PartsAt, Supposition, TechnicianAbsent
from domain.planning.what_if import BrokenPromise, Outcome, simulate
from tests.domain.agenda.builders import SAO_PAULO, local
from tests.domain.planning.builders import at, bay, booked, person, time, weeks

MONDAY = "11-30"
ALL_MONTH = ("11-30 00:00", "12-31 23:59")


def _plan(execution_id: str, *blocks: Interval, who: str = "ana", **more: Any) -> Planned:
    technician_ids = tuple(who.split())
    return Planned(execution_id=execution_id, technician_ids=technician_ids, blocks=blocks, **more)


def _roster(people: Sequence[Person], plans: Sequence[Planned], bays: Sequence[Bay] = ()) -> Roster:
    """The agendas, with the plans booked."""
    roster = Roster(tuple(people), tuple(bays))
    for plan in plans:
        reserved = Reserved(plan.execution_id, plan.blocks)
        roster = roster.reserving(reserved, plan.technician_ids, plan.bay_id)
    return roster


def _simulate(
    people: Sequence[Person],
    plans: Sequence[Planned],
    *changes: Supposition,
    bays: Sequence[Bay] = (),
    now: str = "11-30 07:00",
) -> Outcome:
    return simulate(_roster(people, plans, bays), plans, changes, at(now), SAO_PAULO)


def _moved(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [
        (each.execution_id, each.technician_id, local([Interval(each.to.from_, each.to.to)])[0])
        for each in outcome.moved
    ]


def _delay(execution_id: str, minutes: int) -> Delay:
    return Delay(type="DELAY", execution_id=execution_id, minutes=minutes)


def _parts(execution_id: str, local_time: str) -> PartsAt:
    return PartsAt(type="PARTS_AT", execution_id=execution_id, at=at(local_time))


def _absent(who: str, since: str, until: str) -> TechnicianAbsent:
    return TechnicianAbsent(
        type="TECHNICIAN_ABSENT", technician_id=who, from_=at(since), to=at(until)
    )


def _extra(minutes: int, *skills: str, **more: Any) -> ExtraJob:
    return ExtraJob(type="EXTRA_JOB", duration_minutes=minutes, skills=skills, **more)


MORNING = [
    _plan("e-1", time(MONDAY, "08:00-09:00")),
    _plan("e-2", time(MONDAY, "09:00-10:00")),
    _plan("e-3", time(MONDAY, "11:00-12:00")),
]


def test_nothing_moves_where_nothing_changes() -> None:
    overlapping = [*MORNING, _plan("e-4", time("12-05", "09:00-10:00"))]
    off = person("ana", busy=(time(MONDAY, "08:00-12:00"),))

    outcome = _simulate([off], overlapping)

    assert outcome == Outcome(moved=(), broken_promises=(), unplaceable=())


def test_a_delay_runs_through_the_day_until_a_gap_takes_it_up() -> None:
    outcome = _simulate([person("ana")], MORNING, _delay("e-1", 30))

    assert _moved(outcome) == [
        ("e-1", "ana", "Mon 11-30 08:30 - Mon 11-30 09:30"),
        ("e-2", "ana", "Mon 11-30 09:30 - Mon 11-30 10:30"),
    ]


def test_what_moved_tells_its_old_time() -> None:
    outcome = _simulate([person("ana")], MORNING, _delay("e-3", 120))

    (moved,) = outcome.moved
    assert moved.model_dump(mode="json") == {
        "executionId": "e-3",
        "technicianId": "ana",
        "from": {"from": "2026-11-30T14:00:00Z", "to": "2026-11-30T15:00:00Z"},
        "to": {"from": "2026-11-30T16:00:00Z", "to": "2026-11-30T17:00:00Z"},
    }


def test_work_that_has_begun_lasts_longer_and_keeps_its_start() -> None:
    outcome = _simulate(
        [person("ana")], MORNING, _delay("e-1", 60), _extra(10), now="11-30 08:20:30"
    )

    assert _moved(outcome) == [
        ("e-1", "ana", "Mon 11-30 08:00 - Mon 11-30 10:00"),
        ("e-2", "ana", "Mon 11-30 10:00 - Mon 11-30 11:00"),
        ("extra-1", "ana", "Mon 11-30 13:00 - Mon 11-30 13:10"),
    ]


def test_work_waits_for_its_parts_and_those_after_it_yield() -> None:
    plans = [*MORNING, _plan("e-4", time("12-01", "08:00-09:00"))]

    outcome = _simulate([person("ana")], plans, _parts("e-1", "12-01 08:00"))

    assert _moved(outcome) == [
        ("e-1", "ana", "Tue 12-01 08:00 - Tue 12-01 09:00"),
        ("e-4", "ana", "Tue 12-01 09:00 - Tue 12-01 10:00"),
    ]


def test_parts_that_are_there_in_time_move_nothing() -> None:
    outcome = _simulate([person("ana")], MORNING, _parts("e-2", "11-30 09:00"))

    assert outcome.moved == ()


def test_whoever_is_absent_for_a_while_does_it_later() -> None:
    outcome = _simulate(
        [person("ana"), person("bruno")], MORNING, _absent("ana", "11-30 08:00", "11-30 09:30")
    )

    assert _moved(outcome) == [
        ("e-1", "ana", "Mon 11-30 09:30 - Mon 11-30 10:30"),
        ("e-2", "ana", "Mon 11-30 10:30 - Mon 11-30 11:30"),
        ("e-3", "ana", "Mon 11-30 11:30 - Mon 11-30 13:30"),
    ]


def test_another_with_the_skills_takes_over_from_one_who_is_absent_throughout() -> None:
    plans = [
        _plan("e-1", time(MONDAY, "08:00-09:00"), skills=frozenset({"brakes"})),
        _plan("e-2", time(MONDAY, "09:00-10:00"), skills=frozenset({"paint"})),
        _plan("e-3", time(MONDAY, "08:00-08:30"), who="carla"),
    ]
    people = [person("ana"), person("bruno"), person("carla", skills="brakes")]

    outcome = _simulate(people, plans, _absent("ana", *ALL_MONTH))

    assert _moved(outcome) == [
        ("e-1", "carla", "Mon 11-30 08:00 - Mon 11-30 09:00"),
        ("e-3", "carla", "Mon 11-30 09:00 - Mon 11-30 09:30"),
    ]
    assert [(each.execution_id, each.reason) for each in outcome.unplaceable] == [
        ("e-2", UnplaceableReason.NOBODY_WITH_SKILLS)
    ]


def test_another_takes_over_from_one_who_is_not_on_the_roster_any_more() -> None:
    plans = [_plan("e-1", time(MONDAY, "08:00-09:00"), who="gone")]

    untouched = _simulate([person("bruno")], plans)
    delayed = _simulate([person("bruno")], plans, _delay("e-1", 60))

    assert untouched.moved == ()
    assert _moved(delayed) == [("e-1", "bruno", "Mon 11-30 09:00 - Mon 11-30 10:00")]


def test_of_two_together_the_one_who_is_there_stays() -> None:
    plans = [_plan("e-1", time(MONDAY, "08:00-09:00"), who="ana bruno")]
    people = [person("ana"), person("bruno", booked("held", time(MONDAY, "13:00-17:00")))]
    carla = person("carla", busy=(time(MONDAY, "08:00-11:30"),))
    absent = _absent("ana", *ALL_MONTH)

    outcome = _simulate([*people, carla], plans, absent)
    both = _simulate([*people, carla], plans, absent, _absent("bruno", *ALL_MONTH))

    assert _moved(outcome) == [("e-1", "carla", "Tue 12-01 08:00 - Tue 12-01 09:00")]
    assert [each.reason for each in both.unplaceable] == [UnplaceableReason.NOBODY_WITH_SKILLS]


def test_the_car_stays_on_its_bay_and_others_of_it_yield() -> None:
    plans = [
        _plan("e-1", time(MONDAY, "08:00-09:00"), bay_id="lift"),
        _plan("e-2", time(MONDAY, "09:00-10:00"), who="bruno", bay_id="lift"),
    ]

    outcome = _simulate(
        [person("ana"), person("bruno")], plans, _delay("e-1", 240), bays=[bay("lift")]
    )

    assert _moved(outcome) == [("e-1", "ana", "Mon 11-30 13:00 - Mon 11-30 14:00")]


def test_what_has_no_plan_here_never_yields() -> None:
    ana = person("ana", booked("held", time(MONDAY, "10:00-11:00")))

    outcome = _simulate([ana], MORNING[1:2], _delay("e-2", 30))

    assert _moved(outcome) == [("e-2", "ana", "Mon 11-30 11:00 - Mon 11-30 12:00")]


def test_a_promise_breaks_if_its_work_moves_beyond_it() -> None:
    promised = at("11-30 10:00")
    plans = [
        MORNING[0],
        replace(MORNING[1], promised_at=promised),
        replace(MORNING[2], promised_at=promised),  # late already
    ]

    outcome = _simulate([person("ana")], plans, _delay("e-1", 45))

    assert outcome.broken_promises == (
        BrokenPromise(
            execution_id="e-2",
            promised_at=promised,
            predicted_end=at("11-30 10:45"),
            late_minutes=45,
        ),
    )


def test_an_extra_job_takes_what_is_free_and_moves_nothing() -> None:
    people = [person("ana", skills="brakes"), person("bruno")]

    outcome = _simulate(
        people,
        MORNING,
        _extra(60, "brakes", promised_at=at("11-30 10:00")),
        _extra(90, "brakes"),
        _extra(60, "paint"),
    )

    assert _moved(outcome) == [
        ("extra-1", "ana", "Mon 11-30 10:00 - Mon 11-30 11:00"),
        ("extra-2", "ana", "Mon 11-30 13:00 - Mon 11-30 14:30"),
    ]
    assert [each.from_ for each in outcome.moved] == [None, None]
    assert [(e.execution_id, e.late_minutes) for e in outcome.broken_promises] == [("extra-1", 60)]
    assert [(each.execution_id, each.reason) for each in outcome.unplaceable] == [
        ("extra-3", UnplaceableReason.NOBODY_WITH_SKILLS)
    ]


def test_work_that_no_agenda_can_hold_any_more_is_named_with_its_reason() -> None:
    ana = person("ana", working=weeks(last="12-01"))

    outcome = _simulate(
        [ana],
        MORNING,
        _parts("e-1", "12-02 08:00"),
        _delay("e-9", 30),
        _extra(24 * 60),
        now="11-30 08:30",
    )

    assert [(each.execution_id, each.reason) for each in outcome.unplaceable] == [
        ("e-1", UnplaceableReason.NO_FREE_TIME),
        ("extra-1", UnplaceableReason.NO_FREE_TIME),
        ("e-9", UnplaceableReason.NOT_PLANNED),
    ]


def test_a_plan_that_is_over_is_not_placed_again() -> None:
    outcome = _simulate([person("ana")], MORNING, _delay("e-1", 30), now="11-30 09:00")

    assert outcome.moved == ()
    assert [each.reason for each in outcome.unplaceable] == [UnplaceableReason.NOT_PLANNED]
