"""The queue as a list: its order, its pages, and each item's position in it."""

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.activities.databases import Database
from tests.api.answers import FILA
from tests.api.fila.fila import FINISHED, add, id_in, item, listed, problema
from tests.api.temporal_fake import QueueEngine

PRIORITIES = ["BAIXA", "NORMAL", "ALTA", "URGENTE", "BAIXA", "NORMAL", "ALTA", "URGENTE"]
IN_ORDER = [4, 8, 3, 7, 2, 6, 1, 5]
"""The orders 1 to 8 with those priorities, as the contract has them taken."""


@pytest.fixture
async def eight(http: httpx.AsyncClient) -> dict[int, str]:
    """The URLs of the items of the orders 1 to 8, by order."""
    urls = {}
    for number, priority in enumerate(PRIORITIES, 1):
        urls[number] = await add(http, number, priority)
        await asyncio.sleep(0.002)  # each older than the next, to the millisecond
    return urls


async def _list(http: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    return listed(await http.get(FILA, params=query))


async def _pages(http: httpx.AsyncClient, **query: Any) -> list[list[dict[str, Any]]]:
    """All pages from here, each by the link of the one before."""
    answer = await http.get(FILA, params=query)
    pages = [listed(answer)]
    while "next" in answer.links:
        answer = await http.get(answer.links["next"]["url"])
        pages.append(listed(answer))
    return pages


def _orders(shown: list[dict[str, Any]]) -> list[int]:
    return [each["ordem_servico_id"] for each in shown]


async def test_an_empty_queue_is_an_empty_array(http: httpx.AsyncClient) -> None:
    answer = await http.get(FILA)

    assert answer.text == "[]"
    assert "Link" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


async def test_what_waits_comes_by_priority_and_then_by_age(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    shown = await _list(http)

    assert _orders(shown) == IN_ORDER
    assert [each["posicao"] for each in shown] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_list_shows_items_as_they_show_themselves(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    await http.post(f"{eight[4]}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})

    for shown in await _list(http):
        assert shown == item(await http.get(eight[shown["ordem_servico_id"]]))


async def test_what_has_begun_comes_behind_what_waits_and_what_is_finished_last(
    http: httpx.AsyncClient, items: QueueEngine, eight: dict[int, str]
) -> None:
    await items.drive(id_in(eight[4]), *FINISHED)
    await http.post(f"{eight[1]}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})
    await http.post(f"{eight[8]}/iniciar-reparo")

    shown = await _list(http)

    assert _orders(shown) == [3, 7, 2, 6, 5, 1, 8, 4]
    assert [each["posicao"] for each in shown] == [1, 2, 3, 4, 5, None, None, None]


async def test_a_change_of_priority_moves_an_item(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    await http.patch(f"{eight[1]}/prioridade", json={"prioridade": "URGENTE"})
    moved = item(await http.patch(f"{eight[8]}/prioridade", json={"prioridade": "BAIXA"}))

    assert _orders(await _list(http)) == [1, 4, 3, 7, 2, 6, 5, 8]
    assert moved["posicao"] == 8


async def test_an_item_that_waits_again_is_back_in_its_place(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    await http.post(f"{eight[3]}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})
    assert _orders(await _list(http))[-1] == 3

    back = await http.post(f"{eight[3]}/finalizar-diagnostico", json={"diagnostico": "freio"})

    assert item(back)["posicao"] == 3
    assert _orders(await _list(http)) == IN_ORDER


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("status=AGUARDANDO", [3, 7, 2, 6, 1, 5]),
        ("status=EM_DIAGNOSTICO", [4]),
        ("status=EM_REPARO", [8]),
        ("status=FINALIZADA", []),
        ("status=EM_DIAGNOSTICO&status=EM_REPARO", [4, 8]),
        ("status=EM_REPARO&status=AGUARDANDO&limite=500", [3, 7, 2, 6, 1, 5, 8]),
        ("limite=8", [3, 7, 2, 6, 1, 5, 4, 8]),
    ],
)
async def test_a_filter_by_status_narrows_the_list(
    http: httpx.AsyncClient, eight: dict[int, str], query: str, orders: list[int]
) -> None:
    await http.post(f"{eight[4]}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})
    await http.post(f"{eight[8]}/iniciar-reparo")

    answer = await http.get(f"{FILA}?{query}")

    assert _orders(listed(answer)) == orders
    assert "Link" not in answer.headers


async def test_a_removed_item_is_not_even_found_by_its_status(
    http: httpx.AsyncClient, queued: str
) -> None:
    await http.delete(queued)

    assert await _list(http, status="REMOVIDA") == []


@pytest.mark.parametrize(("limit", "sizes"), [(3, [3, 3, 2]), (7, [7, 1]), (1, [1] * 8)])
async def test_the_links_lead_through_the_whole_list(
    http: httpx.AsyncClient, eight: dict[int, str], limit: int, sizes: list[int]
) -> None:
    whole = await _list(http)

    pages = await _pages(http, limite=limit)

    assert [len(page) for page in pages] == sizes
    assert list(itertools.chain(*pages)) == whole


async def test_the_links_keep_to_the_filter(http: httpx.AsyncClient, eight: dict[int, str]) -> None:
    await http.post(f"{eight[4]}/iniciar-reparo")

    pages = await _pages(http, status="AGUARDANDO", limite=4)

    assert [_orders(page) for page in pages] == [[8, 3, 7, 2], [6, 1, 5]]
    assert [each["posicao"] for each in pages[1]] == [5, 6, 7]


async def test_a_link_keeps_the_query_and_does_not_name_a_host(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    answer = await http.get(f"{FILA}?status=AGUARDANDO&limite=2")

    url = httpx.URL(answer.links["next"]["url"])
    assert url.is_relative_url
    assert url.path == FILA
    assert (url.params["status"], url.params["limite"]) == ("AGUARDANDO", "2")
    assert url.params["cursor"]


async def test_while_the_queue_moves_each_item_still_comes_once_as_it_is_by_then(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    first = await http.get(FILA, params={"limite": 4})
    await http.post(f"{eight[4]}/iniciar-reparo")
    await http.patch(f"{eight[5]}/prioridade", json={"prioridade": "URGENTE"})
    await http.delete(eight[6])
    await add(http, 9, "URGENTE")

    second = listed(await http.get(first.links["next"]["url"]))

    assert _orders(listed(first)) == [4, 8, 3, 7]
    assert _orders(second) == [2, 1, 5]
    assert [each["prioridade"] for each in second] == ["NORMAL", "BAIXA", "URGENTE"]
    assert [each["posicao"] for each in second] == [6, 7, 1]


@pytest.mark.parametrize("cursor", ["x", "0" * 32 + ".3", "ç.1", '{"$gt": ""}', "a" * 100])
async def test_a_cursor_that_was_never_given_is_a_bad_request(
    http: httpx.AsyncClient, queued: str, cursor: str
) -> None:
    answer = await http.get(FILA, params={"cursor": cursor})

    body = problema(answer, 400, "bad-cursor")
    assert body["detail"] == "O cursor não é desta lista ou expirou; comece a lista de novo"


async def test_a_cursor_does_not_fit_another_filter(
    http: httpx.AsyncClient, eight: dict[int, str]
) -> None:
    first = await http.get(FILA, params={"limite": 2})
    cursor = httpx.URL(first.links["next"]["url"]).params["cursor"]

    answer = await http.get(FILA, params={"cursor": cursor, "status": "AGUARDANDO"})

    body = problema(answer, 400, "bad-cursor")
    assert body["detail"] == "O cursor pertence a uma lista com outro filtro de status"


async def test_a_cursor_that_has_expired_says_so(
    http: httpx.AsyncClient, eight: dict[int, str], database: Database
) -> None:
    first = await http.get(FILA, params={"limite": 2})
    long_ago = {"$set": {"expira_em": datetime(2026, 1, 1, tzinfo=UTC)}}
    await database["fila_paginas"].update_many({}, long_ago)

    answer = await http.get(first.links["next"]["url"])

    assert "expirou" in problema(answer, 400, "bad-cursor")["detail"]
