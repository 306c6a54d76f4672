"""Queues for tests, saved in an order that says nothing of theirs."""

import random
from collections.abc import Sequence
from datetime import timedelta

from activities.mongo.store import Store
from domain.fila.commands import RecordApproval
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import added, diagnosed, in_queue

MILLISECOND = timedelta(milliseconds=1)


IN_ORDER = [14, 2, 13, 3, 4, 12, 1, 5, 11, 6, 10, 7, 9, 8]
"""The workshop's service orders."""


def workshop() -> list[QueueItem]:
    """Fourteen items, in the order in which the queue is to show them."""
    later = MORNING + MILLISECOND
    waiting = [
        added(14, priority=Priority.URGENT),
        added(2, later, priority=Priority.URGENT),
        diagnosed(13, priority=Priority.HIGH),
        added(3, later, priority=Priority.HIGH),
        added(4),
        added(12),
        driven(diagnosed(1, at=later), RecordApproval()),
        added(5, priority=Priority.LOW),
    ]
    begun = [
        in_queue(QueueStatus.IN_DIAGNOSIS, 11, priority=Priority.URGENT),
        in_queue(QueueStatus.IN_DIAGNOSIS, 6),
        in_queue(QueueStatus.IN_REPAIR, 10, priority=Priority.HIGH),
        in_queue(QueueStatus.IN_REPAIR, 7),
        in_queue(QueueStatus.FINISHED, 9, priority=Priority.URGENT),
        in_queue(QueueStatus.FINISHED, 8),
    ]
    return waiting + begun


async def saved(store: Store, items: Sequence[QueueItem]) -> None:
    """In an order that says nothing."""
    for item in random.Random(5).sample(list(items), k=len(items)):
        await store.save(item)


async def filled(store: Store, count: int) -> list[QueueItem]:
    """Items of the service orders 1 to `count`, in the queue's order."""
    items = [added(number, MORNING + number * MILLISECOND) for number in range(1, count + 1)]
    await saved(store, items)
    return items
