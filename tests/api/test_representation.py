"""What clients see, and what the OpenAPI document promises them."""

from typing import Any

import httpx
import pytest
from pydantic_core import from_json

from api.executions.representation import ExecutionRepresentation
from domain.execution_commands import Cancel, Pause, Resume, Start
from domain.status import ExecutionStatus
from tests.domain.builders import WAY_TO, being, driven, opened, with_task

INTERNAL = {"pausedMilliseconds", "paymentRequired", "aggregateId", "isOver", "details"}
PATHS: dict[str, set[str]] = {
    "/executions": {"get", "post"},
    "/executions/{id}": {"get"},
    "/executions/{id}/history": {"get"},
    "/executions/{id}/start": {"patch"},
    "/executions/{id}/pause": {"patch"},
    "/executions/{id}/resume": {"patch"},
    "/executions/{id}/complete": {"patch"},
    "/executions/{id}/cancel": {"patch"},
    "/executions/{id}/invoice": {"patch"},
    "/executions/{id}/assign": {"patch"},
    "/executions/{id}/schedule": {"patch"},
    "/executions/{id}/tasks": {"post"},
    "/executions/{id}/tasks/{taskId}": {"patch"},
    "/meta/state-machine": {"get"},
    "/meta/state-machine/fila": {"get"},
    "/health": {"get"},
    "/health/live": {"get"},
    "/health/ready": {"get"},
}
FIELDS = {
    *("id", "executionId", "serviceOrderId", "budgetId", "technicianId", "status"),
    *("scheduledDate", "startDate", "endDate", "estimatedDuration", "actualDuration", "tasks"),
    *("notes", "createdAt", "updatedAt", "version", "allowedActions", "pausedSince"),
    *("pauseReason", "cancelReason", "paymentId"),
}


@pytest.fixture
async def document(http: httpx.AsyncClient) -> dict[str, Any]:
    answer = await http.get("/api/v1/openapi.json")
    described: dict[str, Any] = answer.json()
    return described


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
    assert ("endDate" in seen) == ("actualDuration" in seen)


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


def test_the_documentation_names_every_route_of_the_contract(document: dict[str, Any]) -> None:
    paths = {path: set(methods) for path, methods in document["paths"].items()}

    prefixed = {path for path in paths if path.startswith("/api/v1/")}
    assert document["openapi"].startswith("3.1")
    assert prefixed == {f"/api/v1{path}" for path in PATHS}
    assert all(paths[f"/api/v1{path}"] == methods for path, methods in PATHS.items())


def test_the_documented_representation_has_the_contracts_fields_and_nothing_internal(
    document: dict[str, Any],
) -> None:
    properties = document["components"]["schemas"]["ExecutionRepresentation"]["properties"]

    assert set(properties) >= FIELDS
    assert not INTERNAL & set(properties)


def test_every_documented_problem_is_the_same_schema(document: dict[str, Any]) -> None:
    responses = [
        response
        for path, methods in document["paths"].items()
        if "/executions" in path
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if int(status) >= 400
    ]

    assert responses
    for response in responses:
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_reference_of_the_documentation_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(each) for each in node.values()))
        if isinstance(node, list):
            return set().union(*(references(each) for each in node))
        return set()

    found = references(document)

    schemas = document["components"]["schemas"]
    assert found
    assert {reference.rpartition("/")[2] for reference in found} <= set(schemas)


async def test_the_documentation_has_a_page_that_needs_no_internet(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/api/v1/docs")

    assert page.status_code == 200
    assert "/api/v1/openapi.json" in page.text
    assert "https://" not in page.text
