"""Forty items wait in the queue's order, and its list stays whole while they move."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import httpx
import pytest

from tests.stack.customer import Document
from tests.stack.workshop import PATH, Workshop, gently

FIRST_COMES_FIRST = ["URGENTE", "ALTA", "NORMAL", "BAIXA"]
PAGE = 4

pytestmark = pytest.mark.usefixtures("empty_queue")


async def add(workshop: Workshop, count: int) -> list[Document]:
    return await workshop.adds_many(*random.choices(FIRST_COMES_FIRST, k=count))


def place(item: Document) -> tuple[int, datetime]:
    """Items of the same priority and the same millisecond may stand either way."""
    created = datetime.fromisoformat(item["dta_criacao"])
    return FIRST_COMES_FIRST.index(item["prioridade"]), created


def ids(items: Sequence[Document]) -> list[str]:
    return [item["fila_id"] for item in items]


async def test_forty_items_are_listed_and_given_out_in_the_queues_order(workshop: Workshop) -> None:
    added = await add(workshop, 40)

    listed = await workshop.lists()
    shown = [await workshop.sees(item["fila_id"]) for item in random.sample(listed, 12)]
    given = [(await workshop.takes_next(7)).json() for _ in range(12)]
    left = await workshop.lists(status="AGUARDANDO")

    assert sorted(ids(listed)) == sorted(ids(added))
    assert [place(item) for item in listed] == sorted(place(item) for item in added)
    assert [item["posicao"] for item in listed] == list(range(1, 41))
    for item in shown:
        assert item["posicao"] == ids(listed).index(item["fila_id"]) + 1
    assert ids(given) == ids(listed)[:12]
    assert ids(left) == ids(listed)[12:]
    assert [item["posicao"] for item in left] == list(range(1, 29))


async def test_a_change_of_priority_moves_an_item_and_all_behind_it(workshop: Workshop) -> None:
    first, second, third = [(await workshop.adds("NORMAL"))["fila_id"] for _ in range(3)]

    raised = await workshop.asks("PATCH", f"/{third}/prioridade", {"prioridade": "ALTA"})
    lowered = await workshop.asks("PATCH", f"/{first}/prioridade", {"prioridade": "BAIXA"})

    assert (raised.json()["posicao"], lowered.json()["posicao"]) == (1, 3)
    assert ids(await workshop.lists()) == [third, second, first]


async def test_what_is_worked_on_follows_what_waits_and_what_is_finished_comes_last(
    workshop: Workshop,
) -> None:
    finished, worked_on, waiting = [
        (await workshop.adds(priority))["fila_id"] for priority in ("URGENTE", "URGENTE", "BAIXA")
    ]
    await workshop.does(finished, "iniciar-reparo", {"mecanico_responsavel_id": 1})
    await workshop.does(finished, "finalizar-reparo")
    await workshop.does(worked_on, "iniciar-diagnostico", {"mecanico_responsavel_id": 2})

    listed = await workshop.lists()

    assert ids(listed) == [waiting, worked_on, finished]
    assert [item["posicao"] for item in listed] == [1, None, None]


async def test_paging_shows_each_item_once_while_others_move(workshop: Workshop) -> None:
    await add(workshop, 10 * PAGE)
    listed = await workshop.lists()
    raised, lowered, taken, removed = (ids(listed)[first::8] for first in range(4))

    page = await workshop.http.get(PATH, params={"limite": PAGE})
    pages = [page.json()]
    for move, items in (
        (raise_priority, raised),
        (lower_priority, lowered),
        (start, taken),
        (Workshop.removes, removed),
    ):
        await gently(*(move(workshop, item) for item in items))
        page = await workshop.http.get(following(page))
        pages.append(page.json())
    await workshop.adds_many(*["URGENTE"] * 5)
    while "next" in page.links:
        page = await workshop.http.get(following(page))
        pages.append(page.json())

    assert len(pages) == 10
    seen = Counter(item for page in pages for item in ids(page))
    assert max(seen.values()) == 1
    stayed = [item for item in ids(listed) if item not in removed]
    assert [item for item in seen if item in stayed] == stayed
    late = {item["fila_id"]: item for page in pages[4:] for item in page}
    assert not set(removed) & set(late)
    assert {late[item]["status"] for item in taken if item in late} == {"EM_DIAGNOSTICO"}
    assert {late[item]["prioridade"] for item in raised if item in late} == {"URGENTE"}
    assert {late[item]["prioridade"] for item in lowered if item in late} == {"BAIXA"}


def following(page: httpx.Response) -> str:
    return page.links["next"]["url"]


async def start(workshop: Workshop, item: str) -> None:
    await workshop.does(item, "iniciar-diagnostico", {"mecanico_responsavel_id": 3})


async def raise_priority(workshop: Workshop, item: str) -> None:
    await prioritize(workshop, item, "URGENTE")


async def lower_priority(workshop: Workshop, item: str) -> None:
    await prioritize(workshop, item, "BAIXA")


async def prioritize(workshop: Workshop, item: str, priority: str) -> None:
    answer = await workshop.asks("PATCH", f"/{item}/prioridade", {"prioridade": priority})
    assert answer.status_code == 200, answer.text


async def test_pages_of_a_filtered_list_hold_their_filter(workshop: Workshop) -> None:
    started = random.sample(ids(await add(workshop, 20)), 12)
    await gently(*(start(workshop, item) for item in started))

    page = await workshop.http.get(PATH, params={"limite": 5, "status": "EM_DIAGNOSTICO"})
    seen = ids(page.json())
    while "next" in page.links:
        page = await workshop.http.get(following(page))
        seen += ids(page.json())

    assert len(seen) == 12
    assert set(seen) == set(started)
