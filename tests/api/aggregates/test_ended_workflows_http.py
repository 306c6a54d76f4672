"""What was ended from outside before its time, as clients of both APIs see it."""

import httpx
import pytest
from temporalio.client import WorkflowExecutionStatus

from api.errors import WorkflowStuck
from tests.api.answers import BASE, FILA, NEW, problem
from tests.api.failing_services import explained
from tests.api.temporal_fake import ExecutionEngine, QueueEngine
from workflows.contract import execution_id

FORCED = pytest.mark.parametrize(
    "how",
    [
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.CANCELED,
    ],
    ids=lambda how: how.name,
)


def id_of(place: str) -> str:
    return place.rpartition("/")[2]


@FORCED
async def test_a_command_on_it_is_a_conflict_and_its_readers_are_told(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str, how: WorkflowExecutionStatus
) -> None:
    engine.end(id_of(existing), how)

    answer = await http.patch(f"{existing}/start")

    assert "api.reopen" in problem(answer, 409, "workflow-ended")["detail"]
    assert "Retry-After" not in answer.headers
    shown = (await http.get(existing)).json()
    [listed] = (await http.get(BASE)).json()["executions"]
    assert shown == listed
    assert (shown["health"]["status"], shown["allowedActions"]) == ("STUCK", [])
    assert "operator" in shown["health"]["reason"]


@pytest.mark.parametrize(
    ("method", "action", "headers"),
    [("PATCH", "pause", {"Prefer": "respond-async"}), ("POST", "retry-delivery", {})],
)
async def test_what_nobody_waits_for_is_a_conflict_too(
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    existing: str,
    method: str,
    action: str,
    headers: dict[str, str],
) -> None:
    engine.end(id_of(existing))

    answer = await http.request(method, f"{existing}/{action}", headers=headers)

    problem(answer, 409, "workflow-ended")


async def test_a_strong_read_tells_it_before_anybody_else_knows(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.end(id_of(existing))

    strong = (await http.get(existing, params={"consistency": "strong"})).json()

    assert (strong["health"]["status"], strong["allowedActions"]) == ("STUCK", [])
    assert (await http.get(existing)).json() == strong


async def test_it_is_explained_with_what_to_do(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.end(id_of(existing))

    told = await explained(http, existing)

    assert (told["verdict"], told["workflowStatus"]) == ("ENDED_EARLY", "TERMINATED")
    assert "api.reopen" in told["detail"]


async def test_what_temporal_has_forgotten_before_it_was_over_is_explained_alike(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.forget(id_of(existing))

    assert (await explained(http, existing))["verdict"] == "ENDED_EARLY"


async def test_a_task_that_fails_is_explained_and_answered_as_a_trouble_of_this_one_alone(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.fail(WorkflowStuck("its task fails"), "update", "snapshot", "undelivered")

    answers = [
        await http.patch(f"{existing}/start"),
        await http.get(existing, params={"consistency": "strong"}),
    ]

    for answer in answers:
        problem(answer, 503, "workflow-stuck")
        assert answer.headers["Retry-After"]
    assert (await explained(http, existing))["verdict"] == "TASK_FAILS"


async def test_an_item_that_was_ended_is_told_in_portuguese_and_given_to_nobody(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    ended, other = [
        (await http.post(FILA, json={"ordem_servico_id": number})).json()["fila_id"]
        for number in (1, 2)
    ]
    items.end(ended)

    taken = [
        await http.post(f"{FILA}/proximo", json={"mecanico_responsavel_id": 7}) for _ in range(2)
    ]
    refused = await http.post(
        f"{FILA}/{ended}/iniciar-diagnostico", json={"mecanico_responsavel_id": 7}
    )
    shown = (await http.get(f"{FILA}/{ended}")).json()
    told = await explained(http, f"{FILA}/{ended}", "explicacao")

    assert [each.status_code for each in taken] == [200, 204]
    assert taken[0].json()["fila_id"] == other
    assert "encerrado" in problem(refused, 409, "workflow-ended")["title"]
    assert (shown["saude"]["status"], shown["acoes_permitidas"]) == ("STUCK", [])
    assert (told["conclusao"], told["status_do_workflow"]) == ("ENDED_EARLY", "TERMINATED")


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
