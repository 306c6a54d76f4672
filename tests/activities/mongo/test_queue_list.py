"""The queue as readers see it: its order and its filters."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from activities.mongo.client import Document
from activities.mongo.fila_list import QueueList, QueueQuery
from activities.mongo.store import Store
from domain.fila.commands import Prioritize, Remove
from domain.fila.lifecycle import QueueStatus
from domain.fila.vocabulary import Priority
from tests.activities.mongo.queues import IN_ORDER, MILLISECOND, saved, workshop
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import added, in_queue


def _orders(items: Sequence[Document]) -> list[int]:
    return [item["ordem_servico_id"] for item in items]


async def test_an_empty_queue_is_an_empty_list(store: Store, queue: QueueList) -> None:
    page = await queue.find(QueueQuery())

    assert (page.items, page.positions, page.next_cursor) == ([], {}, None)


async def test_what_waits_comes_first_by_priority_and_age_and_what_is_finished_last(
    store: Store, queue: QueueList
) -> None:
    await saved(store, workshop())

    page = await queue.find(QueueQuery())

    assert _orders(page.items) == IN_ORDER
    assert page.next_cursor is None


@pytest.mark.parametrize("step", [MILLISECOND, 300 * MILLISECOND], ids=["same s", "across s"])
async def test_items_within_a_second_are_sorted_by_the_millisecond(
    store: Store, queue: QueueList, step: timedelta
) -> None:
    await saved(store, [added(9 - number, MORNING + number * step) for number in range(9)])

    page = await queue.find(QueueQuery())

    assert _orders(page.items) == [9, 8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["AGUARDANDO"], [14, 2, 13, 3, 4, 12, 1, 5]),
        (["EM_DIAGNOSTICO"], [11, 6]),
        (["EM_REPARO"], [10, 7]),
        (["FINALIZADA"], [9, 8]),
        (["FINALIZADA", "EM_DIAGNOSTICO"], [11, 6, 9, 8]),
        (["AGUARDANDO", "AGUARDANDO"], [14, 2, 13, 3, 4, 12, 1, 5]),
        (["REMOVIDA"], []),
    ],
    ids=lambda each: "+".join(map(str, each)),
)
async def test_a_status_narrows_the_list_and_keeps_its_order(
    store: Store, queue: QueueList, wanted: list[str], found: list[int]
) -> None:
    removed = in_queue(QueueStatus.REMOVED, 99)
    await saved(store, [*workshop(), removed])

    page = await queue.find(QueueQuery(status=wanted))

    assert _orders(page.items) == found


async def test_a_removed_item_is_on_no_list(store: Store, queue: QueueList) -> None:
    items = workshop()
    await saved(store, items)

    for item in items[::2]:
        await store.save(driven(item, Remove()))

    page = await queue.find(QueueQuery())
    assert _orders(page.items) == IN_ORDER[1::2]


async def test_a_new_priority_moves_an_item_at_once(store: Store, queue: QueueList) -> None:
    items = workshop()
    await saved(store, items)

    await store.save(driven(items[7], Prioritize(priority=Priority.URGENT)))

    page = await queue.find(QueueQuery())
    # Created with 14, and before 2; those of the same moment are sorted by their ids.
    assert _orders(page.items) == [5, 14, 2, 13, 3, 4, 12, 1, 11, 6, 10, 7, 9, 8]


@pytest.mark.parametrize(
    "wrong",
    [
        {"limite": 0},
        {"limite": -1},
        {"limite": 501},
        {"limite": "many"},
        {"limite": None},
        {"status": ["aguardando"]},
        {"status": ["WAITING"]},
        {"status": [""]},
        {"status": ["AGUARDANDO"] * 21},
        {"cursor": "x" * 101},
        {"cor": "azul"},
        {"ordenar": "-dta_criacao"},
    ],
    ids=str,
)
def test_a_query_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueueQuery.model_validate(wrong)


@pytest.mark.parametrize("good", [{}, {"limite": 1}, {"limite": "500"}, {"status": ["REMOVIDA"]}])
def test_a_query_may_say_how_many_and_which(good: dict[str, Any]) -> None:
    query = QueueQuery.model_validate(good)

    assert 1 <= query.limit <= 500
