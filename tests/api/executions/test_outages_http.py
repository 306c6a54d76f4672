"""When something behind the API is down: what still works, and what the rest answers."""

import asyncio
from typing import Any

import httpx
import pytest

from api.errors import OutcomeUnknown, Unavailable
from tests.api.answers import BASE, NEW, problem, shown
from tests.api.temporal_fake import ExecutionEngine

DOWN = Unavailable("The workflow engine cannot be reached; nothing was changed")
SILENT = OutcomeUnknown("No worker has answered in time; this may still be done")
COMMANDS: list[tuple[str, str, Any]] = [
    ("PATCH", "start", None),
    ("PATCH", "cancel", {"reason": "gone"}),
    ("POST", "tasks", {"description": "d", "estimatedDuration": 1}),
]


@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
@pytest.mark.parametrize("prefer", ["", "respond-async"])
async def test_without_the_engine_commands_say_that_nothing_was_changed(
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    existing: str,
    method: str,
    path: str,
    body: Any,
    prefer: str,
) -> None:
    engine.fail(DOWN)

    answer = await http.request(method, f"{existing}/{path}", json=body, headers={"Prefer": prefer})

    assert "nothing was changed" in problem(answer, 503, "unavailable")["detail"]


async def test_without_the_engine_nothing_can_be_created(
    http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    engine.fail(DOWN)

    answer = await http.post(BASE, json=NEW)

    problem(answer, 503, "unavailable")


async def test_a_creation_that_failed_can_be_made_again(
    http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    engine.fail(SILENT)
    problem(await http.post(BASE, json=NEW), 504)
    engine.recover()

    answer = await http.post(BASE, json=NEW)

    assert shown(answer, 201)["serviceOrderId"] == "os-1"


async def test_without_a_worker_the_outcome_is_not_known(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.fail(SILENT)

    answer = await http.patch(f"{existing}/start")

    problem(answer, 504, "outcome-unknown")


@pytest.mark.parametrize("failure", [DOWN, SILENT])
async def test_without_the_engine_reads_still_work(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str, failure: Unavailable
) -> None:
    engine.fail(failure)

    answers = [await http.get(url) for url in (existing, BASE, f"{existing}/history")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_without_the_engine_a_strong_read_is_not_answered_by_a_weak_one(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.fail(DOWN)

    problem(await http.get(existing, params={"consistency": "strong"}), 503)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("path", ["", "/history", "?minVersion=1"])
async def test_without_the_database_reads_say_so(
    offline: httpx.AsyncClient, existing: str, path: str
) -> None:
    answer = await offline.get(existing + path)

    problem(answer, 503, "database-unavailable")


async def test_without_the_database_lists_and_creations_say_so(
    offline: httpx.AsyncClient,
) -> None:
    listed = await offline.get(BASE)
    created = await offline.post(BASE, json={**NEW, "serviceOrderId": "os-2", "budgetId": "b-2"})

    problem(listed, 503, "database-unavailable")
    problem(created, 503, "database-unavailable")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
async def test_without_the_database_commands_are_carried_out_all_the_same(
    offline: httpx.AsyncClient, existing: str, method: str, path: str, body: Any
) -> None:
    answer = await offline.request(method, f"{existing}/{path}", json=body)

    assert answer.headers["X-Snapshot"] == "pending"
    assert shown(answer, 201 if method == "POST" else 200)["version"] == 2


async def test_without_the_database_refusals_are_still_refusals(
    offline: httpx.AsyncClient, existing: str
) -> None:
    answer = await offline.patch(f"{existing}/complete")

    problem(answer, 409, "invalid-transition")


async def test_without_the_database_strong_reads_still_answer(
    offline: httpx.AsyncClient, existing: str
) -> None:
    answer = await offline.get(existing, params={"consistency": "strong"})

    assert shown(answer)["status"] == "SCHEDULED"


async def test_nothing_hangs_longer_than_the_deadline_of_a_request(
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    existing: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.middleware.request_context.DEADLINE", 0.05)
    engine.hang()

    async with asyncio.timeout(5):
        answer = await http.patch(f"{existing}/start")

    problem(answer, 504, "outcome-unknown")


@pytest.mark.usefixtures("broken")
async def test_a_mistake_of_ours_is_a_problem_without_its_inside(http: httpx.AsyncClient) -> None:
    answer = await http.get(BASE)

    body = problem(answer, 500, "internal-error")
    assert "correlation id" in body["detail"]


@pytest.mark.usefixtures("broken")
async def test_a_mistake_of_ours_is_in_the_log(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await http.get(BASE)

    assert "secret-of-the-house" in caplog.text


async def test_a_workflow_that_was_ended_before_its_time_is_an_operators_and_not_to_be_repeated(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.forget(existing.rpartition("/")[2])

    answer = await http.patch(f"{existing}/start")

    assert "api.reopen execution-" in problem(answer, 409, "workflow-ended")["detail"]
    assert "Retry-After" not in answer.headers
