"""Commands that may not be done are refused, or dropped, without a trace and without harm."""

from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain.execution.commands import Assign, Cancel, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.state import Execution, ExecutionCommand, Task, open_execution
from domain.execution.task_commands import AddTask, UpdateTask
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import NOON, DrivenExecution
from tests.workflows.workshop import Workshop
from workflows.contract import (
    SERVICE_EXECUTION,
    execution_id,
    execution_workflow_id,
)

NO_SUCH_TASK = UpdateTask(task_id="none", status=TaskStatus.CANCELLED)

REFUSED: list[tuple[Sequence[ExecutionCommand], ExecutionCommand, str]] = [
    ((), Resume(), "InvalidTransition"),
    ((Start(),), Start(), "InvalidTransition"),
    ((Start(), Pause()), Start(), "InvalidTransition"),
    ((), NO_SUCH_TASK, "TaskNotFound"),
]
MALFORMED: dict[str, tuple[str, list[Any]]] = {
    "a number": ("pause", [42]),
    "a text": ("pause", ["now"]),
    "a list": ("pause", [["now"]]),
    "a wrong type": ("pause", [{"reason": ["lunch"]}]),
    "a blank": ("cancel", [{"reason": "  "}]),
    "an extra field": ("pause", [{"reason": "lunch", "until": "noon"}]),
    "a missing field": ("assign", [{}]),
    "nothing where something is needed": ("cancel", []),
    "null where something is needed": ("schedule", [None]),
    "a date without a zone": ("schedule", [{"scheduledDate": "2026-03-01T12:00:00"}]),
    "an unknown status": ("update_task", [{"taskId": "t", "status": "DONE"}]),
    "a wrong origin": ("pause", [{}, {"via": "carrier pigeon"}]),
    "too many inputs": ("pause", [{}, {}, {}]),
    "no JSON": (
        "pause",
        [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"{nope"))],
    ),
    "an unknown encoding": (
        "pause",
        [RawValue(Payload(metadata={"encoding": b"binary/encrypted"}, data=b"\x00"))],
    ),
}
malformed = pytest.mark.parametrize(("name", "input_"), MALFORMED.values(), ids=MALFORMED.keys())


@pytest.mark.parametrize(
    ("before", "command", "type_"), REFUSED, ids=[type_ for _, _, type_ in REFUSED]
)
async def test_a_refused_update_says_why_and_leaves_no_trace(
    execution: DrivenExecution,
    before: Sequence[ExecutionCommand],
    command: ExecutionCommand,
    type_: str,
) -> None:
    for each in before:
        await execution.update(each)
    known = await execution.settled()
    state = await execution.snapshot()

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await execution.update(command)

    assert isinstance(refusal.value.cause, ApplicationError)
    assert refusal.value.cause.type == type_
    assert refusal.value.cause.non_retryable
    assert await execution.snapshot() == state
    assert (await execution.describe()).history_length == known.history_length


async def test_a_refused_transition_tells_what_is_allowed(execution: DrivenExecution) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await execution.update(Resume())

    cause = refusal.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.message == (
        "Invalid execution status transition from SCHEDULED to IN_PROGRESS. "
        "Allowed transitions: IN_PROGRESS, CANCELLED"
    )
    assert cause.details[0] == {
        "currentStatus": "SCHEDULED",
        "allowedTransitions": ["IN_PROGRESS", "CANCELLED"],
    }


async def test_work_does_not_start_before_its_payment(workshop: Workshop) -> None:
    execution = await workshop.open(payment_required=True)
    await execution.settled()

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await execution.update(Start())
    await execution.signal(Start())
    await execution.signal(Assign(technician_id="tech-7"))

    assert isinstance(refusal.value.cause, ApplicationError)
    assert refusal.value.cause.type == "PaymentPending"
    assert (await execution.reaches(2)).status is ExecutionStatus.SCHEDULED


def with_tasks(workshop: Workshop, count: int, description: str) -> Execution:
    """An execution that has been given so many tasks."""
    new = workshop.opening()
    opened, _ = open_execution(new, execution_id(new.service_order_id), NOON)
    tasks = tuple(
        Task(task_id=f"task-{number}", description=description, estimated_duration=10)
        for number in range(count)
    )
    return opened.model_copy(update={"tasks": tasks, "version": count + 1})


