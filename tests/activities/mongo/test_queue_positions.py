"""Positions of waiting items: 1 is next, and an item in work has none."""

import pytest

from activities.mongo.fila_list import QueueList, QueueQuery
from activities.mongo.store import Store
from domain.fila.commands import Remove
from domain.fila.lifecycle import QueueStatus
from tests.activities.mongo.queues import saved, workshop
from tests.domain.execution.builders import driven
from tests.domain.fila.builders import DIAGNOSIS, in_queue


async def test_every_waiting_item_has_a_position_and_what_has_begun_has_none(
    store: Store, queue: QueueList
) -> None:
    await saved(store, [*workshop(), in_queue(QueueStatus.REMOVED, 99)])

    page = await queue.find(QueueQuery())

    positions = [page.positions.get(item["_id"]) for item in page.items]
    assert positions == [1, 2, 3, 4, 5, 6, 7, 8, None, None, None, None, None, None]


async def test_an_item_asked_for_alone_has_the_position_that_the_list_shows(
    store: Store, queue: QueueList
) -> None:
    items = workshop()
    await saved(store, [*items, in_queue(QueueStatus.REMOVED, 99)])

    positions = [await queue.position(item) for item in items]

    assert positions == [1, 2, 3, 4, 5, 6, 7, 8, None, None, None, None, None, None]


@pytest.mark.parametrize("limit", [1, 3, 8, 10, 14])
@pytest.mark.parametrize(
    ("status", "begun"), [([], 6), (["AGUARDANDO"], 0), (["AGUARDANDO", "EM_REPARO"], 2)], ids=str
)
async def test_a_position_is_that_in_the_whole_queue_whatever_piece_is_shown(
    store: Store, queue: QueueList, limit: int, status: list[str], begun: int
) -> None:
    await saved(store, workshop())
    shown: list[int | None] = []
    cursor: str | None = "at first"

    while cursor:
        at = None if cursor == "at first" else cursor
        page = await queue.find(QueueQuery(status=status, limit=limit, cursor=at))
        shown += [page.positions.get(item["_id"]) for item in page.items]
        cursor = page.next_cursor

    assert shown == [1, 2, 3, 4, 5, 6, 7, 8] + [None] * begun


async def test_a_list_of_what_has_begun_shows_no_positions(store: Store, queue: QueueList) -> None:
    await saved(store, workshop())

    page = await queue.find(QueueQuery(status=["EM_DIAGNOSTICO", "FINALIZADA"]))

    assert [page.positions.get(item["_id"]) for item in page.items] == [None] * 4


async def test_who_leaves_the_front_lets_the_others_move_up(store: Store, queue: QueueList) -> None:
    items = workshop()
    await saved(store, items)

    await store.save(driven(items[0], Remove()))
    await store.save(driven(items[1], DIAGNOSIS[0]))

    assert [await queue.position(item) for item in items[2:5]] == [1, 2, 3]
