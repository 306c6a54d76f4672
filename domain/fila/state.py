"""An item of the workshop's queue (*fila de execução*): one service order from its arrival
through diagnosis and repair."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from domain.fila.delivery_health import QueueDeliveryHealth
from domain.fila.errors import QueueItemNotFound
from domain.fila.events import QueueItemAdded
from domain.fila.lifecycle import (
    QUEUE,
    STATUS_RANK,
    QueueAction,
    QueueStage,
    QueueStatus,
    stage_of,
)
from domain.fila.notifications import Notices
from domain.fila.vocabulary import IN_PORTUGUESE, Priority
from domain.kernel.aggregate import Aggregate, Command
from domain.kernel.reading import leniently, number
from domain.kernel.values import MILLISECOND, Input, Instant, Whole

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MOST_SERVICE_ORDERS = 2**48
"""An item's id has 48 bits for the number of its order."""
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")

ServiceOrderNumber = Annotated[
    int, Field(strict=True, gt=0, lt=MOST_SERVICE_ORDERS), Whole, leniently(number)
]
MechanicNumber = Annotated[int, Field(strict=True, gt=0, lt=2**53), Whole, leniently(number)]


def _nobody(value: object) -> object:
    return None if number(value) == 0 else value


Mechanic = Annotated[MechanicNumber | None, leniently(_nobody)]
"""A mechanic, or nobody: the order service says 0 then."""


class NewQueueItem(Input):
    """What a client says of an item to be."""

    model_config = IN_PORTUGUESE

    service_order_id: ServiceOrderNumber
    priority: Priority = Priority.NORMAL


class QueueEntry(NewQueueItem):
    """All that it takes to add one. The rules that hold at that moment go with the item, so that
    a change of settings never contradicts what a running workflow has already decided."""

    queue_item_id: str
    requires_approval: bool = False
    tells_service_orders: bool = False


class QueueItem(Aggregate):
    model_config = IN_PORTUGUESE

    LIFECYCLE = QUEUE
    NOT_FOUND = QueueItemNotFound
    NOT_FOR_CLIENTS: ClassVar = frozenset(
        {
            QueueAction.BUDGET_APPROVED,
            QueueAction.WITHDRAW_APPROVAL,
            QueueAction.CANCEL_ORDER,
            QueueAction.LINK_EXECUTION,
        }
    )

    queue_item_id: str
    service_order_id: int
    status: QueueStatus
    priority: Priority
    mechanic_id: int | None = None
    diagnosis: str | None = None
    repair_notes: str | None = None
    diagnosis_started_at: Instant | None = None
    diagnosis_finished_at: Instant | None = None
    repair_started_at: Instant | None = None
    repair_finished_at: Instant | None = None
    approved_at: Instant | None = None
    budget_id: str | None = None
    order_cancelled_at: Instant | None = None
    execution_id: str | None = None
    requires_approval: bool = False
    tells_service_orders: bool = False
    notices: Notices = Notices()
    health: QueueDeliveryHealth = QueueDeliveryHealth()

    @classmethod
    def not_found(cls, aggregate_id: str) -> QueueItemNotFound:
        return QueueItemNotFound.of(aggregate_id)

    @property
    def aggregate_id(self) -> str:
        return self.queue_item_id

    @property
    def sort_key(self) -> str:
        """Sorts items as the queue shows them: by status, what is finished last; then by priority;
        then by age to the millisecond, and those of the same age always the same way."""
        age = (self.created_at - _EPOCH) // MILLISECOND
        return f"{STATUS_RANK[self.status]}{self.priority.rank}{age:015d}{self.queue_item_id}"

    @property
    def is_gone(self) -> bool:
        return QUEUE.is_final(self.status)

    @property
    def is_over(self) -> bool:
        # Another workflow sends what is still pending for a removed item: it may be added again.
        return self.is_gone or (super().is_over and not self.has_errands)

    @property
    def has_errands(self) -> bool:
        return bool(self.notices.pending)

    @property
    def stage(self) -> QueueStage | None:
        return stage_of(
            self.status,
            diagnosed=self.diagnosis_finished_at is not None,
            approved=self.approved_at is not None,
        )

    def noting(self, notices: Notices) -> "QueueItem":
        """The item after an answer of the OS service, which is no event of the queue."""
        return self.without_event(notices=notices)

    @property
    def awaits_approval(self) -> bool:
        return self.requires_approval and self.approved_at is None

    @property
    def forbidden_actions(self) -> frozenset[QueueAction]:
        repair = {QueueAction.START_REPAIR} if self.awaits_approval else set()
        diagnosis = {QueueAction.START_DIAGNOSIS} if self.diagnosis_finished_at else set()
        return frozenset(repair | diagnosis)

    @property
    def extra_facts(self) -> dict[str, Any]:
        return {"allowed_actions": list(self.allowed_actions)}

    def after(self, action: StrEnum) -> StrEnum:
        """Raises QueueItemNotFound for an item that has been removed."""
        if self.is_gone:
            raise QueueItemNotFound.of()
        return super().after(action)


class QueueCommand(Command[QueueItem]):
    """A request to change an item of the queue."""

    model_config = IN_PORTUGUESE

    ACTION: ClassVar[QueueAction]


def service_order_number(service_order_id: str) -> int | None:
    """The number of an order as other services write it; None if the queue cannot know it."""
    if not _NUMBER.fullmatch(service_order_id):
        return None
    number = int(service_order_id)
    return number if number < MOST_SERVICE_ORDERS else None


def add_to_queue(new: QueueEntry, at: datetime) -> tuple[QueueItem, tuple[QueueItemAdded, ...]]:
    """The first version of an item. `at` is UTC, cut to milliseconds."""
    item = QueueItem(
        status=QueueStatus.WAITING,
        created_at=at,
        updated_at=at,
        version=1,
        **{name: getattr(new, name) for name in QueueEntry.model_fields},
    )
    return item, (QueueItemAdded(**named(item), priority=item.priority),)


def named(item: QueueItem) -> dict[str, str]:
    """Fields that every event of the item has."""
    return {
        "queue_item_id": item.queue_item_id,
        "service_order_id": str(item.service_order_id),
    }
