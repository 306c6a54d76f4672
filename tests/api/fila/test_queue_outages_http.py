"""When something behind the queue is down: what still works, and what the rest answers, in
Portuguese."""

import asyncio
from typing import Any

import httpx
import pytest

from activities.mongo.fila_list import QueueList
from api.errors import OutcomeUnknown, Unavailable
from tests.api.answers import FILA
from tests.api.fila.fila import FINISHED, NEXT, id_in, item, listed, problema
from tests.api.temporal_fake import ExecutionEngine, QueueEngine

DOWN = Unavailable("The workflow engine cannot be reached; nothing was changed")
SILENT = OutcomeUnknown("No worker has answered in time; this may still be done")
MECHANIC = {"mecanico_responsavel_id": 3}
COMMANDS: list[tuple[str, str, Any]] = [
    ("POST", "/iniciar-diagnostico", MECHANIC),
    ("POST", "/iniciar-reparo", None),
    ("PATCH", "/prioridade", {"prioridade": "ALTA"}),
]
REMOVAL: list[tuple[str, str, Any]] = [("DELETE", "", None)]


def _nothing_was_changed(answer: httpx.Response) -> None:
    body = problema(answer, 503, "unavailable")
    assert body["title"] == "O serviço não está disponível no momento"
    assert body["detail"] == "Nada foi alterado; tente outra vez em instantes"


def _outcome_is_unknown(answer: httpx.Response) -> None:
    body = problema(answer, 504, "outcome-unknown")
    assert body["title"] == "Não se sabe se isto foi feito"
    assert body["detail"] == "Isto pode ter sido feito; repita com a mesma Idempotency-Key"


def _no_database(answer: httpx.Response) -> None:
    body = problema(answer, 503, "database-unavailable")
    assert body["title"] == "O banco de dados não está disponível no momento"
    assert body["detail"] == "O banco de dados não responde; nada foi alterado"


@pytest.mark.parametrize(("method", "path", "body"), [*COMMANDS, *REMOVAL])
@pytest.mark.parametrize("prefer", ["", "respond-async"])
async def test_without_the_engine_commands_say_that_nothing_was_changed(
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    method: str,
    path: str,
    body: Any,
    prefer: str,
) -> None:
    items.fail(DOWN)

    answer = await http.request(method, queued + path, json=body, headers={"Prefer": prefer})

    _nothing_was_changed(answer)


async def test_without_the_engine_nothing_is_added_taken_up_or_given(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.fail(DOWN)

    _nothing_was_changed(await http.post(FILA, json={"ordem_servico_id": 8}))
    _nothing_was_changed(await http.post(NEXT, json=MECHANIC))


@pytest.mark.parametrize("call", ["update", "reopen"])
async def test_without_the_engine_a_finished_item_is_not_removed(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, call: str
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    items.fail(DOWN, call)

    _nothing_was_changed(await http.delete(queued))

    items.recover()
    assert (await http.delete(queued)).status_code == 204


async def test_an_addition_that_failed_can_be_made_again(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    items.fail(SILENT)
    _outcome_is_unknown(await http.post(FILA, json={"ordem_servico_id": 7}))
    items.recover()

    answer = await http.post(FILA, json={"ordem_servico_id": 7})

    assert item(answer, 201)["posicao"] == 1


@pytest.mark.parametrize(("method", "path", "body"), [*COMMANDS, *REMOVAL])
async def test_without_a_worker_the_outcome_is_not_known(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, method: str, path: str, body: Any
) -> None:
    items.fail(SILENT)

    _outcome_is_unknown(await http.request(method, queued + path, json=body))


async def test_an_item_whose_giving_broke_off_is_given_under_the_same_key(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    key = {"Idempotency-Key": "key-1"}
    items.fail(SILENT)
    _outcome_is_unknown(await http.post(NEXT, json=MECHANIC, headers=key))
    items.recover()

    answer = await http.post(NEXT, json=MECHANIC, headers=key)

    assert item(answer)["ordem_servico_id"] == 7


@pytest.mark.parametrize("failure", [DOWN, SILENT])
async def test_without_the_engine_reads_still_work(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, failure: Unavailable
) -> None:
    items.fail(failure)

    shown = item(await http.get(queued))

    assert item(await http.get(f"{FILA}/ordem-servico/7")) == shown
    assert listed(await http.get(FILA)) == [shown]
    assert (await http.get(f"{queued}/historico")).status_code == 200


async def test_without_the_engine_a_strong_read_is_not_answered_by_a_weak_one(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.fail(DOWN)

    _nothing_was_changed(await http.get(queued, params={"consistency": "strong"}))


async def test_without_the_executions_engine_the_queue_works(
    http: httpx.AsyncClient, engine: ExecutionEngine, queued: str
) -> None:
    engine.fail(DOWN)

    assert item(await http.post(f"{queued}/iniciar-reparo"))["status"] == "EM_REPARO"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("path", ["", "/historico", "?minVersion=1"])
async def test_without_the_database_reads_of_an_item_say_so(
    offline: httpx.AsyncClient, queued: str, path: str
) -> None:
    _no_database(await offline.get(queued + path))


async def test_without_the_database_lists_and_additions_say_so(offline: httpx.AsyncClient) -> None:
    _no_database(await offline.get(FILA))
    _no_database(await offline.get(FILA, params={"cursor": "0" * 32 + ".1"}))
    _no_database(await offline.get(f"{FILA}/ordem-servico/7"))
    _no_database(await offline.post(FILA, json={"ordem_servico_id": 8}))
    _no_database(await offline.post(NEXT, json=MECHANIC))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
async def test_without_the_database_steps_are_done_all_the_same(
    offline: httpx.AsyncClient, queued: str, method: str, path: str, body: Any
) -> None:
    answer = await offline.request(method, queued + path, json=body)

    assert answer.headers["X-Snapshot"] == "pending"
    assert (item(answer)["versao"], item(answer)["posicao"]) == (2, None)


@pytest.mark.usefixtures("impatient")
async def test_without_the_database_an_item_is_removed_all_the_same(
    offline: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    answer = await offline.delete(queued)

    assert (answer.status_code, answer.headers["X-Snapshot"]) == (204, "pending")
    assert items.states[id_in(queued)].status == "REMOVIDA"


async def test_without_the_database_refusals_are_still_refusals(
    offline: httpx.AsyncClient, queued: str
) -> None:
    problema(await offline.post(f"{queued}/finalizar-reparo"), 409, "invalid-queue-transition")


async def test_without_the_database_strong_reads_still_answer_but_for_the_position(
    offline: httpx.AsyncClient, queued: str
) -> None:
    answer = item(await offline.get(queued, params={"consistency": "strong"}))

    assert (answer["status"], answer["posicao"]) == ("AGUARDANDO", None)


@pytest.mark.parametrize(
    ("method", "path", "body"), [*COMMANDS, *REMOVAL, ("GET", "?consistency=strong", None)]
)
async def test_nothing_hangs_longer_than_the_deadline_of_a_request(
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    body: Any,
) -> None:
    monkeypatch.setattr("api.middleware.request_context.DEADLINE", 0.05)
    items.hang()

    async with asyncio.timeout(5):
        answer = await http.request(method, queued + path, json=body)

    _outcome_is_unknown(answer)


async def test_a_mistake_of_ours_is_a_problem_without_its_inside(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret-of-the-house")

    monkeypatch.setattr(QueueList, "find", fail)

    body = problema(await http.get(FILA), 500, "internal-error")

    assert body["title"] == "Algo deu errado"
    assert "correlationId" in body["detail"]
