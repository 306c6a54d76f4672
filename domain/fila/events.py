"""Events of the workshop's queue, for the rest of the company."""

from domain.fila.vocabulary import Priority
from domain.kernel.events import Event
from domain.kernel.values import Instant


class QueueEvent(Event):
    """`service_order_id` is text here, as in all other events."""

    SOURCE = "execution.queue"

    queue_item_id: str
    service_order_id: str


class QueueItemAdded(QueueEvent):
    priority: Priority


class DiagnosisStarted(QueueEvent):
    mechanic_id: int
    started_at: Instant


class DiagnosisFinished(QueueEvent):
    diagnosis: str
    finished_at: Instant


class RepairStarted(QueueEvent):
    mechanic_id: int | None
    started_at: Instant


class RepairFinished(QueueEvent):
    notes: str | None
    finished_at: Instant


class QueuePriorityChanged(QueueEvent):
    priority: Priority


class QueueItemApproved(QueueEvent):
    """The customer has approved the budget of the repair."""

    budget_id: str | None
    approved_at: Instant


class QueueItemLinked(QueueEvent):
    """The repair has been paid for, and is carried out under this execution."""

    execution_id: str


class QueueItemApprovalWithdrawn(QueueEvent):
    """The approval does not hold any more: the customer has rejected the budget."""

    budget_id: str | None
    reason: str | None


class QueueItemOrderCancelled(QueueEvent):
    """The service order was cancelled while somebody worked on it; the item stays."""

    cancelled_at: Instant
    reason: str | None


class QueueItemRemoved(QueueEvent):
    reason: str | None = None
