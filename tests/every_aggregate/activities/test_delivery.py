"""A delivery may die anywhere and be made again: nothing is lost, doubled or out of order."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import from_json, to_json
from temporalio.exceptions import ApplicationError

from activities.delivery import Delivery
from activities.mongo.collections import snapshots_of
from activities.mongo.store import Store
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent
from tests.activities.bus import FakeBus
from tests.activities.databases import Raw, in_memory
from tests.activities.delivery_attempt import Attempt
from tests.conftest import eventually
from tests.every_aggregate.activities.lives import delivery_of, versions
from tests.every_aggregate.kinds import Kind


async def test_a_delivery_fills_history_snapshot_and_bus(
    delivery: Delivery, store: Store, bus: FakeBus
) -> None:
    await Attempt().make(store, bus, delivery)

    snapshot = delivery.snapshot
    assert await store.get(type(snapshot), snapshot.aggregate_id) == snapshot
    told = [event.type for event in delivery.events]
    assert [each.type for each in await store.history(snapshot.aggregate_id, 0, 10)] == told
    assert bus.types == told


async def test_nothing_is_published_that_is_not_kept_first(kind: Kind) -> None:
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

    await Attempt().make(Watched(in_memory()), WatchedBus(), delivery_of(kind, 0))

    assert steps == ["history", "snapshot", "bus"]


async def test_what_the_bus_refused_is_readable_all_the_same(
    delivery: Delivery, store: Store, bus: FakeBus
) -> None:
    bus.refuse(delivery.events[0].type, times=100)

    with pytest.raises(ApplicationError, match="BusUnavailable"):
        await Attempt().make(store, bus, delivery)

    assert (
        await store.get(type(delivery.snapshot), delivery.snapshot.aggregate_id)
        == delivery.snapshot
    )
    assert bus.taken == []


async def test_an_attempt_that_died_half_way_goes_on_where_it_was(
    delivery: Delivery, store: Store, bus: FakeBus
) -> None:
    bus.refuse(delivery.events[2].type, times=3)
    first = Attempt()
    with pytest.raises(ApplicationError, match="BusUnavailable"):
        await first.make(store, bus, delivery)

    second = Attempt(first.beats[-1])
    await second.make(store, bus, delivery)

    assert first.beats[-1] == 2
    assert bus.types == [event.type for event in delivery.events]


async def test_while_an_attempt_lasts_it_says_how_many_events_are_published(
    delivery: Delivery, store: Store, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.heartbeat.BEAT", timedelta(seconds=0.02))
    attempt = Attempt()
    bus.hold(delivery.events[2].type)

    under_way = asyncio.create_task(attempt.make(store, bus, delivery))
    await eventually(lambda: 2 in attempt.beats)
    bus.release()
    await under_way

    assert attempt.beats == sorted(attempt.beats)
    assert bus.types == [event.type for event in delivery.events]


async def test_a_failure_says_how_many_events_were_published_and_those_are_left_out(
    delivery: Delivery, store: Store, bus: FakeBus
) -> None:
    bus.refuse(delivery.events[2].type, times=3)
    with pytest.raises(ApplicationError) as failure:
        await Attempt().make(store, bus, delivery)

    (published,) = failure.value.details
    await Attempt().make(store, bus, delivery.model_copy(update={"published": published}))

    assert published == 2
    assert bus.types == [event.type for event in delivery.events]


async def test_an_attempt_that_knows_nothing_of_the_last_repeats_it_in_order(
    delivery: Delivery, store: Store, bus: FakeBus, raw: Raw
) -> None:
    for _ in range(2):
        await Attempt().make(store, bus, delivery)

    types = [event.type for event in delivery.events]
    assert bus.types == types * 2
    assert len(raw("history")) == len(types)
    assert len(raw(snapshots_of(type(delivery.snapshot)).collection)) == 1


async def test_events_come_with_ids_that_tell_a_repeat(
    delivery: Delivery, store: Store, bus: FakeBus
) -> None:
    for _ in range(2):
        await Attempt().make(store, bus, delivery)

    ids = [entry["Detail"] for entry in bus.taken]
    assert ids[: len(delivery.events)] == ids[len(delivery.events) :]


async def test_a_snapshot_may_be_ahead_of_the_events_that_come_with_it(
    delivery: Delivery, store: Store, bus: FakeBus
) -> None:
    early, late = delivery.events[:2], delivery.events[2:]

    await Attempt().make(store, bus, Delivery(snapshot=delivery.snapshot, events=early))
    await Attempt().make(store, bus, Delivery(snapshot=delivery.snapshot, events=late))

    assert bus.types == [event.type for event in delivery.events]
    assert (
        await store.get(type(delivery.snapshot), delivery.snapshot.aggregate_id)
        == delivery.snapshot
    )


async def test_a_late_delivery_does_not_put_the_snapshot_back(
    kind: Kind, store: Store, bus: FakeBus
) -> None:
    old, new = versions(kind, 2)
    await store.save(new)

    await Attempt().make(store, bus, Delivery(snapshot=old, events=()))

    assert await store.get(kind.state, new.aggregate_id) == new


def test_a_delivery_reads_back_as_it_crossed_temporal(delivery: Delivery) -> None:
    again = Delivery.model_validate_json(delivery.model_dump_json())

    assert again == delivery
    assert type(again.snapshot) is type(delivery.snapshot)
    assert isinstance(again.events[0], RecordedEvent)


def test_a_delivery_of_a_later_release_can_still_be_read(delivery: Delivery) -> None:
    written = from_json(to_json(delivery))
    written["snapshot"]["cor"] = "azul"

    assert Delivery.model_validate(written) == delivery


def test_a_delivery_without_all_of_its_snapshot_is_refused(delivery: Delivery) -> None:
    written = from_json(to_json(delivery))
    del written["snapshot"]["status"]

    with pytest.raises(ValidationError):
        Delivery.model_validate(written)
