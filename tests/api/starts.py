"""Starts of workflows, for tests that stand behind the doors."""

from typing import Any

from domain.kernel.values import widen
from tests.domain.execution.builders import opening
from workflows.contract import Origin, queue_item_id
from workflows.start_inputs import StartExecution, StartQueueItem


def start_execution(origin: Origin | None = None, **fields: Any) -> StartExecution:
    return widen(opening(**fields), StartExecution, origin=origin or Origin())


def start_item(number: int = 7, unique: str = "aaaaaaaaaaaa", **fields: Any) -> StartQueueItem:
    """The service order's item, under an id that ends with `unique`."""
    return StartQueueItem(
        service_order_id=number, queue_item_id=queue_item_id(number, unique), **fields
    )
