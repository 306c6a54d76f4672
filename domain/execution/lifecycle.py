"""Which command leads from which status to which. The only place that compares statuses."""

from enum import StrEnum

from domain.kernel.errors import InvalidQueueTransition, InvalidTaskTransition, InvalidTransition
from domain.kernel.lifecycle import PORTUGUESE, Lifecycle


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
    RECORD_PAYMENT = "record_payment"
    RECORD_REFUND = "record_refund"


class QueueStatus(StrEnum):
    WAITING = "AGUARDANDO"
    IN_DIAGNOSIS = "EM_DIAGNOSTICO"
    IN_REPAIR = "EM_REPARO"
    FINISHED = "FINALIZADA"
    REMOVED = "REMOVIDA"


class QueueAction(StrEnum):
    START_DIAGNOSIS = "iniciar-diagnostico"
    FINISH_DIAGNOSIS = "finalizar-diagnostico"
    START_REPAIR = "iniciar-reparo"
    FINISH_REPAIR = "finalizar-reparo"
    PRIORITIZE = "prioridade"
    REMOVE = "remover"
    BUDGET_APPROVED = "orcamento-aprovado"
    WITHDRAW_APPROVAL = "aprovacao-retirada"
    CANCEL_ORDER = "pedido-cancelado"
    LINK_EXECUTION = "vincular-execucao"


class QueueStage(StrEnum):
    # What the status alone does not tell: what a waiting item waits for.
    AWAITS_DIAGNOSIS = "AGUARDANDO_DIAGNOSTICO"
    DIAGNOSIS = "DIAGNOSTICO"
    AWAITS_APPROVAL = "AGUARDANDO_APROVACAO"
    AWAITS_REPAIR = "AGUARDANDO_REPARO"
    REPAIR = "REPARO"
    FINISHED = "FINALIZADA"


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
            _Do.RECORD_PAYMENT: _Status.SCHEDULED,
            _Do.RECORD_REFUND: _Status.SCHEDULED,
        },
        _Status.IN_PROGRESS: {
            _Do.PAUSE: _Status.PAUSED,
            _Do.COMPLETE: _Status.COMPLETED,
            _Do.CANCEL: _Status.CANCELLED,
            _Do.ASSIGN: _Status.IN_PROGRESS,
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
        },
        _Status.INVOICED: {
            _Do.RECORD_PAYMENT: _Status.INVOICED,
            _Do.RECORD_REFUND: _Status.INVOICED,
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

_Queue, _Act = QueueStatus, QueueAction

QUEUE: Lifecycle[QueueStatus, QueueAction] = Lifecycle(
    subject="o item da fila",
    refusal=InvalidQueueTransition,
    wording=PORTUGUESE,
    # A finished item still bars its service order until it is removed, but nobody works on it.
    over=frozenset({_Queue.FINISHED, _Queue.REMOVED}),
    moves={
        _Queue.WAITING: {
            _Act.START_DIAGNOSIS: _Queue.IN_DIAGNOSIS,
            _Act.START_REPAIR: _Queue.IN_REPAIR,
            _Act.PRIORITIZE: _Queue.WAITING,
            _Act.REMOVE: _Queue.REMOVED,
            _Act.BUDGET_APPROVED: _Queue.WAITING,
            _Act.WITHDRAW_APPROVAL: _Queue.WAITING,
            _Act.CANCEL_ORDER: _Queue.REMOVED,
            _Act.LINK_EXECUTION: _Queue.WAITING,
        },
        _Queue.IN_DIAGNOSIS: {
            _Act.FINISH_DIAGNOSIS: _Queue.WAITING,
            _Act.PRIORITIZE: _Queue.IN_DIAGNOSIS,
            _Act.REMOVE: _Queue.REMOVED,
            _Act.BUDGET_APPROVED: _Queue.IN_DIAGNOSIS,
            _Act.WITHDRAW_APPROVAL: _Queue.IN_DIAGNOSIS,
            _Act.CANCEL_ORDER: _Queue.IN_DIAGNOSIS,
            _Act.LINK_EXECUTION: _Queue.IN_DIAGNOSIS,
        },
        _Queue.IN_REPAIR: {
            _Act.FINISH_REPAIR: _Queue.FINISHED,
            _Act.PRIORITIZE: _Queue.IN_REPAIR,
            _Act.REMOVE: _Queue.REMOVED,
            _Act.BUDGET_APPROVED: _Queue.IN_REPAIR,
            _Act.CANCEL_ORDER: _Queue.IN_REPAIR,
            _Act.LINK_EXECUTION: _Queue.IN_REPAIR,
        },
        _Queue.FINISHED: {
            _Act.REMOVE: _Queue.REMOVED,
            _Act.LINK_EXECUTION: _Queue.FINISHED,
        },
        _Queue.REMOVED: {},
    },
)

_STAGES = {
    _Queue.IN_DIAGNOSIS: QueueStage.DIAGNOSIS,
    _Queue.IN_REPAIR: QueueStage.REPAIR,
    _Queue.FINISHED: QueueStage.FINISHED,
}


def stage_of(status: QueueStatus, *, diagnosed: bool, approved: bool) -> QueueStage | None:
    """None for an item that has been removed."""
    if status is not QueueStatus.WAITING:
        return _STAGES.get(status)
    if not diagnosed:
        return QueueStage.AWAITS_DIAGNOSIS
    return QueueStage.AWAITS_REPAIR if approved else QueueStage.AWAITS_APPROVAL
