"""Which command leads from which status to which. The only place that compares statuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from domain.errors import DomainError, InvalidTaskTransition, InvalidTransition


class ExecutionStatus(StrEnum):
    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    INVOICED = "INVOICED"
    CANCELLED = "CANCELLED"


class TaskStatus(StrEnum):
    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class ExecutionAction(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    CANCEL = "cancel"
    MARK_INVOICED = "mark_invoiced"
    ASSIGN = "assign"
    SCHEDULE = "schedule"
    ADD_TASK = "add_task"
    UPDATE_TASK = "update_task"
    PAYMENT_COMPLETED = "payment_completed"


S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Lifecycle(Generic[S, A]):
    """A status flow as a table: `moves[status][action]` is the status that the action leads to."""

    moves: Mapping[S, Mapping[A, S]]
    subject: str
    refusal: type[DomainError]

    def after(self, status: S, action: A) -> S:
        """The status that `action` leads to from `status`; raises `refusal` if it may not."""
        try:
            return self.moves[status][action]
        except KeyError:
            raise self.refusal(
                self._why(status, action),
                currentStatus=status,
                allowedTransitions=list(self.successors(status)),
            ) from None

    def actions(self, status: S) -> tuple[A, ...]:
        return tuple(self.moves[status])

    def successors(self, status: S) -> tuple[S, ...]:
        """The other statuses that one action can reach, in the table's order."""
        return tuple(dict.fromkeys(to for to in self.moves[status].values() if to != status))

    def is_final(self, status: S) -> bool:
        return not self.successors(status)

    def _why(self, status: S, action: A) -> str:
        allowed = ", ".join(self.successors(status)) or "none"
        target = self._target(action)
        if target is None:
            return f"Command {action} is not allowed while the {self.subject} is {status}"
        return (
            f"Invalid {self.subject} status transition from {status} to {target}. "
            f"Allowed transitions: {allowed}"
        )

    def _target(self, action: A) -> str | None:
        """The status that `action` moves to wherever it moves at all; a task's action names it."""
        moved = (row[action] for at, row in self.moves.items() if row.get(action, at) != at)
        return next(moved, action if isinstance(action, TaskStatus) else None)


_Status, _Do, _Task = ExecutionStatus, ExecutionAction, TaskStatus

EXECUTION: Lifecycle[ExecutionStatus, ExecutionAction] = Lifecycle(
    subject="execution",
    refusal=InvalidTransition,
    moves={
        _Status.SCHEDULED: {
            _Do.START: _Status.IN_PROGRESS,
            _Do.CANCEL: _Status.CANCELLED,
            _Do.ASSIGN: _Status.SCHEDULED,
            _Do.SCHEDULE: _Status.SCHEDULED,
            _Do.ADD_TASK: _Status.SCHEDULED,
            _Do.UPDATE_TASK: _Status.SCHEDULED,
            _Do.PAYMENT_COMPLETED: _Status.SCHEDULED,
        },
        _Status.IN_PROGRESS: {
            _Do.PAUSE: _Status.PAUSED,
            _Do.COMPLETE: _Status.COMPLETED,
            _Do.CANCEL: _Status.CANCELLED,
            _Do.ASSIGN: _Status.IN_PROGRESS,
            _Do.ADD_TASK: _Status.IN_PROGRESS,
            _Do.UPDATE_TASK: _Status.IN_PROGRESS,
            _Do.PAYMENT_COMPLETED: _Status.IN_PROGRESS,
        },
        _Status.PAUSED: {
            _Do.RESUME: _Status.IN_PROGRESS,
            _Do.CANCEL: _Status.CANCELLED,
            _Do.ASSIGN: _Status.PAUSED,
            _Do.ADD_TASK: _Status.PAUSED,
            _Do.UPDATE_TASK: _Status.PAUSED,
            _Do.PAYMENT_COMPLETED: _Status.PAUSED,
        },
        _Status.COMPLETED: {
            _Do.MARK_INVOICED: _Status.INVOICED,
            _Do.PAYMENT_COMPLETED: _Status.COMPLETED,
        },
        _Status.INVOICED: {},
        _Status.CANCELLED: {},
    },
)

TASK: Lifecycle[TaskStatus, TaskStatus] = Lifecycle(
    subject="task",
    refusal=InvalidTaskTransition,
    moves={
        _Task.PENDING: {_Task.IN_PROGRESS: _Task.IN_PROGRESS, _Task.CANCELLED: _Task.CANCELLED},
        _Task.IN_PROGRESS: {_Task.COMPLETED: _Task.COMPLETED, _Task.CANCELLED: _Task.CANCELLED},
        _Task.COMPLETED: {},
        _Task.CANCELLED: {_Task.CANCELLED: _Task.CANCELLED},
    },
)


def takes_duration(status: TaskStatus) -> bool:
    """Whether a change to this status says how long the task took."""
    return status is TaskStatus.COMPLETED
