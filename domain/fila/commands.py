"""Commands to an item of the queue, and the change that each makes."""

from datetime import datetime

from domain.fila.errors import ApprovalPending, InvalidQueueTransition
from domain.fila.events import (
    DiagnosisFinished,
    DiagnosisStarted,
    QueueItemApprovalWithdrawn,
    QueueItemApproved,
    QueueItemLinked,
    QueueItemOrderCancelled,
    QueueItemRemoved,
    QueuePriorityChanged,
    RepairFinished,
    RepairStarted,
)
from domain.fila.lifecycle import QueueAction, QueueStatus
from domain.fila.notifications import HEARD_OF
from domain.fila.state import Mechanic, MechanicNumber, QueueCommand, QueueItem, named
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Change
from domain.kernel.values import Identifier, Instant, Text, evolve


def _notifying(item: QueueItem, step: QueueAction) -> QueueItem:
    """Adds a pending notice to the service that owns the order, if it is to hear of this item at
    all."""
    if not item.tells_service_orders:
        return item
    return evolve(item, notices=item.notices.waiting(HEARD_OF[step]))


class StartDiagnosis(QueueCommand):
    """Gives the item to a mechanic, who finds out what is wrong."""

    ACTION = QueueAction.START_DIAGNOSIS

    mechanic_id: MechanicNumber

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        if state.diagnosis_finished_at:
            raise InvalidQueueTransition(
                "O diagnóstico deste item da fila já foi feito", **state.refusal_facts
            )
        after = evolve(state, mechanic_id=self.mechanic_id, diagnosis_started_at=at)
        started = DiagnosisStarted(**named(state), mechanic_id=self.mechanic_id, started_at=at)
        return _notifying(after, self.ACTION), (started,)


class FinishDiagnosis(QueueCommand):
    """Records what is wrong; the customer's approval is waited for."""

    ACTION = QueueAction.FINISH_DIAGNOSIS

    diagnosis: Text

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        after = evolve(state, diagnosis=self.diagnosis, diagnosis_finished_at=at)
        finished = DiagnosisFinished(**named(state), diagnosis=self.diagnosis, finished_at=at)
        return _notifying(after, self.ACTION), (finished,)


class StartRepair(QueueCommand):
    """Starts the repair; without a mechanic, whoever did the diagnosis keeps the item."""

    ACTION = QueueAction.START_REPAIR

    mechanic_id: Mechanic = None

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        if state.awaits_approval:
            raise ApprovalPending(
                "O reparo só pode começar depois da aprovação do orçamento", **state.refusal_facts
            )
        mechanic = self.mechanic_id or state.mechanic_id
        started = RepairStarted(**named(state), mechanic_id=mechanic, started_at=at)
        after = evolve(state, mechanic_id=mechanic, repair_started_at=at)
        return _notifying(after, self.ACTION), (started,)


class FinishRepair(QueueCommand):
    """Ends the repair."""

    ACTION = QueueAction.FINISH_REPAIR

    repair_notes: Text | None = None

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        finished = RepairFinished(**named(state), notes=self.repair_notes, finished_at=at)
        after = evolve(state, repair_notes=self.repair_notes, repair_finished_at=at)
        return _notifying(after, self.ACTION), (finished,)


class Prioritize(QueueCommand):
    """Moves the item in the queue."""

    ACTION = QueueAction.PRIORITIZE

    priority: Priority

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        if self.priority is state.priority:
            return state, ()
        changed = QueuePriorityChanged(**named(state), priority=self.priority)
        return evolve(state, priority=self.priority), (changed,)


class Remove(QueueCommand):
    """Takes the item out of the queue for good; its history stays."""

    ACTION = QueueAction.REMOVE

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        return state, (QueueItemRemoved(**named(state)),)


class RecordApproval(QueueCommand):
    """Records that the customer has approved the budget; the first approval counts."""

    ACTION = QueueAction.BUDGET_APPROVED

    approved_at: Instant | None = None
    budget_id: Identifier | None = None

    def is_done(self, state: QueueItem) -> bool:
        return state.approved_at is not None

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        approved_at = self.approved_at or at
        approved = QueueItemApproved(
            **named(state), budget_id=self.budget_id, approved_at=approved_at
        )
        return evolve(state, approved_at=approved_at, budget_id=self.budget_id), (approved,)


class WithdrawApproval(QueueCommand):
    """Takes the customer's approval back, if it was for this budget and no repair has begun."""

    ACTION = QueueAction.WITHDRAW_APPROVAL

    budget_id: Identifier | None = None
    reason: Text | None = None

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        is_meant = None in {self.budget_id, state.budget_id} or self.budget_id == state.budget_id
        if state.approved_at is None or not is_meant:
            return state, ()
        withdrawn = QueueItemApprovalWithdrawn(
            **named(state), budget_id=state.budget_id, reason=self.reason
        )
        return evolve(state, approved_at=None, budget_id=None), (withdrawn,)


class CancelOrder(QueueCommand):
    """Removes an item that waits, because its service order was cancelled; one that somebody works
    on is only marked."""

    ACTION = QueueAction.CANCEL_ORDER

    reason: Text | None = None

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        if state.status is QueueStatus.WAITING:
            return state, (QueueItemRemoved(**named(state), reason=self.reason),)
        if state.order_cancelled_at:
            return state, ()
        marked = QueueItemOrderCancelled(**named(state), cancelled_at=at, reason=self.reason)
        return evolve(state, order_cancelled_at=at), (marked,)


class LinkExecution(QueueCommand):
    """Records under which execution the repair has been paid for."""

    ACTION = QueueAction.LINK_EXECUTION

    execution_id: Identifier

    def is_done(self, state: QueueItem) -> bool:
        return state.execution_id == self.execution_id

    def change(self, state: QueueItem, at: datetime) -> Change[QueueItem]:
        linked = QueueItemLinked(**named(state), execution_id=self.execution_id)
        return evolve(state, execution_id=self.execution_id), (linked,)


QUEUE_COMMANDS: tuple[type[QueueCommand], ...] = (
    StartDiagnosis,
    FinishDiagnosis,
    StartRepair,
    FinishRepair,
    Prioritize,
    Remove,
    RecordApproval,
    WithdrawApproval,
    CancelOrder,
    LinkExecution,
)
