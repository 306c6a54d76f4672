"""The tasks of an execution: how they come, how they go, and what is told of them."""

from itertools import product
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.execution.commands import Cancel
from domain.execution.errors import InvalidTaskTransition, TaskNotFound, TooManyTasks
from domain.execution.lifecycle import TaskStatus
from domain.execution.state import Task
from domain.execution.task_commands import MAX_TASKS, AddTask, TaskChange, UpdateTask
from domain.kernel.aggregate import decide
from tests.domain.execution import contract
from tests.domain.execution.builders import MINUTE, MORNING, driven, opened, with_task

OIL = AddTask(description="change the oil", estimated_duration=30)
REFUSED = [
    (status, to)
    for status, to in product(TaskStatus, TaskStatus)
    if to not in contract.TASK_SUCCESSORS[status] and (status, to) not in contract.HARMLESS_REPEATS
]


def test_a_new_task_is_pending_and_told_of() -> None:
    execution = opened()

    after, events = decide(execution, OIL, MORNING)

    task = after.tasks[0]
    assert (task.status, task.description, task.estimated_duration) == (
        "PENDING",
        "change the oil",
        30,
    )
    assert [event.model_dump(mode="json") for event in events] == [
        {"executionId": after.execution_id, "taskId": task.task_id, "description": "change the oil"}
    ]


def test_a_task_can_come_with_its_technician() -> None:
    command = AddTask(description="brakes", estimated_duration=5, assigned_to="tech-3")

    after, _ = decide(opened(), command, MORNING)

    assert after.tasks[0].assigned_to == "tech-3"


def test_task_ids_are_uuids_that_a_replay_finds_again() -> None:
    execution = opened()

    once, again = (driven(execution, OIL, OIL, OIL) for _ in range(2))

    ids = [task.task_id for task in once.tasks]
    assert ids == [task.task_id for task in again.tasks]
    assert len({UUID(task_id) for task_id in ids}) == 3


def test_the_tasks_of_two_executions_never_share_an_id() -> None:
    here, there = (driven(opened(service_order_id=order), OIL) for order in ("os-1", "os-2"))

    assert here.tasks[0].task_id != there.tasks[0].task_id


def test_an_execution_takes_so_many_tasks_and_no_more() -> None:
    task = Task(task_id="t", description="d", estimated_duration=1)
    almost_full = opened().model_copy(update={"tasks": (task,) * (MAX_TASKS - 1)})

    full, _ = decide(almost_full, OIL, MORNING)

    assert (len(full.tasks), MAX_TASKS) == (500, 500)
    with pytest.raises(TooManyTasks, match="500"):
        decide(full, OIL, MORNING)


def test_starting_a_task_is_told_with_its_time() -> None:
    execution, task_id = with_task()
    at = MORNING + 5 * MINUTE

    after, events = decide(execution, _change(task_id, TaskStatus.IN_PROGRESS), at)

    assert after.task(task_id).started_at == at
    assert [event.model_dump(mode="json") for event in events] == [
        {"executionId": after.execution_id, "taskId": task_id, "startedAt": "2026-03-02T08:05:00Z"}
    ]


@pytest.mark.parametrize(("minutes", "expected"), [(0, 1), (1, 1), (2, 2), (90, 90)])
def test_completing_counts_the_minutes_since_the_start_and_at_least_one(
    minutes: int, expected: int
) -> None:
    execution, task_id = with_task(TaskStatus.IN_PROGRESS)
    at = MORNING + 2 * MINUTE + minutes * MINUTE

    after, events = decide(execution, _change(task_id, TaskStatus.COMPLETED), at)

    task = after.task(task_id)
    assert (task.status, task.completed_at, task.actual_duration) == ("COMPLETED", at, expected)
    assert [event.model_dump(exclude={"completed_at"}) for event in events] == [
        {"executionId": after.execution_id, "taskId": task_id, "actualDuration": expected}
    ]


def test_completing_takes_the_duration_that_the_technician_gives() -> None:
    execution, task_id = with_task(TaskStatus.IN_PROGRESS)
    command = UpdateTask(task_id=task_id, status=TaskStatus.COMPLETED, actual_duration=7)

    after, _ = decide(execution, command, MORNING + 90 * MINUTE)

    assert after.task(task_id).actual_duration == 7


