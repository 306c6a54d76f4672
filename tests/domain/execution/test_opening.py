"""Beginnings of executions."""

import pytest
from pydantic import ValidationError

from domain.execution.state import NewExecution, open_execution
from tests.domain.execution.builders import MORNING, opened, opening


def test_an_execution_opens_as_scheduled_at_version_one() -> None:
    new = opening(technician_id="tech-1", notes="careful", payment_id="pay-1")

    execution, events = open_execution(new, "id-1", MORNING)

    assert (execution.status, execution.version, len(events)) == ("SCHEDULED", 1, 1)
    assert (execution.created_at, execution.updated_at) == (MORNING, MORNING)
    assert (execution.technician_id, execution.notes, execution.payment_id) == (
        "tech-1",
        "careful",
        "pay-1",
    )
    assert execution.aggregate_id == "id-1"


def test_the_opening_is_told_with_its_date() -> None:
    new = opening(scheduled_date=MORNING)

    _, events = open_execution(new, "id-1", MORNING)

    assert [event.model_dump(mode="json", exclude_none=True) for event in events] == [
        {
            "executionId": "id-1",
            "serviceOrderId": "os-1",
            "budgetId": "budget-1",
            "scheduledDate": "2026-03-02T08:00:00Z",
        }
    ]


def test_a_new_execution_is_not_over() -> None:
    execution = opened()

    assert not execution.is_over


@pytest.mark.parametrize(
    "wrong",
    [
        {"serviceOrderId": " "},
        {"budgetId": ""},
        {"budgetId": "b" * 201},
        {"budgetId": "b\x00"},
        {"budgetId": None},
        {"budgetId": 7},
        {"estimatedDuration": 0},
        {"estimatedDuration": -1},
        {"estimatedDuration": "60"},
        {"estimatedDuration": 1.5},
        {"estimatedDuration": True},
        {"estimatedDuration": 525_601},
        {"scheduledDate": "tomorrow"},
        {"notes": "n" * 2001},
        {"paymentId": "pay-1"},
        {"colour": "red"},
    ],
)
def test_a_client_cannot_say_anything_else(wrong: dict[str, object]) -> None:
    good = {"serviceOrderId": "os-1", "budgetId": "budget-1", "estimatedDuration": 60}

    with pytest.raises(ValidationError):
        NewExecution.model_validate({**good, **wrong})


def test_blanks_around_an_id_do_not_make_another_one() -> None:
    new = NewExecution.model_validate(
        {"serviceOrderId": " os-1 ", "budgetId": "\tbudget-1\n", "estimatedDuration": 60}
    )

    assert (new.service_order_id, new.budget_id) == ("os-1", "budget-1")
