"""The head of the queue, started and given to one mechanic alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.fila.commands import RecordApproval, Remove
from domain.fila.state import QueueCommand
from tests.activities.databases import Database
from tests.api.fila.fila import DIAGNOSED, NEXT, add, id_in, item, problema
from tests.api.temporal_fake import QueueEngine

MECHANIC = {"mecanico_responsavel_id": 5}
KEY = {"Idempotency-Key": "key-1"}


async def _next(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    return item(await http.post(NEXT, json={**MECHANIC, **body}))


async def _reserve(database: Database, url: str, ago: timedelta) -> None:
    """Has another request look at the item's first version."""
    await database["fila_reservas"].insert_one(
        {"_id": f"{id_in(url)}:1", "holder": "other", "claimedAt": datetime.now(UTC) - ago}
    )


async def test_an_empty_queue_has_nothing_to_give(http: httpx.AsyncClient) -> None:
    answer = await http.post(NEXT, json=MECHANIC)

    assert (answer.status_code, answer.content) == (204, b"")


async def test_the_head_of_the_queue_is_started_for_the_mechanic(http: httpx.AsyncClient) -> None:
    await add(http, 1, "ALTA")
    urgent = await add(http, 2, "URGENTE")

    answer = await _next(http)

    assert (answer["ordem_servico_id"], answer["mecanico_responsavel_id"]) == (2, 5)
    assert (answer["status"], answer["etapa"]) == ("EM_DIAGNOSTICO", "DIAGNOSTICO")
    assert (answer["versao"], answer["posicao"]) == (2, None)
    assert item(await http.get(urgent)) == answer


async def test_the_items_come_by_priority_and_then_by_age(http: httpx.AsyncClient) -> None:
    for number, priority in enumerate(["BAIXA", "NORMAL", "URGENTE", "ALTA", "NORMAL"], 1):
        await add(http, number, priority)
        await asyncio.sleep(0.002)  # each older than the next, to the millisecond

    taken = [(await _next(http))["ordem_servico_id"] for _ in range(5)]

    assert taken == [3, 4, 2, 5, 1]
    assert (await http.post(NEXT, json=MECHANIC)).status_code == 204


