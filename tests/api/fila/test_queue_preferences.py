"""What a client of the queue may ask for beside the step itself: repeats, waiting, freshness,
signals."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.api.answers import FILA
from tests.api.fila.fila import NEXT, REPAIRING, add, id_in, item, not_found, problema
from tests.api.temporal_fake import QueueEngine

KEY = {"Idempotency-Key": "key-1"}
MECHANIC = {"mecanico_responsavel_id": 3}
NO_WAIT = {"Prefer": "wait=0"}


async def test_a_repeat_under_the_same_key_gets_the_first_answer(
    http: httpx.AsyncClient, queued: str
) -> None:
    url = f"{queued}/iniciar-diagnostico"
    first = await http.post(url, json=MECHANIC, headers=KEY)
    await http.post(f"{queued}/finalizar-diagnostico", json={"diagnostico": "freio"})

    again = await http.post(url, json=MECHANIC, headers=KEY)

    assert item(again) == item(first)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_the_last_step_is_repeated_even_after_its_workflow_has_ended(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *REPAIRING)
    first = await http.post(f"{queued}/finalizar-reparo", headers=KEY)

    again = await http.post(f"{queued}/finalizar-reparo", headers=KEY)

    assert item(again) == item(first)
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_another_step_or_body_under_the_same_key_is_not_valid(
    http: httpx.AsyncClient, queued: str
) -> None:
    await http.post(f"{queued}/iniciar-diagnostico", json=MECHANIC, headers=KEY)

    other_body = await http.post(
        f"{queued}/iniciar-diagnostico", json={"mecanico_responsavel_id": 4}, headers=KEY
    )
    other_step = await http.patch(f"{queued}/prioridade", json={"prioridade": "ALTA"}, headers=KEY)

    for answer in (other_body, other_step):
        body = problema(answer, 422, "key-reused")
        assert body["title"] == "A Idempotency-Key já foi usada para outra coisa"
        assert body["detail"] == "Esta Idempotency-Key foi usada com outro comando ou outro corpo"
    assert item(await http.get(queued))["versao"] == 2


async def test_a_refused_step_can_be_sent_again_under_its_key(
    http: httpx.AsyncClient, queued: str
) -> None:
    problema(await http.post(f"{queued}/finalizar-reparo", headers=KEY), 409)
    await http.post(f"{queued}/iniciar-reparo")

    again = await http.post(f"{queued}/finalizar-reparo", headers=KEY)

    assert item(again)["status"] == "FINALIZADA"


async def test_a_key_of_an_orders_new_item_does_not_answer_for_its_old_one(
    http: httpx.AsyncClient, queued: str
) -> None:
    await http.delete(queued)
    again = await add(http, 7)
    await http.post(f"{again}/iniciar-reparo", headers=KEY)

    answer = await http.post(f"{queued}/iniciar-reparo", headers=KEY)

    problema(answer, 422, "key-reused")


async def test_keys_of_two_items_do_not_meet(http: httpx.AsyncClient, queued: str) -> None:
    other = await add(http, 8)
    await http.post(f"{queued}/iniciar-reparo", headers=KEY)

    answer = await http.post(f"{other}/iniciar-reparo", headers=KEY)

    assert item(answer)["ordem_servico_id"] == 8
    assert "Idempotency-Replayed" not in answer.headers


async def test_two_requests_at_once_under_one_key_get_the_same_next_item(
    http: httpx.AsyncClient,
) -> None:
    for number in (1, 2, 3):
        await add(http, number)

    answers = await asyncio.gather(*(http.post(NEXT, json=MECHANIC, headers=KEY) for _ in range(5)))

    assert {item(answer)["ordem_servico_id"] for answer in answers} == {1}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 4


async def test_a_step_waits_until_its_snapshot_can_be_read(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.hold_deliveries()
    step = asyncio.create_task(http.post(f"{queued}/iniciar-reparo"))
    await items.taken.wait()
    assert not step.done()

    await items.release_deliveries()
    answer = await step

    assert "X-Snapshot" not in answer.headers
    assert item(await http.get(queued)) == item(answer)


@pytest.mark.usefixtures("impatient")
async def test_what_cannot_be_read_in_time_is_answered_all_the_same(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.hold_deliveries()

    added = await http.post(FILA, json={"ordem_servico_id": 8})
    started = await http.post(f"{queued}/iniciar-reparo")
    removed = await http.delete(queued)

    assert [answer.status_code for answer in (added, started, removed)] == [201, 200, 204]
    assert {answer.headers["X-Snapshot"] for answer in (added, started, removed)} == {"pending"}
    assert item(await http.get(queued))["status"] == "AGUARDANDO"
    await items.release_deliveries()
    assert item(await http.get(added.headers["Location"]))["posicao"] == 1
    not_found(await http.get(queued))


@pytest.mark.parametrize("path", ["/iniciar-reparo", "/prioridade", NEXT])
async def test_a_client_can_prefer_not_to_wait(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, path: str
) -> None:
    requests: dict[str, tuple[str, str, Any]] = {
        "/iniciar-reparo": ("POST", f"{queued}/iniciar-reparo", None),
        "/prioridade": ("PATCH", f"{queued}/prioridade", {"prioridade": "ALTA"}),
        NEXT: ("POST", NEXT, MECHANIC),
    }
    items.hold_deliveries()
    method, url, body = requests[path]

    answer = await http.request(method, url, json=body, headers=NO_WAIT)

    assert item(answer)["versao"] == 2
    assert answer.headers["Preference-Applied"] == "wait=0"


async def test_a_step_can_be_sent_as_a_signal(http: httpx.AsyncClient, queued: str) -> None:
    prefer = {"Prefer": "respond-async"}

    answer = await http.post(f"{queued}/iniciar-diagnostico", json=MECHANIC, headers=prefer)

    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["Location"] == queued
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert item(await http.get(queued))["status"] == "EM_DIAGNOSTICO"


async def test_a_removal_can_be_sent_as_a_signal(http: httpx.AsyncClient, queued: str) -> None:
    answer = await http.delete(queued, headers={"Prefer": "respond-async"})

    assert (answer.status_code, answer.headers["Location"]) == (202, queued)
    not_found(await http.get(queued))


async def test_a_signal_that_may_not_be_carried_out_is_dropped(
    http: httpx.AsyncClient, queued: str
) -> None:
    answer = await http.post(f"{queued}/finalizar-reparo", headers={"Prefer": "respond-async"})

    assert answer.status_code == 202
    assert item(await http.get(queued))["versao"] == 1


async def test_a_removal_tells_what_any_step_tells(http: httpx.AsyncClient, queued: str) -> None:
    first = await http.delete(queued, headers={**KEY, **NO_WAIT})
    again = await http.delete(queued, headers=KEY)

    assert (first.status_code, first.headers["Preference-Applied"]) == (204, "wait=0")
    assert "Idempotency-Replayed" not in first.headers
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (204, "true")


async def test_a_preference_that_goes_on_and_on_is_no_mistake(
    http: httpx.AsyncClient, queued: str
) -> None:
    answer = await http.delete(queued, headers={"Prefer": f"{'x' * 10_000}, wait=0"})

    assert (answer.status_code, answer.headers["Preference-Applied"]) == (204, "wait=0")


@pytest.mark.usefixtures("impatient")
async def test_a_reader_can_insist_on_a_version(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.hold_deliveries()
    await http.post(f"{queued}/iniciar-reparo", headers=NO_WAIT)

    late = await http.get(queued, params={"minVersion": 2})
    await items.release_deliveries()
    fresh = await http.get(queued, params={"minVersion": 2})

    assert (late.headers["X-Snapshot"], item(late)["versao"]) == ("pending", 1)
    assert ("X-Snapshot" in fresh.headers, item(fresh)["versao"]) == (False, 2)


async def test_a_strong_read_asks_the_workflow(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.hold_deliveries()
    await http.post(f"{queued}/iniciar-reparo", headers=NO_WAIT)

    strong = await http.get(queued, params={"consistency": "strong"})

    assert item(strong)["status"] == "EM_REPARO"


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_strong_read_of_a_finished_item_is_its_last_state(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, forgotten: bool
) -> None:
    await items.drive(id_in(queued), *REPAIRING)
    finished = await http.post(f"{queued}/finalizar-reparo")
    if forgotten:
        items.forget(id_in(queued))

    strong = await http.get(queued, params={"consistency": "strong"})

    assert item(strong) == item(finished)