@pytest.mark.parametrize("status", [TaskStatus.PENDING, TaskStatus.IN_PROGRESS])
def test_an_open_task_can_be_cancelled(status: TaskStatus) -> None:
    execution, task_id = with_task(status)

    after, events = decide(execution, _change(task_id, TaskStatus.CANCELLED), MORNING)

    assert after.task(task_id).status == "CANCELLED"
    assert [event.model_dump() for event in events] == [
        {"executionId": after.execution_id, "taskId": task_id}
    ]


def test_cancelling_a_task_again_is_harmless() -> None:
    execution, task_id = with_task(TaskStatus.CANCELLED)

    after, events = decide(execution, _change(task_id, TaskStatus.CANCELLED), MORNING)

    assert after is execution
    assert events == ()


@pytest.mark.parametrize(("status", "to"), REFUSED)
def test_a_task_that_may_not_change_leaves_the_execution_alone(
    status: TaskStatus, to: TaskStatus
) -> None:
    execution, task_id = with_task(status)
    before = execution.model_dump_json()

    with pytest.raises(InvalidTaskTransition):
        decide(execution, _change(task_id, to), MORNING + 60 * MINUTE)

    assert execution.model_dump_json() == before


def test_a_change_can_hand_the_task_over() -> None:
    execution, task_id = with_task()
    command = UpdateTask(task_id=task_id, status=TaskStatus.IN_PROGRESS, assigned_to="tech-5")

    after, _ = decide(execution, command, MORNING)

    assert after.task(task_id).assigned_to == "tech-5"


def test_a_change_touches_its_own_task_alone() -> None:
    execution = driven(opened(), OIL, OIL, OIL)
    first, second, third = execution.tasks

    after, _ = decide(execution, _change(second.task_id, TaskStatus.IN_PROGRESS), MORNING)

    assert (after.tasks[0], after.tasks[2]) == (first, third)
    assert after.tasks[1].status == "IN_PROGRESS"


def test_an_unknown_task_is_named_with_its_execution() -> None:
    execution = opened()

    with pytest.raises(TaskNotFound) as refusal:
        decide(execution, _change("nowhere", TaskStatus.IN_PROGRESS), MORNING)

    assert refusal.value.message == (
        f"Task with ID nowhere not found in execution {execution.execution_id}"
    )


def test_tasks_of_a_cancelled_execution_stay_as_they_were() -> None:
    execution, task_id = with_task(TaskStatus.IN_PROGRESS)

    after, _ = decide(execution, Cancel(reason="refunded"), MORNING)

    assert after.task(task_id).status == "IN_PROGRESS"


@pytest.mark.parametrize("status", [each for each in TaskStatus if each != "COMPLETED"])
def test_a_duration_is_taken_with_completion_alone(status: TaskStatus) -> None:
    with pytest.raises(ValidationError, match="actualDuration is taken with"):
        TaskChange(status=status, actual_duration=5)


def _change(task_id: str, status: TaskStatus) -> UpdateTask:
    return UpdateTask(task_id=task_id, status=status)


@pytest.mark.parametrize("status", [TaskStatus.PENDING, TaskStatus.IN_PROGRESS])
@pytest.mark.parametrize("named", [False, True])
def test_a_task_can_be_given_to_somebody_else_without_another_status(
    status: TaskStatus, named: bool
) -> None:
    execution, task_id = with_task(status)
    change = UpdateTask(task_id=task_id, assigned_to="BIA", status=status if named else None)

    after, events = decide(execution, change, MORNING)

    before, task = execution.task(task_id), after.task(task_id)
    assert task == before.model_copy(update={"assigned_to": "BIA"})
    assert [event.model_dump() for event in events] == [
        {"executionId": after.execution_id, "taskId": task_id, "assignedTo": "BIA"}
    ]
    assert decide(after, change, MORNING) == (after, ())


@pytest.mark.parametrize("status", [TaskStatus.COMPLETED, TaskStatus.CANCELLED])
def test_a_task_that_is_over_is_given_to_nobody_else(status: TaskStatus) -> None:
    execution, task_id = with_task(status)

    with pytest.raises(InvalidTaskTransition, match=status):
        decide(execution, UpdateTask(task_id=task_id, assigned_to="BIA"), MORNING)


def test_a_change_of_a_task_changes_something() -> None:
    with pytest.raises(ValidationError, match="status or assignedTo"):
        TaskChange()
