"""Commands to an execution's tasks."""

from datetime import datetime
from uuid import UUID, uuid5

from pydantic import ConfigDict, ValidationInfo, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from domain.execution.errors import InvalidTaskTransition, TooManyTasks
from domain.execution.events import (
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskStarted,
)
from domain.execution.lifecycle import TASK, ExecutionAction, TaskStatus
from domain.execution.state import Execution, ExecutionCommand, Task
from domain.execution.work_clock import MINUTE
from domain.kernel.aggregate import Change
from domain.kernel.events import Event
from domain.kernel.reading import Reading
from domain.kernel.values import Identifier, Input, Minutes, Text, evolve, json_size

MAX_TASKS = 500
MAX_TASKS_BYTES = 384 * 1024
"""Size as JSON. The whole execution travels in each message, and Temporal takes messages of up to 2
MB."""

_DURATION_WITH_COMPLETION: JsonDict = {
    "if": {
        "required": ["actualDuration"],
        "not": {"properties": {"actualDuration": {"type": "null"}}},
    },
    "then": {"required": ["status"], "properties": {"status": {"const": TaskStatus.COMPLETED}}},
}
_SOMETHING_TO_CHANGE: JsonDict = {"anyOf": [{"required": ["status"]}, {"required": ["assignedTo"]}]}

TaskChanged = tuple[Task, Event]


class AddTask(ExecutionCommand):
    """Adds a task to the work."""

    ACTION = ExecutionAction.ADD_TASK

    description: Text
    estimated_duration: Minutes
    assigned_to: Identifier | None = None

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        if len(state.tasks) >= MAX_TASKS:
            raise TooManyTasks(f"An execution takes at most {MAX_TASKS} tasks")
        if sum(map(json_size, state.tasks)) > MAX_TASKS_BYTES:
            raise TooManyTasks(f"An execution's tasks weigh at most {MAX_TASKS_BYTES // 1024} KiB")
        task = Task(
            # Derived, so that a replay of the history finds the same id.
            task_id=str(uuid5(UUID(state.execution_id), f"task:{state.version + 1}")),
            description=self.description,
            estimated_duration=self.estimated_duration,
            assigned_to=self.assigned_to,
        )
        added = TaskAdded(
            execution_id=state.execution_id, task_id=task.task_id, description=task.description
        )
        return evolve(state, tasks=(*state.tasks, task)), (added,)


class TaskChange(Input):
    """`actualDuration` goes with COMPLETED; left out, the minutes since the start count. Without
    `status`, the task is given to somebody else."""

    model_config = ConfigDict(json_schema_extra=_DURATION_WITH_COMPLETION | _SOMETHING_TO_CHANGE)

    status: TaskStatus | None = None
    actual_duration: Minutes | None = None
    assigned_to: Identifier | None = None

    @model_validator(mode="after")
    def _duration_belongs_to_completion(self) -> "TaskChange":
        if self.actual_duration is not None and self.status is not TaskStatus.COMPLETED:
            raise PydanticCustomError(
                "duration", "actualDuration is taken with the status COMPLETED only"
            )
        return self

    @model_validator(mode="after")
    def _something_is_to_change(self, info: ValidationInfo) -> "TaskChange":
        needs_status = info.context is Reading.STRICT  # so it was
        if self.status is None and (needs_status or self.assigned_to is None):
            raise PydanticCustomError("change", "Either status or assignedTo is needed, or both")
        return self


class UpdateTask(TaskChange, ExecutionCommand):
    """Starts, completes or cancels a task, or gives it to somebody else."""

    ACTION = ExecutionAction.UPDATE_TASK

    task_id: Identifier

    def was_refused(self, state: Execution) -> bool:
        return self._only_assigns(state.task(self.task_id))

    def change(self, state: Execution, at: datetime) -> Change[Execution]:
        task = state.task(self.task_id)
        if self._only_assigns(task):
            return self._assign(state, task)
        status = TASK.after(task.status, self.status or task.status)
        if status == task.status:
            return state, ()
        changed, event = _TASK_CHANGES[status](self, state, task, at)
        assigned_to = self.assigned_to or task.assigned_to
        changed = evolve(changed, status=status, assigned_to=assigned_to)
        return _replaced(state, task, changed), (event,)

    def _only_assigns(self, task: Task) -> bool:
        return self.status in {None, task.status} and self.assigned_to is not None

    def _assign(self, execution: Execution, task: Task) -> Change[Execution]:
        if self.assigned_to is None or self.assigned_to == task.assigned_to:
            return execution, ()
        if TASK.is_final(task.status):
            raise InvalidTaskTransition(
                f"A task that is {task.status} is not given to anybody else",
                current_status=task.status,
                allowed_transitions=[],
            )
        assigned = TaskAssigned(**_task(execution, task), assigned_to=self.assigned_to)
        changed = evolve(task, assigned_to=self.assigned_to)
        return _replaced(execution, task, changed), (assigned,)

    def _start(self, execution: Execution, task: Task, at: datetime) -> TaskChanged:
        started = TaskStarted(**_task(execution, task), started_at=at)
        return evolve(task, started_at=at), started

    def _complete(self, execution: Execution, task: Task, at: datetime) -> TaskChanged:
        since_start = (at - task.started_at) // MINUTE if task.started_at else 0
        duration = self.actual_duration or max(1, since_start)
        completed = TaskCompleted(
            **_task(execution, task), completed_at=at, actual_duration=duration
        )
        return evolve(task, completed_at=at, actual_duration=duration), completed

    def _cancel(self, execution: Execution, task: Task, at: datetime) -> TaskChanged:
        return task, TaskCancelled(**_task(execution, task))


_TASK_CHANGES = {
    TaskStatus.IN_PROGRESS: UpdateTask._start,
    TaskStatus.COMPLETED: UpdateTask._complete,
    TaskStatus.CANCELLED: UpdateTask._cancel,
}


def _replaced(execution: Execution, task: Task, changed: Task) -> Execution:
    """The execution with `changed` in the place of `task`."""
    tasks = tuple(changed if each is task else each for each in execution.tasks)
    return evolve(execution, tasks=tasks)


def _task(execution: Execution, task: Task) -> dict[str, str]:
    return {"execution_id": execution.execution_id, "task_id": task.task_id}


TASK_COMMANDS: tuple[type[ExecutionCommand], ...] = (AddTask, UpdateTask)
