"""Changes of a technician, one by one."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.agenda.errors import TooManyEntries
from domain.agenda.week import Hours, WeekPattern
from domain.kernel.aggregate import decide
from domain.kernel.events import Metadata, publish
from domain.kernel.reading import Reading
from domain.technician import commands
from domain.technician.commands import (
    MOST_PATTERNS,
    AddTimeOff,
    ChangeTechnician,
    ClearDay,
    RemoveTimeOff,
    SetDay,
    SetShifts,
)
from domain.technician.errors import TimeOffNotFound, TimeOffOverlap
from domain.technician.state import NewTechnician, Registration, Technician, register
from tests.domain.execution.builders import MORNING
from tests.domain.technician.builders import (
    CHRISTMAS,
    MONDAYS,
    MORNINGS,
    after,
    registered,
    time_off,
    with_something,
)


def test_a_profile_is_replaced_as_a_whole() -> None:
    ana = registered(name="Ana", number=7, skills=("brakes",))

    changed = after(ana, ChangeTechnician(name="Ana Souza"))

    assert (changed.name, changed.number, changed.skills) == ("Ana Souza", None, ())


def test_the_same_profile_again_changes_nothing() -> None:
    ana = registered(name="Ana", skills=("brakes",))

    again, events = decide(ana, ChangeTechnician(name="Ana", skills=("brakes",)), MORNING)

    assert (again, events) == (ana, ())


def test_skills_are_named_once_each() -> None:
    assert NewTechnician(skills=("brakes", "tyres", "brakes")).skills == ("brakes", "tyres")


def test_no_event_names_a_person() -> None:
    new = Registration(technician_id="ana", name="Ana Souza", subject="ana@example")
    _, told = register(new, MORNING)
    _, changed = decide(registered(), ChangeTechnician(name="Ana Souza"), MORNING)
    metadata = Metadata(event_id="e", sequence=1, occurred_at=MORNING, correlation_id="c")

    for event in (*told, *changed):
        assert "Ana Souza" not in publish(event, metadata).model_dump_json()
        assert "ana@example" not in publish(event, metadata).model_dump_json()


def test_patterns_stand_in_the_order_of_their_first_days() -> None:
    ana = after(
        registered(),
        SetShifts(valid_from="2026-12-01", week=MONDAYS),
        SetShifts(valid_from="2026-11-01", week=()),
        SetShifts(valid_from="2026-12-01", week=()),
    )

    assert [(each.valid_from, len(each.week)) for each in ana.patterns] == [
        ("2026-11-01", 0),
        ("2026-12-01", 0),
    ]


def test_the_oldest_patterns_give_way() -> None:
    many = [SetShifts(valid_from=f"20{year:02}-01-01", week=()) for year in range(10, 25)]

    ana = after(registered(), *many)

    assert len(ana.patterns) == MOST_PATTERNS
    assert ana.patterns[-1].valid_from == "2024-01-01"


def test_the_same_shifts_again_change_nothing_also_when_the_state_has_been_stored() -> None:
    ana = after(
        registered(),
        SetShifts(valid_from="2026-11-30", week=MONDAYS),
        SetDay(date=CHRISTMAS, intervals=(MORNINGS,)),
    )
    stored = Technician.model_validate_json(ana.model_dump_json())

    again = after(
        stored,
        SetShifts(valid_from="2026-11-30", week=MONDAYS),
        SetDay(date=CHRISTMAS, intervals=(MORNINGS,)),
    )

    assert again == stored == ana
    assert type(ana.patterns[0]) is WeekPattern
    assert type(ana.days[CHRISTMAS][0]) is Hours


def test_a_single_day_is_taken_back() -> None:
    ana = after(registered(), SetDay(date=CHRISTMAS, intervals=()), ClearDay(date=CHRISTMAS))

    assert ana.days == {}
    assert decide(ana, ClearDay(date=CHRISTMAS), MORNING) == (ana, ())


def test_days_that_are_long_past_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_DAYS", 2)
    long_past = str((MORNING - timedelta(days=100)).date())
    ana = after(registered(), *(SetDay(date=day, intervals=()) for day in (long_past, CHRISTMAS)))

    ana = after(ana, SetDay(date="2026-12-25", intervals=()))

    assert list(ana.days) == [CHRISTMAS, "2026-12-25"]
    with pytest.raises(TooManyEntries):
        after(ana, SetDay(date="2026-12-26", intervals=()))


def test_times_off_do_not_overlap_but_may_touch() -> None:
    ana = after(registered(), time_off(MORNING, hours=4))

    touching = after(ana, time_off(MORNING + timedelta(hours=4), hours=1))
    with pytest.raises(TimeOffOverlap) as refusal:
        after(ana, time_off(MORNING + timedelta(hours=3), hours=2))

    assert len(touching.time_off) == 2
    assert refusal.value.facts == {"time_off_id": ana.time_off[0].time_off_id}


def test_a_time_off_is_taken_back_by_its_id() -> None:
    ana = with_something()

    assert after(ana, RemoveTimeOff(time_off_id=ana.time_off[0].time_off_id)).time_off == ()
    with pytest.raises(TimeOffNotFound):
        after(ana, RemoveTimeOff(time_off_id="ana-99"))


def test_times_off_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_TIMES_OFF", 1)
    ana = after(registered(), time_off(MORNING - timedelta(days=100)), time_off())

    with pytest.raises(TooManyEntries):
        after(ana, time_off(MORNING + timedelta(days=1)))


@pytest.mark.parametrize("hours", [0, -1])
def test_a_time_off_ends_after_it_begins(hours: int) -> None:
    with pytest.raises(ValidationError):
        time_off(MORNING, hours=hours)


def test_unknown_fields_of_a_time_are_refused() -> None:
    sent = {"date": CHRISTMAS, "intervals": [{"from": "08:00", "to": "12:00", "until": "13:00"}]}

    with pytest.raises(ValidationError):
        SetDay.model_validate(sent, context=Reading.LENIENT)


def test_a_snapshot_of_a_later_release_is_read_all_the_same() -> None:
    stored = after(registered(), SetShifts(valid_from="2026-11-30", week=MONDAYS)).model_dump()
    stored["patterns"][0]["week"][0]["team"] = "night"

    assert Technician.model_validate(stored).patterns[0].week[0].from_ == "08:00"


def test_days_and_instants_of_a_time_off_are_kept() -> None:
    sent = {
        "from": "2026-12-01T03:00:00Z",
        "to": "2026-12-03T03:00:00Z",
        "firstDay": "2026-12-01",
        "lastDay": "2026-12-02",
        "kind": "VACATION",
        "note": "beach",
    }

    [kept] = after(registered(), AddTimeOff.model_validate(sent)).time_off

    dumped = kept.model_dump(mode="json")
    assert {name: dumped[name] for name in sent} == sent
