"""Status flow of the queue's items, as a table, and the stage that a client sees of one."""

from collections.abc import Mapping
from enum import StrEnum

from domain.fila.errors import InvalidQueueTransition
from domain.kernel.lifecycle import PORTUGUESE_WORDING, Lifecycle


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
    # The status alone does not say what a waiting item waits for.
    AWAITS_DIAGNOSIS = "AGUARDANDO_DIAGNOSTICO"
    DIAGNOSIS = "DIAGNOSTICO"
    AWAITS_APPROVAL = "AGUARDANDO_APROVACAO"
    AWAITS_REPAIR = "AGUARDANDO_REPARO"
    REPAIR = "REPARO"
    FINISHED = "FINALIZADA"


_Queue, _Act = QueueStatus, QueueAction

QUEUE: Lifecycle[QueueStatus, QueueAction] = Lifecycle(
    subject="o item da fila",
    refusal=InvalidQueueTransition,
    wording=PORTUGUESE_WORDING,
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

STATUS_RANK: Mapping[QueueStatus, int] = {
    _Queue.WAITING: 0,
    _Queue.IN_DIAGNOSIS: 1,
    _Queue.IN_REPAIR: 2,
    _Queue.FINISHED: 3,
    _Queue.REMOVED: 4,
}
"""Order of a list by status; part of the sort keys that are stored, so a rank never changes."""

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