async def test_what_waits_for_the_customers_approval_is_skipped(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    await items.drive(id_in(await add(http, 1, "URGENTE")), *DIAGNOSED)
    await add(http, 2, "BAIXA")

    answers = [await http.post(NEXT, json=MECHANIC) for _ in range(2)]

    assert item(answers[0])["ordem_servico_id"] == 2
    assert answers[1].status_code == 204


async def test_what_is_approved_is_given_for_its_repair(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    await items.drive(id_in(await add(http, 1)), *DIAGNOSED, RecordApproval())

    answer = await _next(http)

    assert (answer["status"], answer["etapa"]) == ("EM_REPARO", "REPARO")
    assert answer["mecanico_responsavel_id"] == 5


@pytest.mark.parametrize(("stage", "order"), [("DIAGNOSTICO", 2), ("REPARO", 1), (None, 1)])
async def test_a_mechanic_may_ask_for_one_kind_of_work(
    http: httpx.AsyncClient, items: QueueEngine, stage: str | None, order: int
) -> None:
    await items.drive(id_in(await add(http, 1, "ALTA")), *DIAGNOSED, RecordApproval())
    await add(http, 2)

    answer = await _next(http, etapa=stage)

    assert answer["ordem_servico_id"] == order


@pytest.mark.parametrize("stage", ["DIAGNOSTICO", "REPARO"])
async def test_of_the_other_kind_of_work_nothing_is_given(
    http: httpx.AsyncClient, items: QueueEngine, stage: str
) -> None:
    url = await add(http, 1)
    if stage == "DIAGNOSTICO":
        await items.drive(id_in(url), *DIAGNOSED, RecordApproval())

    answer = await http.post(NEXT, json={**MECHANIC, "etapa": stage})

    assert answer.status_code == 204


async def test_a_crowd_of_mechanics_gets_each_item_once(http: httpx.AsyncClient) -> None:
    for number in range(1, 9):
        await add(http, number)

    answers = await asyncio.gather(
        *(http.post(NEXT, json={"mecanico_responsavel_id": each}) for each in range(1, 13))
    )

    given = [item(answer) for answer in answers if answer.status_code == 200]
    assert sorted(each["ordem_servico_id"] for each in given) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len({each["mecanico_responsavel_id"] for each in given}) == 8
    assert sorted(answer.status_code for answer in answers)[8:] == [204] * 4


async def test_a_repeat_under_the_same_key_gets_the_same_item(http: httpx.AsyncClient) -> None:
    for number in (1, 2):
        await add(http, number)

    first = await http.post(NEXT, json=MECHANIC, headers=KEY)
    again = await http.post(NEXT, json=MECHANIC, headers=KEY)
    other = await http.post(NEXT, json=MECHANIC, headers={"Idempotency-Key": "key-2"})

    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert item(again) == item(first)
    assert item(other)["ordem_servico_id"] == 2


async def test_a_repeat_gets_the_same_item_even_when_the_work_has_gone_on(
    http: httpx.AsyncClient,
) -> None:
    url = await add(http, 1)
    first = await http.post(NEXT, json=MECHANIC, headers=KEY)
    await http.post(f"{url}/finalizar-diagnostico", json={"diagnostico": "freio"})

    again = await http.post(NEXT, json=MECHANIC, headers=KEY)

    assert again.headers["Idempotency-Replayed"] == "true"
    assert item(again)["status"] == item(first)["status"] == "EM_DIAGNOSTICO"
    assert item(await http.get(url))["status"] == "AGUARDANDO"


@pytest.mark.parametrize("other", [{"mecanico_responsavel_id": 6}, {"etapa": "DIAGNOSTICO"}])
async def test_a_key_that_stands_for_one_request_is_not_for_another(
    http: httpx.AsyncClient, other: dict[str, Any]
) -> None:
    for number in (1, 2):
        await add(http, number)
    await http.post(NEXT, json=MECHANIC, headers=KEY)

    answer = await http.post(NEXT, json={**MECHANIC, **other}, headers=KEY)

    problema(answer, 422, "key-reused")


async def test_an_empty_queue_does_not_use_the_key_up(http: httpx.AsyncClient) -> None:
    empty = await http.post(NEXT, json=MECHANIC, headers=KEY)
    await add(http, 1)

    answer = await http.post(NEXT, json=MECHANIC, headers=KEY)

    assert empty.status_code == 204
    assert item(answer)["ordem_servico_id"] == 1
    assert "Idempotency-Replayed" not in answer.headers


async def test_an_item_that_another_request_looks_at_is_left_to_it(
    http: httpx.AsyncClient, database: Database
) -> None:
    await _reserve(database, await add(http, 1, "URGENTE"), timedelta())
    await add(http, 2)

    answer = await _next(http)

    assert answer["ordem_servico_id"] == 2


async def test_an_item_whose_request_never_came_back_is_free_again(
    http: httpx.AsyncClient, database: Database
) -> None:
    await _reserve(database, await add(http, 1), timedelta(seconds=11))

    answer = await _next(http)

    assert answer["ordem_servico_id"] == 1


async def test_items_that_are_all_being_taken_are_no_empty_queue(
    http: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.fila.next_item.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("api.fila.next_item.SEARCH_SECONDS", 0.1)
    await _reserve(database, await add(http, 1), timedelta(seconds=9))

    answer = await http.post(NEXT, json=MECHANIC)

    problema(answer, 503, "unavailable")


@pytest.mark.parametrize("headers", [{}, KEY])
@pytest.mark.parametrize("meanwhile", [DIAGNOSED, (Remove(),)], ids=["diagnosed", "removed"])
async def test_an_item_that_has_moved_on_meanwhile_is_passed_over(
    http: httpx.AsyncClient,
    items: QueueEngine,
    headers: dict[str, str],
    meanwhile: tuple[QueueCommand, ...],
) -> None:
    moved = id_in(await add(http, 1, "URGENTE"))
    await add(http, 2)
    items.hold_deliveries()
    before = await items.drive(moved, *meanwhile)

    answer = await http.post(NEXT, json=MECHANIC, headers={**headers, "Prefer": "wait=0"})

    assert item(answer)["ordem_servico_id"] == 2
    assert items.states[moved] == before


async def test_an_item_that_was_passed_over_does_not_keep_the_key(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    moved = id_in(await add(http, 1, "URGENTE"))
    await add(http, 2)
    items.hold_deliveries()
    await items.drive(moved, *DIAGNOSED)
    first = await http.post(NEXT, json=MECHANIC, headers={**KEY, "Prefer": "wait=0"})

    again = await http.post(NEXT, json=MECHANIC, headers={**KEY, "Prefer": "wait=0"})

    assert again.headers["Idempotency-Replayed"] == "true"
    assert item(again) == item(first)


async def test_without_the_mechanic_nothing_is_given(http: httpx.AsyncClient, queued: str) -> None:
    answer = await http.post(NEXT, json={"etapa": "DIAGNOSTICO"})

    (error,) = problema(answer, 422, "invalid-request")["errors"]
    assert error == {"pointer": "/mecanico_responsavel_id", "message": "campo obrigatório"}
    assert item(await http.get(queued))["versao"] == 1


async def test_an_item_whose_workflow_was_ended_is_given_to_nobody(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    ended, other = await add(http, 1), await add(http, 2)
    items.end(id_in(ended))

    taken = [await http.post(NEXT, json=MECHANIC) for _ in range(2)]
    refused = await http.post(f"{ended}/iniciar-diagnostico", json=MECHANIC)

    assert [each.status_code for each in taken] == [200, 204]
    assert item(taken[0])["fila_id"] == id_in(other)
    assert "encerrado" in problema(refused, 409, "workflow-ended")["title"]
