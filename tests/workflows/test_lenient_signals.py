"""Signals are understood that an earlier release dropped or refused; where that release has met
one, its history is replayed as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.workflow import NondeterminismError

from domain.execution.commands import Pause, Start
from domain.execution.lifecycle import TaskStatus
from domain.execution.state import Execution
from domain.execution.task_commands import UpdateTask
from tests.workflows.fila_steps import WHOLE_WORK
from tests.workflows.workflow_driver import DrivenExecution, DrivenItem, task
from tests.workflows.workshop import replayer
from workflows.handlers import READS_SIGNALS_LENIENTLY

MARKER = EventType.EVENT_TYPE_MARKER_RECORDED


@contextmanager
def all_patched(monkeypatch: pytest.MonkeyPatch, answer: bool) -> Iterator[None]:
    """Meanwhile the patch is answered so, without a marker: False as in the release before it."""
    known = workflow.patched

    def patched(name: str) -> bool:
        return answer if name == READS_SIGNALS_LENIENTLY else known(name)

    with monkeypatch.context() as changed:
        changed.setattr(workflow, "patched", patched)
        yield


async def in_progress(execution: DrivenExecution) -> Execution:
    """With a task that is being worked on."""
    state = await execution.updates(Start(), task())
    begin = UpdateTask(task_id=state.tasks[0].task_id, status=TaskStatus.IN_PROGRESS)
    return await execution.updates(begin)


def signals(state: Execution) -> list[tuple[str, dict[str, Any]]]:
    """Signals that the release before could not read, and those that it refused."""
    task_id = state.tasks[0].task_id
    return [
        ("update_task", {"taskId": task_id, "assignedTo": "BIA"}),
        ("update_task", {"taskId": task_id, "status": "IN_PROGRESS", "assignedTo": "LIA"}),
        ("pause", {"reason": ""}),
    ]


async def test_signals_are_read_as_leniently_as_requests(execution: DrivenExecution) -> None:
    state = await in_progress(execution)

    for name, sent in signals(state):
        await execution.handle.signal(name, sent)

    after = await execution.reaches(state.version + 3)
    assert (after.status, after.pause_reason) == ("PAUSED", None)
    assert after.tasks[0].assigned_to == "LIA"
    assert len(await execution.events(MARKER)) == 1


async def test_what_an_earlier_release_dropped_or_refused_is_so_again_in_a_replay(
    execution: DrivenExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    with all_patched(monkeypatch, False):
        state = await in_progress(execution)
        for name, sent in signals(state):
            await execution.handle.signal(name, sent)
        await execution.settled()
        paused = await execution.updates(Pause(reason="lunch"))
        await execution.settled()
    history = await execution.handle.fetch_history()

    replayed = await replayer().replay_workflow(history)

    assert paused.version == state.version + 1
    assert replayed.replay_failure is None
    assert await execution.events(MARKER) == []
    with all_patched(monkeypatch, True), pytest.raises(NondeterminismError):
        await replayer().replay_workflow(history)


async def test_a_signal_that_was_always_understood_costs_no_marker(
    execution: DrivenExecution, item: DrivenItem
) -> None:
    await execution.signal(Start())
    await execution.signal(Pause(reason="lunch"))
    await execution.reaches(3)
    for step in WHOLE_WORK[:3]:
        await item.signal(step)

    assert (await item.reaches(4)).version == 4
    assert await execution.events(MARKER) == await item.events(MARKER) == []


async def test_an_update_from_a_command_line_is_read_as_leniently(
    execution: DrivenExecution,
) -> None:
    await execution.updates(Start())

    await execution.handle.execute_update("pause", {"reason": " "})

    assert (await execution.snapshot()).status == "PAUSED"


async def test_an_order_that_was_typed_apart_keeps_its_workflow(workshop: Any) -> None:
    typed = f"OS-e\u0301-{workshop.task_queue}"

    execution = await workshop.open(service_order_id=typed)

    state = await execution.updates(Start())
    assert (state.service_order_id, state.status) == (typed, "IN_PROGRESS")
    assert (await execution.describe()).id == f"execution-{state.execution_id}"
