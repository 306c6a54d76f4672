"""Versions that a reset has taken back vanish, and late writers of them change nothing."""

import pytest

from activities.delivery import Delivery
from activities.mongo.store import Store
from domain.execution.commands import Assign, Cancel, Pause, Start
from domain.execution.state import Execution
from domain.fila.commands import Remove
from domain.fila.state import QueueItem
from tests.activities.bus import FakeBus
from tests.activities.databases import Database, Raw
from tests.activities.delivery_attempt import Attempt
from tests.domain.execution.builders import MINUTE, MORNING, story
from tests.domain.fila.builders import queue_story

GIVEN_UP = Delivery(snapshot=story(Start(), Pause())[0], events=story(Start(), Pause())[1])
BEGINNING, EVENTS = story()
ANEW = Delivery(snapshot=BEGINNING.after_reset(MORNING), events=EVENTS, published=1)
ID = BEGINNING.execution_id


async def types(store: Store) -> list[str]:
    return [entry.type for entry in await store.history(ID, 0, 10)]


async def test_an_older_version_replaces_what_it_outranks(store: Store, bus: FakeBus) -> None:
    for delivery in (GIVEN_UP, ANEW, ANEW):
        await Attempt().make(store, bus, delivery)

    assert await store.get(Execution, ID) == ANEW.snapshot
    assert await types(store) == ["ExecutionScheduled"]
    assert bus.types == ["ExecutionScheduled", "ExecutionStarted", "ExecutionPaused"]


async def test_a_removed_item_is_found_again(store: Store, bus: FakeBus) -> None:
    removed, told = queue_story(Remove())
    item, first = queue_story()
    await Attempt().make(store, bus, Delivery(snapshot=removed, events=told))

    anew = item.after_reset(MORNING)
    await Attempt().make(store, bus, Delivery(snapshot=anew, events=first, published=1))

    assert await store.get(QueueItem, item.queue_item_id) == anew
    assert len(await store.history(item.queue_item_id, 0, 10)) == 1


async def test_what_happens_instead_takes_the_place_of_what_had_happened(
    store: Store, bus: FakeBus
) -> None:
    instead, events = story(Cancel(reason="not paid"))
    await Attempt().make(store, bus, GIVEN_UP)

    snapshot = instead.after_reset(MORNING)
    await Attempt().make(store, bus, Delivery(snapshot=snapshot, events=events, published=1))

    assert await store.get(Execution, ID) == snapshot
    assert await types(store) == ["ExecutionScheduled", "ExecutionCancelled"]


async def test_a_late_delivery_of_what_was_given_up_leaves_no_trace(
    store: Store, bus: FakeBus
) -> None:
    await Attempt().make(store, bus, ANEW)

    await Attempt().make(store, bus, GIVEN_UP)

    assert await store.get(Execution, ID) == ANEW.snapshot
    assert await types(store) == ["ExecutionScheduled"]
    assert bus.types == []


async def test_an_entry_that_came_late_gives_way_to_what_happens_there(
    store: Store, bus: FakeBus
) -> None:
    await Attempt().make(store, bus, ANEW)
    await store.append(ID, GIVEN_UP.events, GIVEN_UP.snapshot.revision)
    on, events = story(Assign(technician_id="tech-1"))

    after = on.model_copy(update={"untold_changes": ANEW.snapshot.untold_changes})
    await Attempt().make(store, bus, Delivery(snapshot=after, events=events[1:]))

    assert await types(store) == ["ExecutionScheduled", "TechnicianAssigned"]


async def test_of_two_resets_the_later_one_counts(store: Store, bus: FakeBus) -> None:
    on, events = story(Start())
    later = Delivery(snapshot=BEGINNING.after_reset(MORNING + MINUTE), events=EVENTS, published=1)
    earlier = Delivery(snapshot=on.after_reset(MORNING), events=events)
    await Attempt().make(store, bus, later)

    await Attempt().make(store, bus, earlier)

    assert await store.get(Execution, ID) == later.snapshot
    assert await types(store) == ["ExecutionScheduled"]


@pytest.mark.parametrize("collection", ["executions", "history"])
async def test_documents_of_an_earlier_release_give_way_too(
    store: Store, bus: FakeBus, database: Database, raw: Raw, collection: str
) -> None:
    await Attempt().make(store, bus, GIVEN_UP)
    await database[collection].update_many({}, {"$unset": {"revision": ""}})

    await Attempt().make(store, bus, ANEW)

    assert await store.get(Execution, ID) == ANEW.snapshot
    assert len(raw("history")) == 1


async def test_a_higher_version_that_was_given_up_is_not_what_a_writer_waits_for(
    store: Store, bus: FakeBus
) -> None:
    revision = ANEW.snapshot.revision
    await Attempt().make(store, bus, GIVEN_UP)
    before = await store.has_version(Execution, ID, 1, revision)

    await Attempt().make(store, bus, ANEW)

    assert (before, await store.has_version(Execution, ID, 1, revision)) == (False, True)


async def test_answers_of_what_is_open_again_are_forgotten(store: Store, bus: FakeBus) -> None:
    ended, events = story(Cancel(reason="not paid"))
    answer = {"state": ended.model_dump(mode="json"), "fingerprint": "f"}
    over = Delivery(snapshot=ended, events=events, answers={"key-1": answer})
    await Attempt().make(store, bus, over)

    await Attempt().make(store, bus, ANEW)

    assert not await store.answers.any_of(ID)
