"""Changes of a bay, one by one."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.agenda.errors import TooManyEntries
from domain.bay import commands
from domain.bay.commands import AddClosure, ChangeBay, RemoveClosure
from domain.bay.errors import BayClosureNotFound, BayClosureOverlap
from domain.bay.state import Bay, BayRegistration, NewBay, register
from domain.kernel.aggregate import decide
from domain.kernel.events import Metadata, publish
from domain.kernel.reading import Reading
from tests.domain.bay.builders import after, closure, registered
from tests.domain.execution.builders import MORNING


def test_a_profile_is_replaced_as_a_whole() -> None:
    lift = registered(name="Lift by the gate", kind="LIFT")

    changed = after(lift, ChangeBay(name="Lift by the wall"))

    assert (changed.name, changed.kind) == ("Lift by the wall", None)


def test_the_same_profile_again_changes_nothing() -> None:
    lift = registered(kind="LIFT")

    again, events = decide(lift, ChangeBay(kind="LIFT"), MORNING)

    assert (again, events) == (lift, ())


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("lift", "LIFT"),
        (" Alignment ", "ALIGNMENT"),
        ("balança", "BALANÇA"),
        ("ß" * 64, "ß" * 64),
    ],
)
def test_a_kind_is_read_in_capitals(written: str, kind: str) -> None:
    assert NewBay.model_validate({"kind": written}, context=Reading.LENIENT).kind == kind


@pytest.mark.parametrize("kind", ["x" * 65, ["LIFT"], "a\nb"])
def test_a_kind_is_a_short_identifier(kind: object) -> None:
    with pytest.raises(ValidationError):
        ChangeBay.model_validate({"kind": kind}, context=Reading.LENIENT)


def test_events_tell_ids_and_no_words_of_people() -> None:
    new = BayRegistration(bay_id="lift-1", name="Ana's lift", kind="LIFT")
    lift, told = register(new, MORNING)
    _, changed = decide(lift, ChangeBay(name="Ana's corner"), MORNING)
    _, closed = decide(lift, closure(), MORNING)
    metadata = Metadata(event_id="e", sequence=1, occurred_at=MORNING, correlation_id="c")

    for event in (*told, *changed, *closed):
        published = publish(event, metadata).model_dump_json()
        assert "lift-1" in published
        assert "Ana" not in published
        assert "inspection" not in published


def test_closures_stand_in_order_and_may_touch() -> None:
    late, early = MORNING + timedelta(hours=4), MORNING

    lift = after(registered(), closure(late), closure(early))

    assert [each.from_ for each in lift.closures] == [early, late]
    assert [each.closure_id for each in lift.closures] == ["lift-1-3", "lift-1-2"]


def test_a_closure_does_not_overlap_another() -> None:
    lift = after(registered(), closure(hours=4))

    with pytest.raises(BayClosureOverlap) as refusal:
        after(lift, closure(MORNING + timedelta(hours=3)))

    assert refusal.value.facts == {"closure_id": lift.closures[0].closure_id}


def test_a_closure_is_taken_back_by_its_id() -> None:
    lift = after(registered(), closure())

    assert after(lift, RemoveClosure(closure_id=lift.closures[0].closure_id)).closures == ()
    with pytest.raises(BayClosureNotFound):
        after(lift, RemoveClosure(closure_id="lift-1-99"))


def test_closures_that_are_long_past_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_CLOSURES", 1)

    lift = after(registered(), closure(MORNING - timedelta(days=100)), closure())

    assert [each.from_ for each in lift.closures] == [MORNING]
    with pytest.raises(TooManyEntries):
        after(lift, closure(MORNING + timedelta(days=1)))


@pytest.mark.parametrize("hours", [0, -1])
def test_a_closure_ends_after_it_begins(hours: int) -> None:
    with pytest.raises(ValidationError):
        closure(hours=hours)


def test_days_and_instants_of_a_closure_are_kept() -> None:
    sent = {
        "from": "2026-12-01T03:00:00Z",
        "to": "2026-12-03T03:00:00Z",
        "firstDay": "2026-12-01",
        "lastDay": "2026-12-02",
        "reason": "inspection",
    }

    [kept] = after(registered(), AddClosure.model_validate(sent)).closures

    dumped = kept.model_dump(mode="json")
    assert {name: dumped[name] for name in sent} == sent


def test_a_snapshot_of_a_later_release_is_read_all_the_same() -> None:
    stored = after(registered(), closure()).model_dump()
    stored["closures"][0]["team"] = "night"

    assert Bay.model_validate(stored).closures[0].from_ == MORNING
