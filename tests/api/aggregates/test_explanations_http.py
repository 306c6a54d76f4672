"""Whoever wonders why nothing moves is told, whatever is down; and may have it tried again."""

from typing import Any

import httpx
import pytest
from temporalio.api.failure.v1 import Failure, ServerFailureInfo, TimeoutFailureInfo

from activities.delivery_failure import DeliveryFailure
from api.errors import OutcomeUnknown, Unavailable
from domain.kernel.delivery_health import HealthStatus
from tests.api.answers import BASE, problem
from tests.api.failing_services import RETRY_AT, SECRET, explained, failed, suffers, waiting
from tests.api.fila.fila import id_in
from tests.api.temporal_fake import ExecutionEngine
from tests.api.workflow_fake import HISTORY_LENGTH


async def test_where_all_is_well_it_says_so(http: httpx.AsyncClient, existing: str) -> None:
    body = await explained(http, existing)

    assert body == {
        "verdict": "IDLE",
        "detail": "Everything has been told; the next command may come",
        "workflowId": f"execution-{id_in(existing)}",
        "workflowStatus": "RUNNING",
        "historyLength": HISTORY_LENGTH,
        "hasWorker": True,
        "health": {"status": "OK"},
        "undeliveredVersions": 0,
        "pendingActivities": [],
    }


async def test_a_delivery_that_fails_is_told_with_attempt_reason_and_next_try(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.hold_deliveries()
    await http.patch(f"{existing}/start", headers={"Prefer": "wait=0"})
    suffers(engine, HealthStatus.RETRYING, DeliveryFailure.BUS)
    [run] = engine.runs.values()
    run.pending = [waiting(failed(DeliveryFailure.BUS))]

    body = await explained(http, existing)

    reason = "The event bus cannot be reached"
    assert (body["verdict"], body["oldestUndeliveredVersion"]) == ("RETRYING", 2)
    assert body["health"] == {"status": "RETRYING", "since": RETRY_AT, "reason": reason}
    assert body["pendingActivities"] == [
        {
            "type": "persist_and_publish",
            "running": False,
            "attempt": 7,
            "lastFailure": reason,
            "nextAttemptAt": RETRY_AT,
        }
    ]


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (failed("ServerSelectionTimeoutError"), "An attempt has failed; the worker's log says why"),
        (failed(""), "An attempt has failed; the worker's log says why"),
        (
            Failure(message=SECRET, timeout_failure_info=TimeoutFailureInfo()),
            "An attempt did not end in time",
        ),
        (failed("NoticeDelayed", "o serviço de OS respondeu 503"), "o serviço de OS respondeu 503"),
        (
            Failure(
                message="Failure exceeds size limit.",
                cause=failed("BusUnavailable"),
                server_failure_info=ServerFailureInfo(),
            ),
            "The event bus cannot be reached",
        ),
    ],
    ids=["a library's", "nobody's", "timeout", "written for readers", "shortened by the server"],
)
async def test_only_our_own_words_are_quoted(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str, failure: Failure, told: str
) -> None:
    [run] = engine.runs.values()
    run.pending = [waiting(failure)]

    body = await explained(http, existing)

    assert body["pendingActivities"][0]["lastFailure"] == told
    assert SECRET not in str(body)


async def test_what_is_stuck_is_said_to_be_and_is_taken_up_by_a_retry(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    [run] = engine.runs.values()
    run.parked = True
    await http.patch(f"{existing}/start", headers={"Prefer": "wait=0"})
    suffers(engine, HealthStatus.STUCK, DeliveryFailure.EVENT)
    before = await explained(http, existing)

    answer = await http.post(f"{existing}/retry-delivery")

    assert before["verdict"] == "STUCK"
    assert "retry" in before["detail"]
    assert answer.status_code == 202
    assert (await explained(http, existing))["undeliveredVersions"] == 0
    assert (await http.get(existing)).json()["version"] == 2


async def test_without_a_worker_it_says_so_and_asks_no_further(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.is_manned = False

    body = await explained(http, existing)

    assert (body["verdict"], body["hasWorker"]) == ("NO_WORKER", False)
    assert body["historyLength"] == HISTORY_LENGTH
    assert "health" not in body
    assert engine.calls["undelivered"] == 0


@pytest.mark.parametrize("failure", [OutcomeUnknown("late"), Unavailable("busy")])
async def test_a_workflow_that_does_not_answer_is_told_by_what_temporal_knows(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str, failure: Any
) -> None:
    engine.fail(failure, "undelivered")

    body = await explained(http, existing)

    assert (body["verdict"], body["workflowStatus"]) == ("NO_ANSWER", "RUNNING")


async def test_what_has_ended_says_so(http: httpx.AsyncClient, existing: str) -> None:
    await http.patch(f"{existing}/cancel", json={"reason": "withdrawn"})

    body = await explained(http, existing)
    retried = await http.post(f"{existing}/retry-delivery")

    assert (body["verdict"], body["workflowStatus"]) == ("ENDED", "COMPLETED")
    assert retried.status_code == 202


async def test_what_temporal_has_forgotten_has_ended_too(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    await http.patch(f"{existing}/cancel", json={"reason": "withdrawn"})
    engine.forget(id_in(existing))

    body = await explained(http, existing)

    assert body["verdict"] == "ENDED"
    assert "workflowStatus" not in body


async def test_it_is_explained_without_the_database(
    offline: httpx.AsyncClient, existing: str
) -> None:
    assert (await explained(offline, existing))["verdict"] == "IDLE"


async def test_what_never_was_is_not_found(http: httpx.AsyncClient) -> None:
    for answer in (
        await http.get(f"{BASE}/nobody/explain"),
        await http.post(f"{BASE}/nobody/retry-delivery"),
    ):
        problem(answer, 404, "execution-not-found")


async def test_without_temporal_it_is_unavailable(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.fail(Unavailable("down"))

    problem(await http.get(f"{existing}/explain"), 503, "unavailable")


async def test_what_is_amiss_is_shown_to_those_who_know_the_version(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    [run] = engine.runs.values()
    suffers(engine, HealthStatus.RETRYING, DeliveryFailure.BUS)
    await engine.note(run.state)
    known = {"If-None-Match": '"1"'}

    during = await http.get(existing, headers=known)
    await engine.note(run.state.without_event(health=type(run.state.health)()))
    after = await http.get(existing, headers=known)

    assert (during.status_code, during.json()["health"]["status"]) == (200, "RETRYING")
    assert during.headers["Cache-Control"] == "no-store"
    assert after.status_code == 304
