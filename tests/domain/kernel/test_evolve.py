"""A state changes by its own fields alone, and each by a value of its own type."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.execution.lifecycle import ExecutionAction, ExecutionStatus, TaskStatus
from domain.execution.state import Execution, ExecutionCommand, NewExecution, Opening
from domain.kernel.aggregate import Change, decide
from domain.kernel.values import evolve, widen
from tests.domain.execution.builders import MORNING, opened
from tests.domain.fila.builders import added


class Touch(ExecutionCommand):
    """A command that does to a state whatever it is told to."""

    ACTION = ExecutionAction.ASSIGN

    fields: dict[str, Any]

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        return evolve(state, **self.fields), ()


def touch(**fields: Any) -> Touch:
    return Touch(fields=fields)


def test_a_misspelt_name_cannot_pass() -> None:
    with pytest.raises(TypeError, match="Execution has no field pased_since, pausedSince"):
        evolve(opened(), pased_since=MORNING, pausedSince=MORNING)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "3"},
        {"version": True},
        {"version": None},
        {"status": "PAUSED"},
        {"status": TaskStatus.PENDING},
        {"start_date": "2026-03-02T08:00:00Z"},
        {"start_date": 1_772_000_000},
        {"start_date": MORNING.replace(tzinfo=None)},
        {"technician_id": 7},
        {"tasks": ["change the oil"]},
        {"tasks": [{"task_id": "1", "description": "oil", "estimated_duration": 3}]},
        {"health": None},
    ],
    ids=str,
)
def test_a_value_of_another_type_cannot_pass(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        evolve(opened(), **fields)


def test_a_right_value_is_taken_as_the_field_has_it_and_the_old_state_stays() -> None:
    before = opened()

    after = evolve(before, start_date=MORNING + timedelta(microseconds=1), version=2)

    assert (after.start_date, after.version) == (MORNING, 2)
    assert (before.start_date, before.version) == (None, 1)


def test_nested_values_are_checked_too() -> None:
    with pytest.raises(ValidationError):
        evolve(added().notices, pending=("EM_DIAGNOSTICO",))
    with pytest.raises(TypeError):
        evolve(added().notices, failed="down")


@pytest.mark.parametrize("wrong", [{"pased_since": MORNING}, {"version": "3"}], ids=str)
def test_a_command_that_changes_what_is_not_there_carries_nothing_out(wrong: Any) -> None:
    with pytest.raises((TypeError, ValidationError)):
        decide(opened(), touch(**wrong), MORNING)


def test_a_command_may_change_the_state_without_an_event() -> None:
    before = opened()

    after, events = decide(before, touch(notes="ask for the key"), MORNING)

    assert (after.notes, events) == ("ask for the key", ())
    assert (after.version, after.revision) == (before.version, before.revision + 1)


def test_a_command_that_changes_nothing_is_no_change() -> None:
    before = opened()

    after, events = decide(before, touch(notes=before.notes), MORNING)

    assert after is before
    assert events == ()


def test_a_value_is_widened_by_the_names_of_its_fields() -> None:
    new = NewExecution(service_order_id="os-1", budget_id="b-1", estimated_duration=60)

    assert widen(new, Opening, payment_id="p-1") == Opening(
        service_order_id="os-1", budget_id="b-1", estimated_duration=60, payment_id="p-1"
    )


def test_what_the_wider_value_has_no_field_for_cannot_pass() -> None:
    opening = Opening(service_order_id="os-1", budget_id="b-1", estimated_duration=60)

    with pytest.raises(TypeError, match="NewExecution has no field payment_amount, payment_id"):
        widen(opening, NewExecution)
    with pytest.raises(TypeError, match="Opening has no field paymentid"):
        widen(opening, Opening, paymentid="p-1")


def test_status_and_time_come_from_the_decision() -> None:
    after, _ = decide(opened(), touch(status=ExecutionStatus.PAUSED), MORNING)

    assert after.status is ExecutionStatus.SCHEDULED
