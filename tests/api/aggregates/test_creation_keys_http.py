"""A creation that is repeated under its key opens nothing twice, and gets its first answer."""

import asyncio
from collections import Counter

import httpx
import pytest

from api.errors import OutcomeUnknown
from tests.api.answers import BASE, FILA, NEW, problem, shown
from tests.api.fila.fila import FINISHED, id_in, item, problema
from tests.api.temporal_fake import ExecutionEngine, QueueEngine

KEY = {"Idempotency-Key": "key-1"}
ORDER = {"ordem_servico_id": 7, "prioridade": "ALTA"}


async def test_a_repeated_creation_gets_the_first_answer(http: httpx.AsyncClient) -> None:
    first = await http.post(BASE, json=NEW, headers=KEY)
    await http.patch(f"{first.headers['Location']}/start")

    again = await http.post(BASE, json=NEW, headers=KEY)

    assert shown(again, 201) == shown(first, 201)
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_creation_is_repeated_long_after_its_execution_has_ended(
    http: httpx.AsyncClient, engine: ExecutionEngine, forgotten: bool
) -> None:
    first = await http.post(BASE, json=NEW, headers=KEY)
    await http.patch(f"{first.headers['Location']}/cancel", json={"reason": "sold"})
    if forgotten:
        engine.forget(first.json()["id"])

    again = await http.post(BASE, json=NEW, headers=KEY)

    assert shown(again, 201) == shown(first, 201)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "key-2"}])
async def test_another_request_for_the_same_order_is_refused(
    http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    first = await http.post(BASE, json=NEW, headers=KEY)

    other = await http.post(BASE, json=NEW, headers=headers)

    assert problem(other, 409, "execution-exists")["existing"] == first.headers["Location"]


@pytest.mark.parametrize(
    "other", [{"notes": "in a hurry"}, {"serviceOrderId": "os-2", "budgetId": "b-2"}]
)
async def test_a_key_stands_for_one_creation(
    http: httpx.AsyncClient, engine: ExecutionEngine, other: dict[str, str]
) -> None:
    await http.post(BASE, json=NEW, headers=KEY)

    answer = await http.post(BASE, json=NEW | other, headers=KEY)

    problem(answer, 422, "key-reused")
    assert len(engine.states) == 1


async def test_a_refused_creation_does_not_use_its_key_up(http: httpx.AsyncClient) -> None:
    await http.post(BASE, json=NEW)
    refused = await http.post(BASE, json=NEW, headers=KEY)

    other = NEW | {"serviceOrderId": "os-2", "budgetId": "b-2"}
    answer = await http.post(BASE, json=other, headers=KEY)

    problem(refused, 409, "execution-exists")
    assert shown(answer, 201)["serviceOrderId"] == "os-2"


async def test_a_creation_whose_outcome_was_unknown_is_repeated(
    http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    engine.fail(OutcomeUnknown("no answer"), "start")
    unknown = await http.post(BASE, json=NEW, headers=KEY)
    engine.recover()

    again = await http.post(BASE, json=NEW, headers=KEY)

    problem(unknown, 504, "outcome-unknown")
    assert shown(again, 201)["version"] == 1


async def test_twenty_creations_at_once_under_one_key_open_one(
    http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    answers = await asyncio.gather(*(http.post(BASE, json=NEW, headers=KEY) for _ in range(20)))

    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({answer.text for answer in answers}) == 1
    assert len(engine.states) == 1


async def test_a_repeated_addition_to_the_queue_gets_the_first_answer(
    http: httpx.AsyncClient,
) -> None:
    first = await http.post(FILA, json=ORDER, headers=KEY)
    url = first.headers["Location"]
    await http.post(f"{url}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})

    again = await http.post(FILA, json=ORDER, headers=KEY)

    assert item(again, 201) | {"posicao": 1} == item(first, 201)
    assert again.headers["Location"] == url
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("gone", ["finished", "removed", "added again"])
async def test_an_addition_is_repeated_after_the_item_has_gone(
    http: httpx.AsyncClient, items: QueueEngine, gone: str
) -> None:
    first = await http.post(FILA, json=ORDER, headers=KEY)
    url = first.headers["Location"]
    if gone == "finished":
        await items.drive(id_in(url), *FINISHED)
    else:
        await http.delete(url)
    if gone == "added again":
        await http.post(FILA, json=ORDER)

    again = await http.post(FILA, json=ORDER, headers=KEY)

    assert item(again, 201)["fila_id"] == id_in(url)
    assert (again.json()["versao"], again.json()["status"]) == (1, "AGUARDANDO")


@pytest.mark.parametrize("other", [{"prioridade": "BAIXA"}, {"ordem_servico_id": 8}])
async def test_a_key_stands_for_one_addition(
    http: httpx.AsyncClient, items: QueueEngine, other: dict[str, object]
) -> None:
    await http.post(FILA, json=ORDER, headers=KEY)

    answer = await http.post(FILA, json=ORDER | other, headers=KEY)

    problema(answer, 422, "key-reused")
    assert len(items.states) == 1


async def test_twenty_additions_at_once_under_one_key_add_one(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    answers = await asyncio.gather(*(http.post(FILA, json=ORDER, headers=KEY) for _ in range(20)))

    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({answer.json()["fila_id"] for answer in answers}) == 1
    assert len(items.states) == 1


async def test_the_last_answers_of_what_has_ended_are_kept(
    http: httpx.AsyncClient, existing: str, engine: ExecutionEngine
) -> None:
    first = await http.patch(f"{existing}/start", headers=KEY)
    await http.patch(f"{existing}/cancel", json={"reason": "sold"})
    engine.forget(first.json()["id"])

    again = await http.patch(f"{existing}/start", headers=KEY)
    other = await http.patch(f"{existing}/pause", headers=KEY)

    assert shown(again) == shown(first)
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(other, 422, "key-reused")
