"""Deliveries of queue items: told, kept and read back like those of executions."""

import pytest
from pydantic_core import to_json

from activities.delivery import Delivery
from activities.mongo.store import Store
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.fila.commands import Prioritize, Remove
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from tests.activities.bus import FakeBus
from tests.activities.databases import Raw
from tests.activities.delivery_attempt import Attempt
from tests.domain.execution.builders import MORNING, being
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, added, in_queue, queue_story

EVENTS = [
    "QueueItemAdded",
    "DiagnosisStarted",
    "DiagnosisFinished",
    "RepairStarted",
    "RepairFinished",
]


def _delivery() -> Delivery:
    item, events = queue_story(*DIAGNOSIS, *REPAIR, tells_service_orders=True)
    return Delivery(snapshot=item, events=events)


async def test_a_note_goes_to_the_snapshot_alone(store: Store, bus: FakeBus, raw: Raw) -> None:
    delivery = _delivery()
    await Attempt().make(store, bus, delivery)
    item = delivery.snapshot
    assert isinstance(item, QueueItem)
    noted = item.noting(item.notices.delivered(MORNING))

    await Attempt().make(store, bus, Delivery(snapshot=noted, events=()))

    assert await store.get(QueueItem, item.queue_item_id) == noted
    assert len(raw("history")) == len(bus.taken) == len(EVENTS)


async def test_a_note_may_be_the_first_that_the_database_hears(
    store: Store, bus: FakeBus, raw: Raw
) -> None:
    item = added(tells_service_orders=True)
    noted = item.noting(item.notices.failing("503"))

    await Attempt().make(store, bus, Delivery(snapshot=noted, events=()))

    assert await store.get(QueueItem, item.queue_item_id) == noted
    assert (raw("history"), bus.taken) == ([], [])


async def test_a_removal_is_told_and_only_its_history_stays(store: Store, bus: FakeBus) -> None:
    item, events = queue_story(Prioritize(priority=Priority.HIGH), Remove())

    await Attempt().make(store, bus, Delivery(snapshot=item, events=events))

    assert bus.types == ["QueueItemAdded", "QueuePriorityChanged", "QueueItemRemoved"]
    assert await store.get(QueueItem, item.queue_item_id) is None
    assert len(await store.history(item.queue_item_id, 0, 10)) == 3


async def test_a_late_delivery_of_a_removed_item_does_not_bring_it_back(
    store: Store, bus: FakeBus
) -> None:
    early, told = queue_story(DIAGNOSIS[0])
    removed, _ = queue_story(DIAGNOSIS[0], Remove())
    await store.save(removed)

    await Attempt().make(store, bus, Delivery(snapshot=early, events=told))

    assert await store.get(QueueItem, removed.queue_item_id) is None


@pytest.mark.parametrize("status", QueueStatus)
def test_an_item_in_any_status_is_read_as_an_item(status: QueueStatus) -> None:
    item = in_queue(status, tells_service_orders=True)

    again = Delivery.model_validate_json(to_json(Delivery(snapshot=item, events=())))

    assert isinstance(again.snapshot, QueueItem)
    assert again.snapshot == item


@pytest.mark.parametrize("status", ExecutionStatus)
def test_an_execution_in_any_status_is_read_as_an_execution(status: ExecutionStatus) -> None:
    execution = being(status, payment_required=False, queue_item_id="0" * 24)

    again = Delivery.model_validate_json(to_json(Delivery(snapshot=execution, events=())))

    assert isinstance(again.snapshot, Execution)
    assert again.snapshot == execution
