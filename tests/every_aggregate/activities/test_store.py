"""Snapshots never go backwards, whoever writes them and in whichever order."""

import asyncio
import random

import pytest

from activities.mongo.collections import AGGREGATES, snapshots_of
from activities.mongo.store import Store
from tests.activities.databases import Database, Raw
from tests.domain.execution.builders import MORNING
from tests.every_aggregate.activities.lives import delivery_of, versions
from tests.every_aggregate.kinds import Kind
from workflows.kinds import BY_WORKFLOW_TYPE


async def test_what_is_saved_is_read_back_whole(kind: Kind, store: Store) -> None:
    for steps in range(len(kind.life) + 1):
        snapshot = delivery_of(kind, steps).snapshot

        await store.save(snapshot)

        assert await store.get(kind.state, snapshot.aggregate_id) == snapshot


async def test_what_was_never_saved_is_not_there(kind: Kind, store: Store) -> None:
    assert await store.get(kind.state, "nowhere") is None
    assert not await store.has_version(kind.state, "nowhere", 1)


async def test_each_kind_has_a_collection_of_its_own(kind: Kind, store: Store, raw: Raw) -> None:
    [snapshot] = versions(kind, 1)

    await store.save(snapshot)

    kept = {each.collection: raw(each.collection) for each in AGGREGATES}
    own = kept.pop(snapshots_of(kind.state).collection)
    assert [document["_id"] for document in own] == [snapshot.aggregate_id]
    assert not any(kept.values())
    for other in (each.state for each in AGGREGATES if each.state is not kind.state):
        assert await store.get(other, snapshot.aggregate_id) is None


async def test_an_older_snapshot_never_replaces_a_newer_one(kind: Kind, store: Store) -> None:
    older, newer = versions(kind, 2)

    for snapshot in (older, newer, older):
        await store.save(snapshot)

    assert await store.get(kind.state, newer.aggregate_id) == newer


async def test_an_answered_command_moves_an_older_snapshot_alone(kind: Kind, store: Store) -> None:
    older, newer = versions(kind, 2)

    before_the_first = await store.update_older(older)
    await store.save(older)
    moved, again = [await store.update_older(newer) for _ in range(2)]
    back = await store.update_older(older)

    assert (before_the_first, moved, again, back) == (False, True, False, False)
    assert await store.get(kind.state, newer.aggregate_id) == newer
    assert await store.version_of(kind.state, newer.aggregate_id) == newer.version


async def test_saving_the_same_snapshot_again_is_harmless(
    kind: Kind, store: Store, raw: Raw
) -> None:
    [snapshot] = versions(kind, 1)

    for _ in range(3):
        await store.save(snapshot)

    assert len(raw(snapshots_of(kind.state).collection)) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_of_many_writers_at_once_the_newest_stays(
    kind: Kind, store: Store, raw: Raw, seed: int
) -> None:
    states = versions(kind, 20)
    shuffled = random.Random(seed).sample(states, k=20)

    await asyncio.gather(*(store.save(snapshot) for snapshot in shuffled))

    assert await store.get(kind.state, states[0].aggregate_id) == states[-1]
    assert len(raw(snapshots_of(kind.state).collection)) == 1


async def test_a_reader_never_sees_the_snapshot_go_backwards(kind: Kind, store: Store) -> None:
    states = versions(kind, 20)
    seen: list[int] = []

    for snapshot in random.Random(7).sample(states, k=20):
        await store.save(snapshot)
        found = await store.get(kind.state, snapshot.aggregate_id)
        assert found is not None
        assert found.version >= snapshot.version
        seen.append(found.version)

    assert seen == sorted(seen)


async def test_a_version_is_readable_from_its_save_on(kind: Kind, store: Store) -> None:
    *_, second, third = versions(kind, 3)
    await store.save(second)

    seen = [await store.has_version(kind.state, second.aggregate_id, v) for v in (1, 2, 3)]
    await store.save(third)

    assert seen == [True, True, False]
    assert await store.has_version(kind.state, second.aggregate_id, 3)


async def test_a_change_that_no_event_tells_of_is_saved_and_is_no_version(
    kind: Kind, store: Store
) -> None:
    *_, second, third = versions(kind, 3)
    changed = second.without_event().without_event()

    for snapshot in (second, changed, second):
        await store.save(snapshot)

    assert await store.get(kind.state, second.aggregate_id) == changed
    assert not await store.has_version(kind.state, second.aggregate_id, third.version)


async def test_a_snapshot_of_an_earlier_release_which_kept_no_revision_is_replaced(
    kind: Kind, store: Store, database: Database
) -> None:
    [first] = versions(kind, 1)
    row, changed = snapshots_of(kind.state), first.without_event()
    await store.save(first)
    await database[row.collection].update_one({}, {"$unset": {row.revision: ""}})

    for snapshot in (changed, first):
        await store.save(snapshot)

    assert await store.get(kind.state, first.aggregate_id) == changed


async def test_a_late_writer_does_not_replace_a_newer_snapshot_of_an_earlier_release(
    kind: Kind, store: Store, database: Database
) -> None:
    older, newer = versions(kind, 2)
    row = snapshots_of(kind.state)
    await store.save(newer)
    await database[row.collection].update_one({}, {"$unset": {row.revision: ""}})

    await store.save(older)

    assert await store.get(kind.state, newer.aggregate_id) == newer


async def test_a_snapshot_is_found_by_what_its_workflow_id_stands_for(
    kind: Kind, store: Store
) -> None:
    start = kind.start()
    row = BY_WORKFLOW_TYPE[start.WORKFLOW]
    older, _ = start.opened(MORNING)
    await store.save(older)
    for other in versions(kind, 2):
        await store.save(other)

    found = await store.latest(kind.state, row.fields(start.workflow_id.removeprefix(row.prefix)))

    assert found == older
    assert await store.latest(kind.state, {"version": 7}) is None
