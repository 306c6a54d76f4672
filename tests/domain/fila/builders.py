"""Queue items for tests, each made the way the service makes it."""

from datetime import datetime
from typing import Any

from domain.fila.commands import (
    CancelOrder,
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    RecordApproval,
    Remove,
    StartDiagnosis,
    StartRepair,
    WithdrawApproval,
)
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueCommand, QueueEntry, QueueItem, add_to_queue
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import decide
from domain.kernel.events import RecordedEvent
from tests.domain.execution.builders import MINUTE, MORNING, driven, recorded
from workflows.contract import queue_item_id

UNIQUE = "0a1b2c3d4e5f"
"""The half of an item's id that is drawn by lot, wherever a test does not say otherwise."""

DIAGNOSIS: tuple[QueueCommand, ...] = (
    StartDiagnosis(mechanic_id=7),
    FinishDiagnosis(diagnosis="pastilhas de freio gastas"),
)
REPAIR: tuple[QueueCommand, ...] = (
    StartRepair(mechanic_id=8),
    FinishRepair(repair_notes="pastilhas trocadas"),
)

WAY_TO: dict[QueueStatus, tuple[QueueCommand, ...]] = {
    QueueStatus.WAITING: (),
    QueueStatus.IN_DIAGNOSIS: DIAGNOSIS[:1],
    QueueStatus.IN_REPAIR: REPAIR[:1],
    QueueStatus.FINISHED: REPAIR,
    QueueStatus.REMOVED: (Remove(),),
}

ONE_OF_EACH: tuple[QueueCommand, ...] = (
    StartDiagnosis(mechanic_id=9),
    FinishDiagnosis(diagnosis="correia frouxa"),
    StartRepair(),
    FinishRepair(),
    Prioritize(priority=Priority.URGENT),
    Remove(),
    RecordApproval(budget_id="budget-9"),
    WithdrawApproval(budget_id="budget-9"),
    CancelOrder(reason="gave up"),
    LinkExecution(execution_id="execution-9"),
)


def entry(service_order_id: int = 1, unique: str = UNIQUE, **fields: Any) -> QueueEntry:
    return QueueEntry(
        service_order_id=service_order_id,
        queue_item_id=queue_item_id(service_order_id, unique),
        **fields,
    )


def added(
    service_order_id: int = 1, at: datetime = MORNING, unique: str = UNIQUE, **fields: Any
) -> QueueItem:
    item, _ = add_to_queue(entry(service_order_id, unique, **fields), at)
    return item


def in_queue(status: QueueStatus, service_order_id: int = 1, **fields: Any) -> QueueItem:
    """An item that has reached `status` by commands alone, undiagnosed unless it must be."""
    return driven(added(service_order_id, **fields), *WAY_TO[status])


def diagnosed(service_order_id: int = 1, **fields: Any) -> QueueItem:
    return driven(added(service_order_id, **fields), *DIAGNOSIS)


def queue_story(
    *commands: QueueCommand, service_order_id: int = 1, **fields: Any
) -> tuple[QueueItem, tuple[RecordedEvent, ...]]:
    """An item driven by `commands`, a minute apart, and all that was told of it."""
    item, arrival = add_to_queue(entry(service_order_id, **fields), MORNING)
    told = recorded(None, item, arrival, "adicionar")
    for count, command in enumerate(commands, 1):
        before = item
        item, events = decide(before, command, MORNING + count * MINUTE)
        told += recorded(before, item, events, command.ACTION)
    return item, told
