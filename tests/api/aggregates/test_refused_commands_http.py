"""What was refused can be read afterwards, because people ask why nothing happened."""

from datetime import datetime

import httpx
import pytest

from tests.api.answers import BASE, problem
from tests.api.fila.fila import problema
from tests.api.temporal_fake import ExecutionEngine

REFUSED = {"include": "refused"}


async def test_a_refused_command_is_told_beside_the_history(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/pause", headers={"X-Correlation-ID": "corr-9"})
    await http.patch(f"{existing}/start")
    await http.patch(f"{existing}/start", headers={"If-Match": '"1"'})

    answer = (await http.get(f"{existing}/history", params=REFUSED)).json()

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


async def test_a_history_tells_of_no_refusals_unless_asked(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/pause")

    answer = await http.get(f"{existing}/history")

    assert "refused" not in answer.json()


async def test_a_refused_signal_is_told_too(http: httpx.AsyncClient, existing: str) -> None:
    await http.patch(f"{existing}/pause", headers={"Prefer": "respond-async"})

    answer = await http.get(f"{existing}/history", params=REFUSED)

    assert [each["command"] for each in answer.json()["refused"]] == ["pause"]


async def test_what_an_ended_execution_refuses_is_told_too(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/cancel", json={"reason": "sold"})
    await http.patch(f"{existing}/start")

    answer = await http.get(f"{existing}/history", params=REFUSED)

    [refused] = answer.json()["refused"]
    assert (refused["command"], refused["status"]) == ("start", "CANCELLED")


async def test_the_latest_hundred_are_kept(http: httpx.AsyncClient, existing: str) -> None:
    for number in range(103):
        await http.patch(f"{existing}/pause", json={"reason": f"reason {number}"})

    refused = (await http.get(f"{existing}/history", params=REFUSED)).json()["refused"]

    times = [datetime.fromisoformat(each["occurredAt"]) for each in refused]
    assert len(refused) == 100
    assert times == sorted(times)


async def test_of_an_execution_that_never_was_nothing_is_kept(http: httpx.AsyncClient) -> None:
    await http.patch(f"{BASE}/nowhere/start")

    answer = await http.get(f"{BASE}/nowhere/history", params=REFUSED)

    problem(answer, 404, "execution-not-found")


async def test_a_refusal_that_cannot_be_kept_is_answered_all_the_same(
    offline: httpx.AsyncClient, existing: str, engine: ExecutionEngine
) -> None:
    answer = await offline.patch(f"{existing}/pause")

    problem(answer, 409, "invalid-transition")


async def test_the_queue_tells_of_refusals_in_portuguese(
    http: httpx.AsyncClient, queued: str
) -> None:
    await http.post(f"{queued}/finalizar-reparo")

    answer = await http.get(f"{queued}/historico", params=REFUSED)

    [refused] = answer.json()["recusadas"]
    assert set(refused) == {
        *("recusa_id", "ocorrido_em", "acao", "status", "versao", "codigo", "motivo", "autor"),
        *("correlacao_id", "causa_id", "via"),
    }
    assert (refused["acao"], refused["codigo"]) == ("finalizar-reparo", "invalid-queue-transition")


@pytest.mark.parametrize("other", ["all", "refused,all"])
async def test_nothing_else_can_be_included(
    http: httpx.AsyncClient, existing: str, queued: str, other: str
) -> None:
    executions = await http.get(f"{existing}/history", params={"include": other})
    queue = await http.get(f"{queued}/historico", params={"include": other})

    problem(executions, 422, "invalid-request")
    problema(queue, 422, "invalid-request")
