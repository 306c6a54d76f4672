"""Snapshots of queue items never go backwards, and one that was removed never comes back."""

import asyncio
import random
from datetime import timedelta

import pytest

from activities.mongo.store import Store
from domain.fila.commands import Prioritize, Remove
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from tests.activities.databases import Raw
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import (
    DIAGNOSIS,
    REPAIR,
    added,
    diagnosed,
    in_queue,
    queue_story,
)

LIFE = (*DIAGNOSIS, *REPAIR)


def _told(item: QueueItem) -> QueueItem:
    return item.noting(item.notices.delivered(MORNING))


def _lives() -> list[QueueItem]:
    """All that is ever saved of an item: after each step, and after each answer to it."""
    item = added(tells_service_orders=True)
    states = [item]
    for command in LIFE:
        item = driven(item, command)
        states += [item, item := item.noting(item.notices.failing("503")), item := _told(item)]
    return [*states, driven(item, Remove())]


async def test_what_is_saved_is_read_back_whole(store: Store) -> None:
    item = driven(added(tells_service_orders=True), *LIFE, at=MORNING + timedelta(milliseconds=123))
    item = _told(item).noting(item.notices.refused_for("404: ordem não encontrada"))

    await store.save(item)

    assert await store.get(QueueItem, item.queue_item_id) == item


async def test_a_step_replaces_the_note_before_it_and_not_the_one_after(store: Store) -> None:
    first = driven(added(tells_service_orders=True), DIAGNOSIS[0])
    noted = _told(first)
    second = driven(noted, DIAGNOSIS[1])
    noted_again = _told(second)

    for snapshot in (noted, second, noted_again, second):
        await store.save(snapshot)

    assert await store.get(QueueItem, first.queue_item_id) == noted_again


@pytest.mark.parametrize("seed", range(3))
async def test_of_many_writers_at_once_the_newest_stays(store: Store, raw: Raw, seed: int) -> None:
    states = _lives()[:-1]
    shuffled = random.Random(seed).sample(states, k=len(states))

    await asyncio.gather(*(store.save(snapshot) for snapshot in shuffled))

    assert await store.get(QueueItem, states[0].queue_item_id) == states[-1]
    assert len(raw("fila_execucao")) == 1


async def test_a_removed_item_leaves_a_tombstone_and_nothing_else(store: Store, raw: Raw) -> None:
    item = _told(diagnosed(tells_service_orders=True))
    removed = driven(item, Remove())

    for snapshot in (item, removed):
        await store.save(snapshot)

    assert raw("fila_execucao") == [
        {"_id": item.queue_item_id, "status": "REMOVIDA", "versao": 4, "revisao": 5}
    ]
    assert await store.get(QueueItem, item.queue_item_id) is None


async def test_an_item_that_was_never_saved_before_its_removal_leaves_one_too(
    store: Store, raw: Raw
) -> None:
    removed = in_queue(QueueStatus.REMOVED)

    await store.save(removed)

    assert raw("fila_execucao") == [
        {"_id": removed.queue_item_id, "status": "REMOVIDA", "versao": 2, "revisao": 2}
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_no_late_writer_brings_a_removed_item_back(store: Store, raw: Raw, seed: int) -> None:
    *states, removed = _lives()
    await store.save(removed)

    shuffled = random.Random(seed).sample(states, k=len(states))
    await asyncio.gather(*(store.save(snapshot) for snapshot in shuffled))

    assert [document["status"] for document in raw("fila_execucao")] == ["REMOVIDA"]
    assert await store.get(QueueItem, removed.queue_item_id) is None


async def test_a_removal_among_many_writers_is_final(store: Store, raw: Raw) -> None:
    states = _lives()

    await asyncio.gather(*(store.save(snapshot) for snapshot in reversed(states)))

    assert [document["status"] for document in raw("fila_execucao")] == ["REMOVIDA"]


async def test_an_order_that_comes_back_has_an_item_of_its_own(store: Store) -> None:
    removed, again = in_queue(QueueStatus.REMOVED), added(unique="f" * 12)

    for snapshot in (removed, again):
        await store.save(snapshot)

    assert await store.get(QueueItem, removed.queue_item_id) is None
    assert await store.get(QueueItem, again.queue_item_id) == again


async def test_a_removal_is_readable_as_the_version_that_it_is(store: Store) -> None:
    removed = in_queue(QueueStatus.REMOVED)

    await store.save(removed)

    seen = [await store.has_version(QueueItem, removed.queue_item_id, v) for v in (1, 2, 3)]
    assert seen == [True, True, False]


async def test_the_history_of_a_removed_item_stays(store: Store) -> None:
    item, events = queue_story(Prioritize(priority=Priority.HIGH), Remove(), service_order_id=41)

    await store.append(item.queue_item_id, events)
    await store.save(item)

    entries = await store.history(item.queue_item_id, 0, 10)
    assert [(entry.type, entry.command, entry.to_status) for entry in entries] == [
        ("QueueItemAdded", "adicionar", "AGUARDANDO"),
        ("QueuePriorityChanged", "prioridade", "AGUARDANDO"),
        ("QueueItemRemoved", "remover", "REMOVIDA"),
    ]
    assert entries[1].detail["serviceOrderId"] == "41"
