"""The reader of the invariants finds what is wrong, and nothing where all is well."""

from dataclasses import replace

import pytest

from tests.faults.evidence import Answered, Entry, Event, Evidence, Life, Mail, Sight
from tests.faults.invariants import judge

KEYS = ("k1", "k2", "k3")
HISTORY = (
    Entry("e", 1, "k1", "create", None, "SCHEDULED"),
    Entry("e", 2, "k2", "start", "SCHEDULED", "IN_PROGRESS"),
    Entry("e", 3, "k3", "pause", "IN_PROGRESS", "PAUSED"),
)
HEARD = tuple(Event("e", number, f"e:{number}", f"k{number}") for number in (1, 2, 3))
LIFE = Life("e", "OS-1", "BUD-1", 3, "PAUSED", frozenset(KEYS))
OTHER = Life("f", "OS-2", "BUD-2", 0, "SCHEDULED", frozenset())
SHOWN = Sight("e", 3, "PAUSED")
SOUND = Evidence(
    answered=tuple(Answered(key, "e", number) for number, key in enumerate(KEYS, 1)),
    lives=(LIFE,),
    entries=HISTORY,
    snapshots=(SHOWN,),
    sights=(Sight("e", 1, "SCHEDULED"), SHOWN),
    heard=HEARD,
    mail=Mail(sent=frozenset({"OS-1"})),
)


def violated(evidence: Evidence) -> set[str]:
    return {violation.invariant for violation in judge(evidence).violations}


def test_sound_evidence_has_no_violation() -> None:
    verdict = judge(SOUND)

    assert verdict.holds
    assert (verdict.lost, verdict.doubled, verdict.repeats) == (0, 0, 0)


def test_a_repeated_event_is_counted_and_no_violation() -> None:
    verdict = judge(replace(SOUND, heard=(*HEARD, HEARD[0], HEARD[2])))

    assert verdict.holds
    assert verdict.repeats == 2


def test_an_execution_that_nobody_was_told_of_is_no_violation_if_it_is_whole() -> None:
    assert judge(replace(SOUND, answered=())).holds


@pytest.mark.parametrize(
    ("place", "gone"),
    [
        ("the workflow", {"lives": (replace(LIFE, keys=frozenset({"k1", "k2"})),)}),
        ("the history", {"entries": HISTORY[:2]}),
        ("the snapshot", {"snapshots": (Sight("e", 2, "IN_PROGRESS"),)}),
        ("the bus", {"heard": HEARD[:2]}),
    ],
)
def test_an_answered_command_that_is_missing_anywhere_is_lost(
    place: str, gone: dict[str, object]
) -> None:
    verdict = judge(replace(SOUND, **gone))  # type: ignore[arg-type]  # fields by name

    lost = [str(each) for each in verdict.violations if each.invariant == "I1"]
    assert lost == [f"I1: e v3 (k3) is not in {place}"]
    assert verdict.lost == 1


def test_an_answered_execution_without_a_workflow_is_lost() -> None:
    assert "I1" in violated(replace(SOUND, lives=()))


@pytest.mark.parametrize(
    "doubled",
    [
        {"entries": (*HISTORY[:2], replace(HISTORY[2], correlation_id="k2"))},
        {"entries": (HISTORY[0], HISTORY[2])},
        {"heard": (HEARD[0], HEARD[2])},
        {"heard": (HEARD[0], HEARD[2], HEARD[1])},
        {"heard": (*HEARD, replace(HEARD[1], content="another"))},
        {"heard": (*HEARD, Event("e", 4, "e:4", "k4"))},
        {"entries": (*HISTORY, Entry("e", 4, "k4", "resume", "PAUSED", "IN_PROGRESS"))},
    ],
    ids=[
        "one command, two entries",
        "a gap in the history",
        "a gap on the bus",
        "events out of order",
        "a repeat with another content",
        "an event too many",
        "an entry too many",
    ],
)
def test_what_is_done_twice_or_leaves_a_gap_is_found(doubled: dict[str, object]) -> None:
    assert "I2" in violated(replace(SOUND, **doubled))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "astray",
    [
        {"snapshots": (Sight("e", 2, "IN_PROGRESS"),)},
        {"snapshots": (Sight("e", 3, "IN_PROGRESS"),)},
        {"snapshots": ()},
        {"sights": (SHOWN, Sight("e", 2, "IN_PROGRESS"), SHOWN)},
    ],
    ids=["behind", "of another status", "missing", "gone back meanwhile"],
)
def test_a_snapshot_that_does_not_converge_or_goes_back_is_found(
    astray: dict[str, object],
) -> None:
    assert "I3" in violated(replace(SOUND, **astray))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "illegal",
    [
        {"entries": (*HISTORY[:2], Entry("e", 3, "k3", "resume", "IN_PROGRESS", "PAUSED"))},
        {"entries": (*HISTORY[:2], Entry("e", 3, "k3", "pause", "SCHEDULED", "PAUSED"))},
        {"sights": (Sight("e", 2, "CANCELLED"), SHOWN)},
    ],
    ids=["a forbidden command", "a broken chain", "a status that never was"],
)
def test_what_is_illegal_is_found(illegal: dict[str, object]) -> None:
    assert "I4" in violated(replace(SOUND, **illegal))  # type: ignore[arg-type]


def test_a_queue_item_is_judged_by_its_own_table() -> None:
    steps = (
        Entry("i", 1, "k1", "adicionar", None, "AGUARDANDO"),
        Entry("i", 2, "k2", "iniciar-reparo", "AGUARDANDO", "EM_REPARO"),
    )
    illegal = replace(steps[1], command="finalizar-reparo")

    assert "I4" not in violated(Evidence(entries=steps))
    assert "I4" in violated(Evidence(entries=(steps[0], illegal)))


@pytest.mark.parametrize("shared", [{"order": "OS-1"}, {"budget": "BUD-1"}])
def test_an_order_or_a_budget_with_two_workflows_is_found(shared: dict[str, str]) -> None:
    assert "I5" in violated(replace(SOUND, lives=(LIFE, replace(OTHER, **shared))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mail",
    [
        Mail(sent=frozenset({"OS-1"}), waiting=1),
        Mail(sent=frozenset({"OS-1", "OS-9"})),
        Mail(sent=frozenset({"OS-8"}), poisonous=frozenset({"OS-8"})),
    ],
    ids=["still waiting", "vanished", "unreadable and vanished"],
)
def test_a_message_that_has_led_nowhere_is_found(mail: Mail) -> None:
    assert "I6" in violated(replace(SOUND, mail=mail))


def test_a_dead_letter_has_not_vanished() -> None:
    dead = frozenset({"OS-8", "OS-9"})
    mail = Mail(sent=dead, poisonous=frozenset({"OS-8"}), dead=dead)

    assert judge(replace(SOUND, mail=mail)).holds


def test_an_answer_that_nothing_excuses_is_a_violation() -> None:
    assert violated(replace(SOUND, outrages=("GET /: 500",))) == {"P"}
