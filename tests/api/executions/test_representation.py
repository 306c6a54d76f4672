"""The representation of an execution."""

from typing import Any

import pytest
from pydantic_core import from_json

from api.executions.representation import ExecutionRepresentation
from domain.execution.commands import Cancel, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus
from tests.domain.execution.builders import WAY_TO, being, driven, opened, with_task

INTERNAL = {"pausedMilliseconds", "paymentRequired", "aggregateId", "isOver", "details"}


def _seen(execution: Any) -> dict[str, Any]:
    written = ExecutionRepresentation.of(execution).model_dump_json(exclude_none=True)
    seen: dict[str, Any] = from_json(written)
    return seen


@pytest.mark.parametrize("status", ExecutionStatus)
def test_what_the_service_keeps_for_itself_is_not_shown(status: ExecutionStatus) -> None:
    seen = _seen(being(status, payment_required=True, payment_id="pay-1"))

    assert not INTERNAL & set(seen)
    assert seen["paymentId"] == "pay-1"


@pytest.mark.parametrize("status", ExecutionStatus)
def test_what_is_not_there_is_left_out_and_never_null(status: ExecutionStatus) -> None:
    seen = _seen(being(status))

    assert None not in seen.values()
    assert ("startDate" in seen) == (Start() in WAY_TO[status])
    assert ("endDate" in seen) == (status in {"COMPLETED", "INVOICED", "CANCELLED"})
    assert ("actualDuration" in seen) == ({"startDate", "endDate"} <= seen.keys())


def test_the_id_goes_by_both_its_names() -> None:
    execution = opened()

    seen = _seen(execution)

    assert seen["id"] == seen["executionId"] == execution.execution_id


@pytest.mark.parametrize("status", ExecutionStatus)
def test_the_actions_shown_are_those_that_would_be_taken(status: ExecutionStatus) -> None:
    execution = being(status)

    seen = _seen(execution)

    assert seen["allowedActions"] == list(execution.allowed_actions)


def test_an_unpaid_execution_does_not_show_its_start() -> None:
    seen = _seen(opened(payment_required=True))

    assert "start" not in seen["allowedActions"]


def test_a_pause_shows_since_when_and_a_cancellation_why() -> None:
    paused = driven(opened(), Start(), Pause(reason="parts"))

    assert _seen(paused)["pausedSince"] == "2026-03-02T08:01:00Z"
    assert "pausedSince" not in _seen(driven(paused, Resume()))
    assert _seen(driven(paused, Cancel(reason="gone")))["cancelReason"] == "gone"


def test_a_task_leaves_out_what_it_has_not() -> None:
    execution, task_id = with_task()

    (task,) = _seen(execution)["tasks"]

    assert task == {
        "taskId": task_id,
        "description": "brakes",
        "status": "PENDING",
        "estimatedDuration": 20,
    }
