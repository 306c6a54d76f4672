"""Workflows that were ended from outside are found, marked for readers, and reopened where they
were."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from activities.mongo.store import Store
from api.reopen.reopening import Refused, Reopener
from domain.execution.commands import Cancel, Complete, Pause, Start
from domain.execution.state import Execution
from domain.fila.commands import StartDiagnosis
from domain.fila.state import QueueItem
from domain.kernel.delivery_health import HealthStatus
from tests.activities.databases import Database
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import DrivenExecution, DrivenItem
from tests.workflows.workshop import Workshop
from workflows.client.forced_ends import ForcedEnds
from workflows.contract import SERVICE_EXECUTION

MakeReopener = Callable[..., Reopener]


@pytest.fixture
def reopening(temporal: Client, database: Database) -> MakeReopener:
    return lambda from_snapshot=False: Reopener(temporal, database, from_snapshot=from_snapshot)


@pytest.fixture(autouse=True)
def readers(outside: Outside, store: Store) -> None:
    outside.store = store


@pytest.fixture
def ends(temporal: Client, store: Store) -> ForcedEnds:
    return ForcedEnds(temporal, store)


async def seen(store: Store, driven: DrivenExecution) -> Execution:
    state = await store.get(Execution, driven.id)
    assert state is not None
    return state


async def marked(ends: ForcedEnds, aggregate_id: str) -> bool:
    """Lists of workflows are a moment behind."""
    found = await eventually(ends.look, lambda ids: aggregate_id in ids)
    return aggregate_id in found


@pytest.mark.parametrize("from_snapshot", [False, True], ids=["asked", "from the snapshot"])
async def test_twenty_at_once_take_it_up_once(
    workshop: Workshop,
    outside: Outside,
    store: Store,
    reopening: MakeReopener,
    from_snapshot: bool,
) -> None:
    execution = await workshop.open()
    first = await execution.update(Start(), key="key-1")
    await execution.settled()
    await execution.handle.terminate()

    outcomes = await asyncio.gather(
        *(reopening(from_snapshot).reopen(execution.workflow_id) for _ in range(20)),
        return_exceptions=True,
    )

    failures = [each for each in outcomes if isinstance(each, BaseException)]
    assert {str(each) for each in failures} <= {"it is open"}
    assert len(failures) < 20
    if not from_snapshot:
        assert await execution.update(Start(), key="key-1") == first
    assert (await execution.update(Complete())).state.version == 3
    await execution.settled()
    assert sorted(set(outside.sequences)) == [1, 2, 3]
    entries = await store.history(execution.id, 0, 10)
    assert [entry.sequence for entry in entries] == [1, 2]  # regrown, for the fake keeps none
    assert (await seen(store, execution)).health.is_ok


async def test_what_was_accepted_and_never_handed_over_is_not_lost(
    workshop: Workshop, outside: Outside, reopening: MakeReopener
) -> None:
    execution = await workshop.open()
    await execution.settled()
    outside.hold()
    await execution.updates(Start(), Pause())
    await execution.handle.terminate()
    outside.release()

    reopened = await reopening().reopen(execution.workflow_id)
    await execution.settled()

    assert reopened.version == 3
    assert sorted(set(outside.sequences)) == [1, 2, 3]


async def test_an_item_of_the_queue_is_reopened_too(
    workshop: Workshop, store: Store, ends: ForcedEnds, reopening: MakeReopener
) -> None:
    item: DrivenItem = await workshop.add(tells_service_orders=False)
    await item.settled()
    await item.handle.terminate()
    assert await marked(ends, item.id)

    await reopening().reopen(item.workflow_id)

    answer = await item.update(StartDiagnosis(mechanic_id=7))
    await item.settled()
    shown = await store.get(QueueItem, item.id)
    assert answer.state.version == 2
    assert shown is not None
    assert shown.health.is_ok


async def test_what_cannot_be_reopened_is_refused_with_the_reason(
    workshop: Workshop, reopening: MakeReopener
) -> None:
    opened, over = await workshop.open(), await workshop.open()
    await over.update(Cancel(reason="sold"))
    await over.handle.result()
    never = await workshop.client.start_workflow(
        SERVICE_EXECUTION,
        {},
        id=workshop.opening().workflow_id,
        task_queue=workshop.task_queue,
    )
    await eventually(never.describe, lambda seen: seen.status is WorkflowExecutionStatus.FAILED)

    for workflow_id, word in (
        (opened.workflow_id, "open"),
        (over.workflow_id, "over"),
        (never.id, "never began"),
        (f"execution-{uuid4()}", "neither"),
        ("fila-2", "neither"),
        ("fila-x", "an id is"),
        ("invoice-1", "an id is"),
    ):
        with pytest.raises(Refused, match=word):
            await reopening().reopen(workflow_id)
    await opened.settled()


async def test_what_was_ended_is_marked_for_readers_until_it_is_reopened(
    workshop: Workshop, store: Store, ends: ForcedEnds, reopening: MakeReopener
) -> None:
    execution = await workshop.open()
    await execution.settled()
    await execution.handle.terminate()

    assert await marked(ends, execution.id)
    ended = await seen(store, execution)
    again = await ends.look()
    await reopening().reopen(execution.workflow_id)
    after = await ends.look()
    await execution.settled()

    assert (ended.health.status, ended.allowed_actions) == (HealthStatus.STUCK, ())
    assert execution.id not in again + after
    assert (await seen(store, execution)).health.is_ok


async def test_what_is_over_or_goes_on_in_another_run_is_not_marked(
    workshop: Workshop, store: Store, ends: ForcedEnds
) -> None:
    over = await workshop.open()
    await over.update(Cancel(reason="sold"))
    await over.handle.result()
    canary = await workshop.open()
    await canary.settled()
    await canary.handle.terminate()

    assert await marked(ends, canary.id)

    assert not (await seen(store, over)).workflow_ended
