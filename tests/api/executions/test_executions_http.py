"""Every route of the contract, from its request to the representation that comes back."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.execution.lifecycle import ExecutionStatus
from tests.api.answers import BASE, NEW, shown
from tests.api.temporal_fake import ExecutionEngine
from tests.domain.execution.builders import WAY_TO
from workflows.contract import execution_id

REQUIRED = {
    *("id", "executionId", "serviceOrderId", "budgetId", "status", "estimatedDuration", "tasks"),
    *("createdAt", "updatedAt", "version", "allowedActions", "health", "payments"),
}
ROUTES: list[tuple[ExecutionStatus, str, dict[str, Any] | None, dict[str, Any]]] = [
    (ExecutionStatus.SCHEDULED, "start", None, {"status": "IN_PROGRESS"}),
    (ExecutionStatus.SCHEDULED, "start", {"technicianId": "t-1"}, {"technicianId": "t-1"}),
    (ExecutionStatus.IN_PROGRESS, "pause", None, {"status": "PAUSED"}),
    (ExecutionStatus.IN_PROGRESS, "pause", {"reason": "parts"}, {"pauseReason": "parts"}),
    (ExecutionStatus.PAUSED, "resume", None, {"status": "IN_PROGRESS"}),
    (ExecutionStatus.PAUSED, "resume", {}, {"status": "IN_PROGRESS"}),
    (ExecutionStatus.IN_PROGRESS, "complete", None, {"status": "COMPLETED"}),
    (ExecutionStatus.IN_PROGRESS, "complete", {"notes": "done"}, {"notes": "done"}),
    (ExecutionStatus.SCHEDULED, "cancel", {"reason": "gone"}, {"status": "CANCELLED"}),
    (ExecutionStatus.PAUSED, "cancel", {"reason": "gone"}, {"cancelReason": "gone"}),
    (ExecutionStatus.COMPLETED, "invoice", None, {"status": "INVOICED"}),
    (ExecutionStatus.COMPLETED, "invoice", {"invoiceId": "i-1"}, {"status": "INVOICED"}),
    (ExecutionStatus.SCHEDULED, "assign", {"technicianId": "t-2"}, {"technicianId": "t-2"}),
    (
        ExecutionStatus.SCHEDULED,
        "schedule",
        {"scheduledDate": "2026-05-01T09:00:00-03:00", "estimatedDuration": 90},
        {"scheduledDate": "2026-05-01T12:00:00Z", "estimatedDuration": 90},
    ),
]


async def _task(http: httpx.AsyncClient, url: str) -> str:
    task = {"description": "brakes", "estimatedDuration": 20, "assignedTo": "t-3"}
    added = shown(await http.post(f"{url}/tasks", json=task), 201)
    return f"{url}/tasks/{added['tasks'][-1]['taskId']}"


async def test_creating_answers_with_the_execution_and_its_place(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, json=NEW)

    body = shown(answer, 201)
    assert answer.headers["Location"] == f"{BASE}/{body['id']}"
    assert "X-Snapshot" not in answer.headers
    assert body.items() >= {**NEW, "status": "SCHEDULED", "version": 1, "tasks": []}.items()


async def test_the_id_is_the_one_that_the_service_order_leads_to(http: httpx.AsyncClient) -> None:
    body = shown(await http.post(BASE, json=NEW), 201)

    assert body["id"] == body["executionId"] == execution_id("os-1")
    assert UUID(body["id"]).version == 5


async def test_a_new_execution_shows_what_it_has_and_nothing_else(http: httpx.AsyncClient) -> None:
    body = shown(await http.post(BASE, json=NEW), 201)

    assert set(body) == REQUIRED
    assert body["allowedActions"] == [
        *("start", "cancel", "assign", "schedule", "plan", "add_task", "update_task"),
    ]


async def test_what_a_client_says_of_a_new_execution_is_kept(http: httpx.AsyncClient) -> None:
    said = {
        "scheduledDate": "2026-05-01T12:00:00Z",
        "technicianId": "t-1",
        "notes": "barulho ao frear — cuidado",
    }

    body = shown(await http.post(BASE, json={**NEW, **said}), 201)

    assert body.items() >= said.items()


async def test_what_was_created_can_be_read(http: httpx.AsyncClient, existing: str) -> None:
    body = shown(await http.get(existing))

    assert body["serviceOrderId"] == "os-1"
    assert set(body) == REQUIRED


@pytest.mark.parametrize(
    ("status", "route", "body", "expected"), ROUTES, ids=[f"{r[1]} {r[2]}" for r in ROUTES]
)
async def test_a_command_answers_with_the_changed_execution(
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    existing: str,
    status: ExecutionStatus,
    route: str,
    body: dict[str, Any] | None,
    expected: dict[str, Any],
) -> None:
    before = await engine.drive(execution_id("os-1"), *WAY_TO[status])

    answer = shown(await http.patch(f"{existing}/{route}", json=body))

    assert answer.items() >= expected.items()
    assert answer["version"] > before.version
    assert shown(await http.get(existing)) == answer


async def test_a_command_may_come_without_any_body(http: httpx.AsyncClient, existing: str) -> None:
    answer = await http.patch(f"{existing}/start")

    assert shown(answer)["status"] == "IN_PROGRESS"


async def test_a_pause_is_shown_while_it_lasts(http: httpx.AsyncClient, existing: str) -> None:
    await http.patch(f"{existing}/start")

    paused = shown(await http.patch(f"{existing}/pause", json={"reason": "parts"}))
    resumed = shown(await http.patch(f"{existing}/resume"))

    assert {"pausedSince", "pauseReason"} <= set(paused)
    assert not {"pausedSince", "pauseReason"} & set(resumed)


async def test_a_task_is_added_and_shown_with_the_execution(
    http: httpx.AsyncClient, existing: str
) -> None:
    task = {"description": "brakes", "estimatedDuration": 20}

    body = shown(await http.post(f"{existing}/tasks", json=task), 201)

    (added,) = body["tasks"]
    assert added == {**task, "taskId": added["taskId"], "status": "PENDING"}
    assert UUID(added["taskId"])


async def test_a_task_goes_from_its_start_to_its_end(
    http: httpx.AsyncClient, existing: str
) -> None:
    url = await _task(http, existing)

    started = shown(await http.patch(url, json={"status": "IN_PROGRESS", "assignedTo": "t-4"}))
    ended = shown(await http.patch(url, json={"status": "COMPLETED", "actualDuration": 7}))

    assert started["tasks"][0].keys() >= {"startedAt", "assignedTo"}
    assert started["tasks"][0]["assignedTo"] == "t-4"
    assert (ended["tasks"][0]["status"], ended["tasks"][0]["actualDuration"]) == ("COMPLETED", 7)
    assert "completedAt" in ended["tasks"][0]


async def test_a_task_that_ends_without_its_duration_took_at_least_a_minute(
    http: httpx.AsyncClient, existing: str
) -> None:
    url = await _task(http, existing)
    await http.patch(url, json={"status": "IN_PROGRESS"})

    body = shown(await http.patch(url, json={"status": "COMPLETED"}))

    assert body["tasks"][0]["actualDuration"] == 1


async def test_cancelling_a_task_again_changes_nothing(
    http: httpx.AsyncClient, existing: str
) -> None:
    url = await _task(http, existing)

    first = shown(await http.patch(url, json={"status": "CANCELLED"}))
    again = shown(await http.patch(url, json={"status": "CANCELLED"}))

    assert again == first


async def test_the_history_tells_what_happened(http: httpx.AsyncClient, existing: str) -> None:
    await http.patch(f"{existing}/start", headers={"X-Correlation-ID": "corr-9"})

    body = (await http.get(f"{existing}/history")).json()

    assert body["executionId"] == existing.rpartition("/")[2]
    created, started = body["history"]
    assert (created["command"], created["type"]) == ("create", "ExecutionScheduled")
    assert (
        started.items()
        >= {
            "sequence": 2,
            "eventId": f"{body['executionId']}:2",
            "type": "ExecutionStarted",
            "command": "start",
            "fromStatus": "SCHEDULED",
            "toStatus": "IN_PROGRESS",
            "via": "http",
            "correlationId": "corr-9",
        }.items()
    )
