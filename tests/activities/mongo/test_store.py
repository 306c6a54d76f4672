"""Snapshots never go backwards, and dates are dates."""

import asyncio
from datetime import datetime, timedelta

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


async def test_what_is_saved_is_read_back_whole(store: Store) -> None:
    execution, _ = with_task(TaskStatus.COMPLETED, scheduled_date=MORNING, notes="peça nova")
    milliseconds = timedelta(milliseconds=123)
    execution, _ = decide(execution, Complete(), MORNING + timedelta(hours=1) + milliseconds)

    await store.save(execution)

    assert await store.get(Execution, execution.execution_id) == execution


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