@pytest.mark.parametrize(
    ("count", "description"), [(500, "Brakes"), (100, "🔧" * 2000)], ids=["by number", "by weight"]
)
async def test_an_execution_cannot_outgrow_what_temporal_carries(
    workshop: Workshop, count: int, description: str
) -> None:
    execution = await workshop.take_up(with_tasks(workshop, count, description))

    async def add_tasks() -> None:
        for _ in range(40):
            await execution.update(AddTask(description=description, estimated_duration=10))

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await add_tasks()

    assert isinstance(refusal.value.cause, ApplicationError)
    assert refusal.value.cause.type == "TooManyTasks"
    assert (await execution.updates(Start())).status is ExecutionStatus.IN_PROGRESS


@malformed
async def test_a_malformed_update_is_rejected_without_a_trace(
    execution: DrivenExecution, name: str, input_: list[Any]
) -> None:
    await execution.updates(Start())
    known = await execution.settled()

    with pytest.raises(WorkflowUpdateFailedError):
        await execution.handle.execute_update(name, args=input_)

    assert (await execution.snapshot()).version == 2
    assert (await execution.describe()).history_length == known.history_length


@malformed
async def test_a_malformed_signal_changes_and_breaks_nothing_and_is_kept_among_the_refused(
    execution: DrivenExecution, outside: Outside, name: str, input_: list[Any]
) -> None:
    await execution.updates(Start())
    await execution.handle.signal(name, args=input_)
    await execution.signal(Assign(technician_id="tech-7"))

    state = await execution.reaches(3)

    assert (state.version, state.status) == (3, ExecutionStatus.IN_PROGRESS)
    assert state.technician_id == "tech-7"
    assert await execution.is_running()
    await execution.settled()
    assert outside.sequences == [1, 2, 3]
    [refused] = outside.refused
    assert (refused.command, refused.code) == (name, "invalid-command")
    assert len(refused.reason) < 500


async def test_a_signal_that_cannot_be_read_is_kept_without_what_was_in_it(
    execution: DrivenExecution, outside: Outside
) -> None:
    await execution.handle.signal("pause", args=[{"reason": ["s3cret"], "x " * 9_000: "s3cret"}])
    await execution.settled()

    [refused] = outside.refused

    assert "s3cret" not in refused.model_dump_json()
    assert len(refused.reason) < 500


async def test_a_mistyped_signal_is_kept_among_the_refused(
    execution: DrivenExecution, outside: Outside
) -> None:
    await execution.handle.signal("puase" + "e" * 900, args=[{"reason": "lunch"}, {}, 3])
    await execution.settled()

    [refused] = outside.refused

    assert refused.code == "unknown-command"
    assert refused.command.startswith("puase")
    assert len(refused.command) < 100


async def test_an_illegal_signal_changes_nothing_and_is_logged(
    execution: DrivenExecution, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    await execution.signal(Resume())
    await execution.signal(NO_SUCH_TASK)
    await execution.signal(Cancel(reason="sold"))
    await execution.signal(Start())

    assert (await execution.handle.result()).status is ExecutionStatus.CANCELLED
    assert outside.sequences == [1, 2]
    ignored = [each.getMessage() for each in caplog.records if "ignored signal" in each.message]
    assert any("resume" in each and "Invalid execution status" in each for each in ignored)
    assert any("update_task" in each and "not found" in each for each in ignored)


async def test_an_unknown_signal_does_nothing(execution: DrivenExecution) -> None:
    await execution.handle.signal("paint_it_black", {"colour": "black"})
    await execution.signal(Start())

    assert (await execution.reaches(2)).version == 2
    assert await execution.is_running()


async def test_an_unknown_update_is_rejected(execution: DrivenExecution) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await execution.handle.execute_update("paint_it_black", {"colour": "black"})

    assert await execution.is_running()


async def test_a_service_order_under_a_wrong_workflow_id_is_refused(
    workshop: Workshop, outside: Outside
) -> None:
    new = workshop.opening()

    with pytest.raises(WorkflowFailureError) as failure:
        await workshop.client.execute_workflow(
            SERVICE_EXECUTION,
            new,
            id=f"execution-{new.service_order_id}",
            task_queue=workshop.task_queue,
        )

    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "WrongWorkflowId"
    assert execution_workflow_id(execution_id(new.service_order_id)) in cause.message
    assert outside.attempts == []
