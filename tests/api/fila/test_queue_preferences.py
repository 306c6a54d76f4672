"""Preferences of a client of the queue beside the step itself: repeats, waiting, freshness,
signals."""

import asyncio

import httpx
import pytest

from tests.api.answers import FILA
from tests.api.fila.fila import FINISHED, NEXT, REPAIRING, add, id_in, item, not_found, problema
from tests.api.temporal_fake import QueueEngine

KEY = {"Idempotency-Key": "key-1"}
MECHANIC = {"mecanico_responsavel_id": 3}
NO_WAIT = {"Prefer": "wait=0"}


async def test_the_last_step_is_repeated_even_after_its_workflow_has_ended(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *REPAIRING)
    first = await http.post(f"{queued}/finalizar-reparo", headers=KEY)

    again = await http.post(f"{queued}/finalizar-reparo", headers=KEY)

    assert item(again) == item(first)
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_key_of_an_orders_new_item_does_not_answer_for_its_old_one(
    http: httpx.AsyncClient, queued: str
) -> None:
    await http.delete(queued)
    again = await add(http, 7)
    await http.post(f"{again}/iniciar-reparo", headers=KEY)

    answer = await http.post(f"{queued}/iniciar-reparo", headers=KEY)

    problema(answer, 422, "key-reused")


async def test_two_requests_at_once_under_one_key_get_the_same_next_item(
    http: httpx.AsyncClient,
) -> None:
    for number in (1, 2, 3):
        await add(http, number)

    answers = await asyncio.gather(*(http.post(NEXT, json=MECHANIC, headers=KEY) for _ in range(5)))

    assert {item(answer)["ordem_servico_id"] for answer in answers} == {1}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 4


@pytest.mark.usefixtures("impatient")
async def test_what_cannot_be_read_in_time_is_answered_all_the_same(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.hold_deliveries()

    added = await http.post(FILA, json={"ordem_servico_id": 8})
    started = await http.post(f"{queued}/iniciar-reparo")
    removed = await http.delete(queued)

    assert [answer.status_code for answer in (added, started, removed)] == [201, 200, 204]
    assert ["X-Snapshot" in answer.headers for answer in (added, started, removed)] == [
        True,
        False,
        False,
    ]
    await items.release_deliveries()
    assert item(await http.get(added.headers["Location"]))["posicao"] == 1
    not_found(await http.get(queued))


async def test_a_removal_can_be_sent_as_a_signal(http: httpx.AsyncClient, queued: str) -> None:
    answer = await http.delete(queued, headers={"Prefer": "respond-async"})

    assert (answer.status_code, answer.headers["Location"]) == (202, queued)
    not_found(await http.get(queued))


async def test_a_removal_tells_what_any_step_tells(http: httpx.AsyncClient, queued: str) -> None:
    first = await http.delete(queued, headers={**KEY, **NO_WAIT})
    again = await http.delete(queued, headers=KEY)

    assert (first.status_code, first.headers["Preference-Applied"]) == (204, "wait=0")
    assert "Idempotency-Replayed" not in first.headers
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (204, "true")


async def test_a_mechanic_can_prefer_not_to_wait_for_the_next_item(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.hold_deliveries()

    answer = await http.post(NEXT, json=MECHANIC, headers=NO_WAIT)

    assert item(answer)["versao"] == 2
    assert answer.headers["Preference-Applied"] == "wait=0"


@pytest.mark.parametrize("gone", ["finished", "removed", "added again"])
async def test_an_addition_is_repeated_after_the_item_has_gone(
    http: httpx.AsyncClient, items: QueueEngine, gone: str
) -> None:
    first = await http.post(FILA, json={"ordem_servico_id": 7}, headers=KEY)
    url = first.headers["Location"]
    if gone == "finished":
        await items.drive(id_in(url), *FINISHED)
    else:
        await http.delete(url)
    if gone == "added again":
        await http.post(FILA, json={"ordem_servico_id": 7})

    again = await http.post(FILA, json={"ordem_servico_id": 7}, headers=KEY)

    assert item(again, 201)["fila_id"] == id_in(url)
    assert (again.json()["versao"], again.json()["status"]) == (1, "AGUARDANDO")
