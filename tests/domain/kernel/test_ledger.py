"""A command is carried out once under its key, where and when it is meant to be."""

from typing import Any

import pytest

from domain.execution.commands import Assign, Pause, Start
from domain.execution.errors import ExecutionNotFound
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.kernel.errors import DomainError, InvalidTransition, VersionMismatch
from domain.kernel.idempotency import REMEMBERED_ANSWERS, RememberedAnswers, fingerprint
from domain.kernel.ledger import Ledger
from domain.kernel.origin import Origin
from tests.domain.execution.builders import MINUTE, MORNING, driven, opened

ONCE = Origin(key="key-1", request_id="r-1")


def ledger(**fields: Any) -> Ledger[Execution]:
    return Ledger(opened(**fields))


def test_a_command_is_answered_with_the_state_that_it_led_to() -> None:
    book = ledger()

    answer, events = book.apply(Start(), ONCE, MORNING)

    assert (answer.state, answer.request_id) == (book.state, "r-1")
    assert answer.fingerprint == fingerprint(Start())
    assert [type(each).__name__ for each in events] == ["ExecutionStarted"]


def test_a_repeat_gets_the_first_answer_and_has_no_effect() -> None:
    book = ledger()
    first, _ = book.apply(Start(), ONCE, MORNING)
    book.apply(Pause(), Origin(), MORNING + MINUTE)
    paused = book.state

    again, events = book.apply(Start(), Origin(key="key-1", request_id="r-2"), MORNING + MINUTE)

    assert (again, events) == (first, ())
    assert book.state is paused


def test_without_a_key_nothing_is_a_repeat() -> None:
    book = ledger()
    book.apply(Start(), Origin(), MORNING)

    with pytest.raises(InvalidTransition):
        book.apply(Start(), Origin(), MORNING)
    assert book.find_answer(None) is None


@pytest.mark.parametrize(
    ("origin", "refusal"),
    [
        (Origin(aggregate_id="another"), ExecutionNotFound),
        (Origin(expected_versions=(2, 3)), VersionMismatch),
        (Origin(expected_versions=()), VersionMismatch),
    ],
    ids=str,
)
def test_what_is_meant_for_another_one_or_another_version_is_refused(
    origin: Origin, refusal: type[DomainError]
) -> None:
    book = ledger()
    before = book.state

    with pytest.raises(refusal):
        book.apply(Start(), origin, MORNING)

    assert book.state is before


def test_a_repeat_is_answered_whatever_version_it_expects() -> None:
    book = ledger()
    once = ONCE.model_copy(update={"expected_versions": (1,)})
    first, _ = book.apply(Start(), once, MORNING)

    again, _ = book.apply(Start(), once, MORNING)

    assert again == first


def test_a_refusal_is_not_remembered() -> None:
    book = ledger()
    with pytest.raises(InvalidTransition):
        book.apply(Pause(), ONCE, MORNING)
    book.apply(Start(), Origin(), MORNING)

    answer, _ = book.apply(Pause(), ONCE, MORNING)

    assert answer.state.status is ExecutionStatus.PAUSED


def test_to_decide_changes_nothing() -> None:
    book = ledger()
    before = book.state

    after, events = book.decide(Start(), ONCE, MORNING)

    assert (after.version, len(events)) == (2, 1)
    assert book.state is before
    assert book.find_answer("key-1") is None


def test_a_repeat_of_long_ago_is_answered_with_the_present_state() -> None:
    book = ledger()
    for number in range(REMEMBERED_ANSWERS + 1):
        command = Assign(technician_id=f"tech-{number}")
        book.apply(command, Origin(key=f"key-{number}"), MORNING)

    oldest, next_one = book.find_answer("key-0"), book.find_answer("key-1")

    assert oldest is not None
    assert next_one is not None
    assert oldest.state is book.state
    assert oldest.fingerprint == fingerprint(Assign(technician_id="tech-0"))
    assert next_one.state.technician_id == "tech-1"


def test_it_goes_on_with_the_answers_of_another_one() -> None:
    before = ledger()
    first, _ = before.apply(Start(), ONCE, MORNING)
    answers = RememberedAnswers(before.answers.latest, before.answers.settled)

    after = Ledger(driven(before.state, Pause()), answers)

    assert after.apply(Start(), ONCE, MORNING) == (first, ())
