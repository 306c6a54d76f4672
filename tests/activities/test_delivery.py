"""A delivery may die anywhere and be made again: nothing is lost, doubled or out of order."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.delivery import Delivery
from activities.mongo.store import Store
from domain.execution.commands import Assign, Pause, Start
from domain.execution.state import Execution
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent
from tests.activities.bus import FakeBus
from tests.activities.databases import Raw, in_memory
from tests.activities.delivery_attempt import Attempt
from tests.conftest import eventually
from tests.domain.execution.builders import story

LIFE = (Assign(technician_id="tech-1"), Start(), Pause())


def _delivery() -> Delivery:
    execution, events = story(*LIFE)
    return Delivery(snapshot=execution, events=events)


async def test_a_delivery_fills_history_snapshot_and_bus(store: Store, bus: FakeBus) -> None:
    delivery = _delivery()

    await Attempt().make(store, bus, delivery)

    snapshot = delivery.snapshot
    assert await store.get(Execution, snapshot.aggregate_id) == snapshot
    assert len(await store.history(snapshot.aggregate_id, 0, 10)) == 4
    assert bus.types == [event.type for event in delivery.events]


async def test_nothing_is_published_that_is_not_kept_first(store: Store, bus: FakeBus) -> None:
    steps: list[str] = []

    class Watched(Store):
        async def append(self, aggregate_id: str, events: Any, revision: int = 0) -> None:
            steps.append("history")

        async def save(self, aggregate: Aggregate) -> bool:
            steps.append("snapshot")
            return True

    class WatchedBus(FakeBus):
        def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            steps.append("bus")
            return super().put_events(Entries=Entries)

    execution, events = story()
    watched = Watched(in_memory())

    await Attempt().make(watched, WatchedBus(), Delivery(snapshot=execution, events=events))

    assert steps == ["history", "snapshot", "bus"]


async def test_what_the_bus_refused_is_readable_all_the_same(store: Store, bus: FakeBus) -> None:
    delivery = _delivery()
    bus.refuse("ExecutionScheduled", times=100)

    with pytest.raises(ApplicationError, match="BusUnavailable"):
        await Attempt().make(store, bus, delivery)

    assert await store.get(Execution, delivery.snapshot.aggregate_id) == delivery.snapshot
    assert bus.taken == []


async def test_an_attempt_that_died_half_way_is_taken_up_where_it_was(
    store: Store, bus: FakeBus
) -> None:
    delivery = _delivery()
    bus.refuse("ExecutionStarted", times=3)
    first = Attempt()
    with pytest.raises(ApplicationError, match="BusUnavailable"):
        await first.make(store, bus, delivery)

    second = Attempt(first.beats[-1])
    await second.make(store, bus, delivery)

    assert first.beats[-1] == 2
    assert bus.types == [event.type for event in delivery.events]


async def test_while_an_attempt_lasts_it_says_how_many_events_are_published(
    store: Store, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.heartbeat.BEAT", timedelta(seconds=0.02))
    delivery, attempt = _delivery(), Attempt()
    bus.hold("ExecutionStarted")

    under_way = asyncio.create_task(attempt.make(store, bus, delivery))
    await eventually(lambda: 2 in attempt.beats)
    bus.release()
    await under_way

    assert attempt.beats == sorted(attempt.beats)
    assert bus.types == [event.type for event in delivery.events]


async def test_a_failure_says_how_many_events_were_published_and_those_are_left_out(
    store: Store, bus: FakeBus
) -> None:
    delivery = _delivery()
    bus.refuse("ExecutionStarted", times=3)
    with pytest.raises(ApplicationError) as failure:
        await Attempt().make(store, bus, delivery)

    (published,) = failure.value.details
    await Attempt().make(store, bus, delivery.model_copy(update={"published": published}))

    assert published == 2
    assert bus.types == [event.type for event in delivery.events]


async def test_an_attempt_that_knows_nothing_of_the_last_repeats_it_in_order(
    store: Store, bus: FakeBus, raw: Raw
) -> None:
    delivery = _delivery()

    for _ in range(2):
        await Attempt().make(store, bus, delivery)

    types = [event.type for event in delivery.events]
    assert bus.types == types * 2
    assert len(raw("history")) == 4
    assert len(raw("executions")) == 1


async def test_events_come_with_ids_that_tell_a_repeat(store: Store, bus: FakeBus) -> None:
    delivery = _delivery()

    for _ in range(2):
        await Attempt().make(store, bus, delivery)

    ids = [entry["Detail"] for entry in bus.taken]
    assert ids[:4] == ids[4:]


async def test_a_snapshot_may_be_ahead_of_the_events_that_come_with_it(
    store: Store, bus: FakeBus
) -> None:
    delivery = _delivery()
    early, late = delivery.events[:2], delivery.events[2:]

    await Attempt().make(store, bus, Delivery(snapshot=delivery.snapshot, events=early))
    await Attempt().make(store, bus, Delivery(snapshot=delivery.snapshot, events=late))

    assert bus.types == [event.type for event in delivery.events]
    assert await store.get(Execution, delivery.snapshot.aggregate_id) == delivery.snapshot


async def test_a_late_delivery_does_not_put_the_snapshot_back(store: Store, bus: FakeBus) -> None:
    old, told = story(*LIFE[:1])
    new, _ = story(*LIFE)
    await store.save(new)

    await Attempt().make(store, bus, Delivery(snapshot=old, events=told))

    assert await store.get(Execution, new.execution_id) == new


def test_a_delivery_reads_back_as_it_crossed_temporal() -> None:
    delivery = _delivery()

    again = Delivery.model_validate_json(delivery.model_dump_json())

    assert again == delivery
    assert isinstance(again.events[0], RecordedEvent)
