"""A removed item is gone from every list and look-up, and its history stays. Its service order may
be added again: as a new item, which nothing that was meant for the old one ever touches."""

import asyncio
from typing import Any

import httpx
import pytest

from domain.fila.commands import Remove
from tests.api.answers import FILA
from tests.api.fila.fila import FINISHED, WAYS, add, id_in, item, listed, not_found, problema
from tests.api.temporal_fake import QueueEngine
from tests.conftest import eventually

NEW = {"ordem_servico_id": 7}
COMMANDS: list[tuple[str, str, Any]] = [
    ("POST", "/iniciar-diagnostico", {"mecanico_responsavel_id": 9}),
    ("POST", "/finalizar-diagnostico", {"diagnostico": "freio"}),
    ("POST", "/iniciar-reparo", None),
    ("POST", "/finalizar-reparo", None),
    ("PATCH", "/prioridade", {"prioridade": "ALTA"}),
    ("DELETE", "", None),
]


@pytest.fixture
async def again(http: httpx.AsyncClient, queued: str) -> str:
    """The URL of the item that took the place of `queued` after its removal."""
    assert (await http.delete(queued)).status_code == 204
    return await add(http, 7)


@pytest.mark.parametrize("where", WAYS)
async def test_an_item_is_removed_wherever_the_work_is(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    await items.drive(id_in(queued), *WAYS[where])

    answer = await http.delete(queued)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "X-Snapshot" not in answer.headers
    assert items.states[id_in(queued)].status == "REMOVIDA"


async def test_what_was_removed_is_found_nowhere(http: httpx.AsyncClient, queued: str) -> None:
    other = await add(http, 8)
    await http.delete(queued)

    for url in (queued, f"{FILA}/ordem-servico/7"):
        not_found(await http.get(url))
    not_found(await http.get(queued, params={"consistency": "strong"}))
    not_found(await http.get(queued, params={"minVersion": 1}))
    assert [each["ordem_servico_id"] for each in listed(await http.get(FILA))] == [8]
    assert item(await http.get(other))["posicao"] == 1


@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
@pytest.mark.parametrize("lingers", [False, True])
async def test_what_was_removed_takes_no_more_commands(
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    method: str,
    path: str,
    body: Any,
    lingers: bool,
) -> None:
    items.lingers = lingers
    await http.delete(queued)
    before = items.states

    not_found(await http.request(method, queued + path, json=body))

    assert items.states == before


async def test_of_two_removals_one_is_done_and_the_other_finds_nothing(
    http: httpx.AsyncClient, queued: str
) -> None:
    answers = await asyncio.gather(*(http.delete(queued) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [204, 404]


async def test_the_history_of_what_was_removed_stays(http: httpx.AsyncClient, queued: str) -> None:
    await http.post(f"{queued}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})
    await http.delete(queued)

    answer = await http.get(f"{queued}/historico")

    told = [entry["tipo"] for entry in answer.json()["historico"]]
    assert answer.status_code == 200
    assert told == ["QueueItemAdded", "DiagnosisStarted", "QueueItemRemoved"]


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_finished_item_is_reopened_to_be_removed(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, forgotten: bool
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    if forgotten:
        items.forget(id_in(queued))

    answer = await http.delete(queued)

    assert answer.status_code == 204
    not_found(await http.get(queued))
    not_found(await http.delete(queued))
    history = (await http.get(f"{queued}/historico")).json()["historico"]
    assert [entry["sequencia"] for entry in history] == [1, 2, 3, 4, 5, 6]
    assert history[-1]["tipo"] == "QueueItemRemoved"


async def test_of_two_removals_of_a_finished_item_one_is_done(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *FINISHED)

    answers = await asyncio.gather(*(http.delete(queued) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404, 404]


async def test_a_finished_item_refuses_all_else_without_being_reopened(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    before = await items.drive(id_in(queued), *FINISHED)
    items.forget(id_in(queued))

    refusal = problema(
        await http.patch(f"{queued}/prioridade", json={"prioridade": "ALTA"}),
        409,
        "invalid-queue-transition",
    )

    assert (refusal["currentStatus"], refusal["acoes_permitidas"]) == ("FINALIZADA", ["remover"])
    assert items.states == {}
    assert item(await http.get(queued))["versao"] == before.version


@pytest.mark.parametrize("where", WAYS)
async def test_the_order_may_be_added_again_and_begins_anew(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    await items.drive(id_in(queued), *WAYS[where])
    await http.delete(queued)

    answer = item(await http.post(FILA, json=NEW), 201)

    assert answer["fila_id"] != id_in(queued)
    assert (answer["status"], answer["versao"], answer["posicao"]) == ("AGUARDANDO", 1, 1)
    assert (answer["mecanico_responsavel_id"], answer["diagnostico"]) == (None, None)
    assert item(await http.get(f"{FILA}/ordem-servico/7")) == answer
    assert listed(await http.get(FILA)) == [answer]


async def test_an_order_is_added_again_once_the_removal_is_told_everywhere(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.fila.service.ENDING_PAUSE", 0.005)
    items.lingers = True
    await http.delete(queued)
    adding = asyncio.create_task(http.post(FILA, json=NEW))
    await eventually(lambda: items.calls["start"] > 2)
    assert not adding.done()

    items.lingers = False

    assert item(await adding, 201)["fila_id"] != id_in(queued)


async def test_an_order_is_added_again_even_before_readers_see_the_removal(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.fila.service.ENDING_PAUSE", 0.005)
    items.hold_deliveries()
    await http.delete(queued, headers={"Prefer": "wait=0"})
    adding = asyncio.create_task(http.post(FILA, json=NEW))
    await eventually(lambda: items.calls["start"] > 2)
    assert not adding.done()

    await items.release_deliveries()

    assert item(await adding, 201)["fila_id"] != id_in(queued)


async def test_an_order_whose_removal_is_not_told_in_time_is_to_be_added_later(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.fila.service.ENDING_PAUSE", 0)
    items.lingers = True
    await http.delete(queued)

    answer = await http.post(FILA, json=NEW)

    problema(answer, 503, "unavailable")


async def test_the_old_id_is_still_not_found(
    http: httpx.AsyncClient, queued: str, again: str
) -> None:
    not_found(await http.get(queued))
    not_found(await http.get(queued, params={"consistency": "strong"}))
    not_found(await http.get(queued, params={"minVersion": 1}))
    told = (await http.get(f"{queued}/historico")).json()
    assert told["fila_id"] == id_in(queued)
    assert [entry["tipo"] for entry in told["historico"]] == ["QueueItemAdded", "QueueItemRemoved"]


@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
async def test_the_old_ids_commands_never_touch_the_new_item(
    http: httpx.AsyncClient, queued: str, again: str, method: str, path: str, body: Any
) -> None:
    before = item(await http.get(again))

    not_found(await http.request(method, queued + path, json=body))

    assert item(await http.get(again)) == before


@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
async def test_the_old_ids_signals_never_touch_the_new_item(
    http: httpx.AsyncClient, queued: str, again: str, method: str, path: str, body: Any
) -> None:
    before = item(await http.get(again))

    prefer = {"Prefer": "respond-async"}
    answer = await http.request(method, queued + path, json=body, headers=prefer)

    assert answer.status_code == 202
    assert item(await http.get(again)) == before


async def test_an_item_that_somebody_else_removes_is_gone_too(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), Remove())

    not_found(await http.get(queued))
    assert item(await http.post(FILA, json=NEW), 201)["posicao"] == 1
