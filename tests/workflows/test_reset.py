"""An operator resets a workflow: readers come to see what it says, whatever was taken back."""

import pytest

from activities.mongo.store import Store
from domain.execution.commands import Cancel, Complete, MarkInvoiced
from domain.execution.lifecycle import ExecutionStatus
from domain.fila.commands import Remove
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueItem
from tests.workflows.fila_steps import DIAGNOSIS
from tests.workflows.rebuilding import Operator
from tests.workflows.resetting import Resets, checks
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop


@pytest.mark.parametrize("reapply", [True, False], ids=["reapplied", "taken back"])
@pytest.mark.parametrize("at", [0, 3], ids=["first task", "later task"])
async def test_readers_see_what_the_workflow_says_without_another_command(
    worked_on: DrivenExecution, resets: Resets, operator: Operator, reapply: bool, at: int
) -> None:
    await resets.reset(worked_on, at, reapply=reapply)

    seen = await resets.shown(worked_on)

    assert (seen.version == 4) is reapply
    assert await checks(operator, worked_on) == [{}, {}, {}]


async def test_what_is_done_after_it_is_seen_and_kept(
    worked_on: DrivenExecution, resets: Resets, operator: Operator
) -> None:
    await resets.reset(worked_on)
    await resets.shown(worked_on)

    await worked_on.updates(Cancel(reason="not paid"))
    await worked_on.handle.result()

    seen = await resets.shown(worked_on)
    assert (seen.version, seen.status) == (2, ExecutionStatus.CANCELLED)
    assert await checks(operator, worked_on) == [{}, {}, {}]


async def test_a_reset_of_what_was_reset_and_of_what_it_came_from_are_shown_too(
    worked_on: DrivenExecution, resets: Resets, operator: Operator
) -> None:
    first_run = (await worked_on.describe()).run_id
    for run, at in (("", 3), ("", 0), (first_run, 5), (first_run, 0)):
        await resets.reset(worked_on, at, run)
        await resets.shown(worked_on)
        await worked_on.updates(task())
        await resets.shown(worked_on)
    await resets.listed(worked_on, 5)

    assert await checks(operator, worked_on) == [{}, {}, {}]


async def test_a_closed_execution_is_taken_back_to_its_life(
    worked_on: DrivenExecution, resets: Resets, operator: Operator, store: Store
) -> None:
    await worked_on.update(Complete(), key="key-1")
    await worked_on.updates(MarkInvoiced())
    await worked_on.handle.result()
    answered = await store.answers.any_of(worked_on.id)

    await resets.reset(worked_on, 3)
    seen = await resets.shown(worked_on)

    assert seen.status is not ExecutionStatus.INVOICED
    assert (answered, await store.answers.any_of(worked_on.id)) == (True, False)
    assert await checks(operator, worked_on) == [{}, {}, {}]


async def test_a_reset_to_before_the_run_went_on_in_another_is_shown(
    working: Workshop, resets: Resets, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.journal.MAX_HISTORY", 40)
    execution = await working.open()
    for number in range(30):
        await execution.update(task(number))
    await resets.shown(execution)
    runs = [history.run_id async for history in execution.runs()]

    await resets.reset(execution, 2, runs[1])
    seen = await resets.shown(execution)
    await execution.updates(task())
    await resets.shown(execution)

    assert seen.version < 31
    await operator.rebuilds(execution.workflow_id)
    assert await checks(operator, execution) == [{}, {}, {}]


async def test_a_removed_item_of_the_queue_is_back_in_its_place(
    working: Workshop, resets: Resets, operator: Operator, store: Store
) -> None:
    item = await working.add()
    await item.updates(*DIAGNOSIS)
    await resets.shown(item)
    await item.updates(Remove())
    await item.handle.result()
    gone = await store.get(QueueItem, item.id)

    await resets.reset(item, 0)
    seen = await resets.shown(item)

    assert (gone, seen.status, seen.version) == (None, QueueStatus.WAITING, 1)
    assert await checks(operator, item) == [{}, {}, {}]
