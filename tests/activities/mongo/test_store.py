"""Snapshots never go backwards, and dates are dates."""

import asyncio
import random
from datetime import datetime, timedelta

import pytest

from activities.mongo.collections import INDEXES
from activities.mongo.store import Store
from domain.execution.commands import Complete, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.state import Execution
from domain.execution.task_commands import AddTask
from domain.kernel.aggregate import decide
from tests.activities.databases import Database, Raw
from tests.domain.execution.builders import MINUTE, MORNING, being, driven, opened, with_task

DATES = ["createdAt", "updatedAt", "scheduledDate", "startDate"]


def _versions(count: int) -> list[Execution]:
    execution = driven(opened(), Start())
    versions = [execution]
    for index in range(count - 1):
        command = Resume() if index % 2 else Pause(reason="parts")
        execution, _ = decide(execution, command, MORNING + index * MINUTE)
        versions.append(execution)
    return versions


async def test_what_is_saved_is_read_back_whole(store: Store) -> None:
    execution, _ = with_task(TaskStatus.COMPLETED, scheduled_date=MORNING, notes="peça nova")
    milliseconds = timedelta(milliseconds=123)
    execution, _ = decide(execution, Complete(), MORNING + timedelta(hours=1) + milliseconds)

    await store.save(execution)

    assert await store.get(Execution, execution.execution_id) == execution


async def test_what_was_never_saved_is_not_there(store: Store) -> None:
    found = await store.get(Execution, "nowhere")

    assert found is None


async def test_an_older_snapshot_never_replaces_a_newer_one(store: Store) -> None:
    older, newer = _versions(2)

    for snapshot in (older, newer, older):
        await store.save(snapshot)

    assert await store.get(Execution, newer.execution_id) == newer


async def test_saving_the_same_snapshot_again_is_harmless(store: Store, raw: Raw) -> None:
    execution = opened()

    for _ in range(3):
        await store.save(execution)

    assert len(raw("executions")) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_of_many_writers_at_once_the_newest_stays(store: Store, raw: Raw, seed: int) -> None:
    versions = _versions(20)
    shuffled = random.Random(seed).sample(versions, k=20)

    await asyncio.gather(*(store.save(snapshot) for snapshot in shuffled))

    assert await store.get(Execution, versions[0].execution_id) == versions[-1]
    assert len(raw("executions")) == 1


async def test_a_reader_never_sees_the_snapshot_go_backwards(store: Store) -> None:
    versions = _versions(20)
    shuffled = random.Random(7).sample(versions, k=20)
    seen: list[int] = []

    async def write(snapshot: Execution) -> None:
        await store.save(snapshot)
        found = await store.get(Execution, snapshot.execution_id)
        assert found is not None
        assert found.version >= snapshot.version
        seen.append(found.version)

    for snapshot in shuffled:
        await write(snapshot)

    assert seen == sorted(seen)


async def test_dates_are_bson_dates_when_inserted_and_when_replaced(store: Store, raw: Raw) -> None:
    first = driven(opened(scheduled_date=MORNING), Start())
    second = driven(first, Pause())

    await store.save(first)
    inserted = raw("executions")[0]
    await store.save(second)
    replaced = raw("executions")[0]

    assert all(isinstance(inserted[name], datetime) for name in DATES)
    assert all(isinstance(replaced[name], datetime) for name in [*DATES, "pausedSince"])
    assert replaced["startDate"] == MORNING


async def test_dates_of_tasks_are_bson_dates_too(store: Store, raw: Raw) -> None:
    execution, _ = with_task(TaskStatus.COMPLETED)

    await store.save(driven(execution, AddTask(description="oil", estimated_duration=1)))
    await store.save(driven(execution, AddTask(description="oil", estimated_duration=1), Pause()))

    task = raw("executions")[0]["tasks"][0]
    assert isinstance(task["startedAt"], datetime)
    assert isinstance(task["completedAt"], datetime)


async def test_the_document_is_what_other_teams_read(store: Store, raw: Raw) -> None:
    execution, task_id = with_task(technician_id="tech-1", payment_id="pay-1")

    await store.save(execution)

    document = raw("executions")[0]
    assert document["_id"] == document["executionId"] == execution.execution_id
    assert (document["serviceOrderId"], document["budgetId"]) == ("os-1", "budget-1")
    assert (document["technicianId"], document["status"]) == ("tech-1", "IN_PROGRESS")
    assert (document["estimatedDuration"], document["version"]) == (60, 3)
    assert document["tasks"] == [
        {
            "taskId": task_id,
            "description": "brakes",
            "status": "PENDING",
            "estimatedDuration": 20,
        }
    ]


async def test_a_field_that_is_cleared_vanishes_from_the_document(store: Store, raw: Raw) -> None:
    paused = being(ExecutionStatus.PAUSED)
    await store.save(paused)

    await store.save(driven(paused, Resume(), at=MORNING + 5 * MINUTE))

    document = raw("executions")[0]
    assert "pausedSince" not in document
    assert "pauseReason" not in document
    assert document["pausedMilliseconds"] == 4 * 60_000


async def test_a_version_is_readable_from_its_save_on(store: Store) -> None:
    first, second = _versions(2)
    await store.save(first)

    seen = [await store.has_version(Execution, first.execution_id, v) for v in (1, 2, 3)]
    await store.save(second)

    assert seen == [True, True, False]
    assert await store.has_version(Execution, first.execution_id, 3)
    assert not await store.has_version(Execution, "nowhere", 1)


async def test_indexes_can_be_ensured_again_and_again(store: Store, database: Database) -> None:
    before = {name: await database[name].index_information() for name in INDEXES}

    await asyncio.gather(store.ensure_indexes(), store.ensure_indexes())

    assert {name: await database[name].index_information() for name in INDEXES} == before


async def test_the_indexes_of_the_contract_are_there(store: Store, database: Database) -> None:
    found = await database["executions"].index_information()

    unique = {
        tuple(tuple(pair) for pair in index["key"]): index.get("unique", False)
        for index in found.values()
    }
    for wanted in ("serviceOrderId", "budgetId", "status"):
        assert unique[((wanted, 1),)] is False
    assert unique[(("executionId", 1),)] is True
    assert unique[(("technicianId", 1), ("status", 1))] is False


async def test_a_snapshot_of_an_earlier_release_which_kept_no_revision_is_replaced(
    store: Store, database: Database
) -> None:
    execution = opened()
    await store.save(execution)
    await database["executions"].update_one({}, {"$unset": {"revision": ""}})

    noted = execution.without_event(technician_id="tech-9")
    await store.save(noted)
    await store.save(execution)

    assert await store.get(Execution, execution.execution_id) == noted


async def test_a_late_writer_does_not_replace_a_newer_snapshot_of_an_earlier_release(
    store: Store, database: Database
) -> None:
    execution = opened()
    newer = execution.model_copy(update={"version": 2})
    await store.save(newer)
    await database["executions"].update_one({}, {"$unset": {"revision": ""}})

    await store.save(execution)

    assert await store.get(Execution, execution.execution_id) == newer
