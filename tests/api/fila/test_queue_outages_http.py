"""Outages of what is behind the queue: what still works, and what the rest answers, in
Portuguese."""

import httpx
import pytest

from api.errors import OutcomeUnknown, Unavailable
from tests.api.answers import FILA
from tests.api.fila.fila import FINISHED, NEXT, id_in, item, problema
from tests.api.temporal_fake import ExecutionEngine, QueueEngine

DOWN = Unavailable("The workflow engine cannot be reached; nothing was changed")
SILENT = OutcomeUnknown("No worker has answered in time; this may still be done")
MECHANIC = {"mecanico_responsavel_id": 3}


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


@pytest.mark.parametrize("call", ["update", "reopen"])
async def test_without_the_engine_a_finished_item_is_not_removed(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, call: str
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    items.fail(DOWN, call)

    _nothing_was_changed(await http.delete(queued))

    items.recover()
    assert (await http.delete(queued)).status_code == 204


async def test_an_item_whose_giving_broke_off_is_given_under_the_same_key(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    key = {"Idempotency-Key": "key-1"}
    items.fail(SILENT)
    _outcome_is_unknown(await http.post(NEXT, json=MECHANIC, headers=key))
    items.recover()

    answer = await http.post(NEXT, json=MECHANIC, headers=key)

    assert item(answer)["ordem_servico_id"] == 7


async def test_without_the_executions_engine_the_queue_works(
    http: httpx.AsyncClient, engine: ExecutionEngine, queued: str
) -> None:
    engine.fail(DOWN)

    assert item(await http.post(f"{queued}/iniciar-reparo"))["status"] == "EM_REPARO"


async def test_without_the_database_lists_and_additions_say_so(offline: httpx.AsyncClient) -> None:
    _no_database(await offline.get(FILA))
    _no_database(await offline.get(FILA, params={"cursor": "0" * 32 + ".1"}))
    _no_database(await offline.get(f"{FILA}/ordem-servico/7"))
    _no_database(await offline.post(FILA, json={"ordem_servico_id": 8}))
    _no_database(await offline.post(NEXT, json=MECHANIC))


@pytest.mark.usefixtures("impatient")
async def test_without_the_database_an_item_is_removed_all_the_same(
    offline: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    answer = await offline.delete(queued)

    assert (answer.status_code, answer.headers["X-Snapshot"]) == (204, "pending")
    assert items.states[id_in(queued)].status == "REMOVIDA"


async def test_without_the_database_strong_reads_still_answer_but_for_the_position(
    offline: httpx.AsyncClient, queued: str
) -> None:
    answer = item(await offline.get(queued, params={"consistency": "strong"}))

    assert (answer["status"], answer["posicao"]) == ("AGUARDANDO", None)


async def test_without_the_engine_no_item_is_given(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.fail(DOWN)

    _nothing_was_changed(await http.post(NEXT, json=MECHANIC))
