"""Commands that may not be done are refused, or dropped, without a trace and without harm."""

from collections.abc import Sequence

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.execution.commands import Assign, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.state import Execution, ExecutionCommand, Task, open_execution
from domain.execution.task_commands import AddTask, UpdateTask
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import NOON, DrivenExecution
from tests.workflows.workshop import Workshop
from workflows.contract import (
    execution_id,
)

NO_SUCH_TASK = UpdateTask(task_id="none", status=TaskStatus.CANCELLED)

REFUSED: list[tuple[Sequence[ExecutionCommand], ExecutionCommand, str]] = [
    ((), Resume(), "InvalidTransition"),
    ((Start(),), Start(), "InvalidTransition"),
    ((Start(), Pause()), Start(), "InvalidTransition"),
    ((), NO_SUCH_TASK, "TaskNotFound"),
]


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


async def test_a_signal_that_cannot_be_read_is_kept_without_what_was_in_it(
    execution: DrivenExecution, outside: Outside
) -> None:
    await execution.handle.signal("pause", args=[{"reason": ["s3cret"], "x " * 9_000: "s3cret"}])
    await execution.settled()

    [refused] = outside.refused

    assert "s3cret" not in refused.model_dump_json()
    assert len(refused.reason) < 500
