"""Status flow of executions and of their tasks, as tables: no other place compares statuses."""

from enum import StrEnum

from domain.execution.errors import InvalidTaskTransition
from domain.kernel.errors import InvalidTransition
from domain.kernel.lifecycle import Lifecycle


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
    PLAN = "plan"
    UNPLAN = "unplan"
    SETTLE_PLAN = "settle_plan"
    ADD_TASK = "add_task"
    UPDATE_TASK = "update_task"
    PAYMENT_COMPLETED = "payment_completed"
    RECORD_PAYMENT = "record_payment"
    RECORD_REFUND = "record_refund"


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
            _Do.PLAN: _Status.SCHEDULED,
            _Do.UNPLAN: _Status.SCHEDULED,
            _Do.SETTLE_PLAN: _Status.SCHEDULED,
            _Do.ADD_TASK: _Status.SCHEDULED,
            _Do.UPDATE_TASK: _Status.SCHEDULED,
            _Do.PAYMENT_COMPLETED: _Status.SCHEDULED,
            _Do.RECORD_PAYMENT: _Status.SCHEDULED,
            _Do.RECORD_REFUND: _Status.SCHEDULED,
        },
        _Status.IN_PROGRESS: {
            _Do.PAUSE: _Status.PAUSED,
            _Do.COMPLETE: _Status.COMPLETED,
            _Do.CANCEL: _Status.CANCELLED,
            _Do.ASSIGN: _Status.IN_PROGRESS,
            _Do.PLAN: _Status.IN_PROGRESS,
            _Do.UNPLAN: _Status.IN_PROGRESS,
            _Do.SETTLE_PLAN: _Status.IN_PROGRESS,
            _Do.ADD_TASK: _Status.IN_PROGRESS,
            _Do.UPDATE_TASK: _Status.IN_PROGRESS,
            _Do.PAYMENT_COMPLETED: _Status.IN_PROGRESS,
            _Do.RECORD_PAYMENT: _Status.IN_PROGRESS,
            _Do.RECORD_REFUND: _Status.IN_PROGRESS,
        },
        _Status.PAUSED: {
            _Do.RESUME: _Status.IN_PROGRESS,
            _Do.CANCEL: _Status.CANCELLED,
            _Do.ASSIGN: _Status.PAUSED,
            _Do.PLAN: _Status.PAUSED,
            _Do.UNPLAN: _Status.PAUSED,
            _Do.SETTLE_PLAN: _Status.PAUSED,
            _Do.ADD_TASK: _Status.PAUSED,
            _Do.UPDATE_TASK: _Status.PAUSED,
            _Do.PAYMENT_COMPLETED: _Status.PAUSED,
            _Do.RECORD_PAYMENT: _Status.PAUSED,
            _Do.RECORD_REFUND: _Status.PAUSED,
        },
        _Status.COMPLETED: {
            _Do.MARK_INVOICED: _Status.INVOICED,
            _Do.PAYMENT_COMPLETED: _Status.COMPLETED,
            _Do.RECORD_PAYMENT: _Status.COMPLETED,
            _Do.RECORD_REFUND: _Status.COMPLETED,
            _Do.SETTLE_PLAN: _Status.COMPLETED,
        },
        _Status.INVOICED: {
            _Do.RECORD_PAYMENT: _Status.INVOICED,
            _Do.RECORD_REFUND: _Status.INVOICED,
            _Do.SETTLE_PLAN: _Status.INVOICED,
        },
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
