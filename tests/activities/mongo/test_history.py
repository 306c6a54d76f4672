"""Histories are kept in order, without doubles, and read in pages."""

import asyncio
import random
from datetime import datetime

from activities.mongo.history import HistoryEntry
from activities.mongo.store import Store
from domain.execution.commands import Cancel, Pause, Resume, Start
from tests.activities.databases import Raw
from tests.domain.execution.builders import MINUTE, MORNING, opened, story


async def test_a_history_keeps_what_happened_and_how(store: Store) -> None:
    execution, events = story(Start(), Cancel(reason="customer gone"))

    await store.append(execution.execution_id, events)

    entries = await store.history(execution.execution_id, 0, 10)
    assert [entry.type for entry in entries] == [
        "ExecutionScheduled",
        "ExecutionStarted",
        "ExecutionCancelled",
    ]
    assert [(entry.from_status, entry.to_status) for entry in entries] == [
        (None, "SCHEDULED"),
        ("SCHEDULED", "IN_PROGRESS"),
        ("IN_PROGRESS", "CANCELLED"),
    ]
    assert [entry.reason for entry in entries] == [None, None, "customer gone"]
    assert [entry.command for entry in entries] == ["create", "start", "cancel"]
    assert entries[1].occurred_at == MORNING + MINUTE
    assert entries == [HistoryEntry.of(event) for event in events]


async def test_appending_again_adds_nothing(store: Store, raw: Raw) -> None:
    execution, events = story(Start(), Pause(), Resume())

    for part in (events[:2], events, events):
        await store.append(execution.execution_id, part)

    assert sorted(entry["sequence"] for entry in raw("history")) == [1, 2, 3, 4]


async def test_two_who_append_the_same_at_once_write_it_once(store: Store, raw: Raw) -> None:
    execution, events = story(Start(), *(Pause(), Resume()) * 5)

    await asyncio.gather(*(store.append(execution.execution_id, events) for _ in range(8)))

    assert sorted(entry["sequence"] for entry in raw("history")) == list(range(1, 13))


async def test_the_dates_of_a_history_are_bson_dates(store: Store, raw: Raw) -> None:
    execution, events = story(Start())

    await store.append(execution.execution_id, events)

    assert all(isinstance(entry["occurredAt"], datetime) for entry in raw("history"))


async def test_a_history_is_read_in_pages(store: Store) -> None:
    execution, events = story(Start(), *(Pause(), Resume()) * 5)
    await store.append(execution.execution_id, random.Random(3).sample(events, k=len(events)))

    pages = [await store.history(execution.execution_id, after, 5) for after in (0, 5, 10, 15)]

    assert [[entry.sequence for entry in page] for page in pages] == [
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10],
        [11, 12],
        [],
    ]


async def test_histories_of_two_executions_do_not_mix(store: Store) -> None:
    for order in ("os-1", "os-2"):
        execution, events = story(Start(), service_order_id=order)
        await store.append(execution.execution_id, events)

    entries = await store.history(opened(service_order_id="os-1").execution_id, 0, 10)

    assert [entry.sequence for entry in entries] == [1, 2]
    assert entries[0].detail["serviceOrderId"] == "os-1"
