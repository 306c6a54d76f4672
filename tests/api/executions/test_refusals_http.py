"""Refusals of the rules: the problem that each becomes, and what a client may act on."""

from typing import Any

import httpx
import pytest

from domain.execution.lifecycle import ExecutionStatus
from tests.api.answers import BASE, NEW, problem, shown
from tests.api.starts import start_execution
from tests.api.temporal_fake import ExecutionEngine
from tests.domain.execution import contract
from tests.domain.execution.builders import WAY_TO
from workflows.contract import execution_id

ROUTES: dict[str, tuple[str, dict[str, Any] | None]] = {
    "start": ("start", None),
    "pause": ("pause", None),
    "resume": ("resume", None),
    "complete": ("complete", None),
    "cancel": ("cancel", {"reason": "gone"}),
    "mark_invoiced": ("invoice", None),
    "assign": ("assign", {"technicianId": "t-1"}),
    "schedule": ("schedule", {"scheduledDate": "2026-05-01T12:00:00Z"}),
}
REFUSED = [
    (status, action)
    for status in ExecutionStatus
    for action in ROUTES
    if contract.outcome(status, action) is None
]


@pytest.mark.parametrize(("status", "action"), REFUSED)
async def test_a_refused_command_is_a_conflict_that_shows_the_way_out(
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    existing: str,
    status: ExecutionStatus,
    action: str,
) -> None:
    await engine.drive(execution_id("os-1"), *WAY_TO[status])
    before = shown(await http.get(existing))
    route, body = ROUTES[action]

    refusal = problem(await http.patch(f"{existing}/{route}", json=body), 409, "invalid-transition")

    assert refusal["currentStatus"] == status
    assert refusal["allowedTransitions"] == contract.SUCCESSORS[status]
    assert shown(await http.get(existing)) == before


async def test_a_refused_transition_says_so_in_the_words_of_the_contract(
    http: httpx.AsyncClient, existing: str
) -> None:
    refusal = problem(await http.patch(f"{existing}/complete"), 409)

    assert refusal["detail"] == (
        "Invalid execution status transition from SCHEDULED to COMPLETED. "
        "Allowed transitions: IN_PROGRESS, CANCELLED"
    )


async def test_a_refused_change_of_a_task_is_a_conflict_too(
    http: httpx.AsyncClient, existing: str
) -> None:
    added = shown(
        await http.post(f"{existing}/tasks", json={"description": "b", "estimatedDuration": 1}),
        201,
    )
    url = f"{existing}/tasks/{added['tasks'][0]['taskId']}"

    refusal = problem(
        await http.patch(url, json={"status": "COMPLETED"}), 409, "invalid-task-transition"
    )

    assert refusal["currentStatus"] == "PENDING"
    assert refusal["allowedTransitions"] == ["IN_PROGRESS", "CANCELLED"]


async def test_a_second_execution_for_a_budget_points_at_the_first(
    http: httpx.AsyncClient, existing: str
) -> None:
    refusal = problem(
        await http.post(BASE, json={**NEW, "serviceOrderId": "os-2"}), 409, "budget-taken"
    )

    assert refusal["detail"] == "Execution already exists for budget budget-1"
    assert refusal["existing"] == existing


@pytest.mark.parametrize("other", [{"serviceOrderId": "os-2"}, {"budgetId": "budget-2"}])
async def test_a_cancelled_execution_still_has_its_order_and_its_budget(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str, other: dict[str, str]
) -> None:
    await http.patch(f"{existing}/cancel", json={"reason": "gone"})
    engine.forget(execution_id("os-1"))

    refusal = problem(await http.post(BASE, json={**NEW, **other}), 409)

    assert refusal["existing"] == existing


async def test_a_refused_duplicate_leaves_its_budget_to_others(
    http: httpx.AsyncClient, existing: str
) -> None:
    problem(await http.post(BASE, json={**NEW, "budgetId": "budget-2"}), 409)

    other = await http.post(BASE, json={**NEW, "serviceOrderId": "os-2", "budgetId": "budget-2"})

    assert other.status_code == 201


async def test_an_unknown_task_is_not_found(http: httpx.AsyncClient, existing: str) -> None:
    answer = await http.patch(f"{existing}/tasks/nowhere", json={"status": "CANCELLED"})

    assert "Task with ID nowhere" in problem(answer, 404, "task-not-found")["detail"]


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v2/executions", f"{BASE}/x/y/z", "/\u2603"])
async def test_an_unknown_path_is_not_found(http: httpx.AsyncClient, path: str) -> None:
    problem(await http.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", BASE, "GET, HEAD, POST"),
        ("PUT", BASE, "GET, HEAD, POST"),
        ("DELETE", f"{BASE}/x", "GET, HEAD"),
        ("POST", f"{BASE}/x/start", "PATCH"),
    ],
)
async def test_a_method_that_a_path_does_not_have_is_named(
    http: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await http.request(method, path)

    problem(answer, 405, "method-not-allowed")
    assert {*answer.headers["Allow"].split(", ")} <= {*allowed.split(", ")}


async def test_an_execution_that_is_not_paid_for_does_not_start(
    http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    await engine.start(start_execution(payment_required=True))

    refusal = problem(
        await http.patch(f"{BASE}/{execution_id('os-1')}/start"), 409, "payment-pending"
    )

    assert refusal["currentStatus"] == "SCHEDULED"
    assert refusal["allowedTransitions"] == ["CANCELLED"]


async def test_an_execution_that_is_full_takes_no_more_tasks(
    http: httpx.AsyncClient, existing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.execution.task_commands.MAX_TASKS", 1)
    task = {"description": "brakes", "estimatedDuration": 20}
    shown(await http.post(f"{existing}/tasks", json=task), 201)

    answer = await http.post(f"{existing}/tasks", json=task)

    problem(answer, 409, "too-many-tasks")


@pytest.mark.parametrize("has_begun", [False, True])
async def test_only_what_never_began_leaves_its_order_and_budget_free(
    http: httpx.AsyncClient, engine: ExecutionEngine, has_begun: bool
) -> None:
    engine.hold_deliveries()
    await http.post(BASE, json=NEW, headers={"Prefer": "wait=0"})
    engine.end(execution_id(str(NEW["serviceOrderId"])), has_begun=has_begun)

    again = await http.post(BASE, json=NEW, headers={"Prefer": "wait=0"})
    other = await http.post(BASE, json=NEW | {"serviceOrderId": "OS-other"})

    assert again.status_code == (409 if has_begun else 201)
    problem(other, 409, "budget-taken")


async def test_a_refused_command_is_told_beside_the_history(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/pause", headers={"X-Correlation-ID": "corr-9"})
    await http.patch(f"{existing}/start")
    await http.patch(f"{existing}/start", headers={"If-Match": '"1"'})

    answer = (await http.get(f"{existing}/history", params={"include": "refused"})).json()

    first, second = answer["refused"]
    assert [entry["sequence"] for entry in answer["history"]] == [1, 2]
    assert first | {"occurredAt": "", "refusalId": ""} == {
        "refusalId": "",
        "occurredAt": "",
        "command": "pause",
        "status": "SCHEDULED",
        "version": 1,
        "code": "invalid-transition",
        "reason": "Invalid execution status transition from SCHEDULED to PAUSED. "
        "Allowed transitions: IN_PROGRESS, CANCELLED",
        "correlationId": "corr-9",
        "via": "http",
    }
    assert (second["command"], second["code"], second["version"]) == (
        "start",
        "version-mismatch",
        2,
    )
