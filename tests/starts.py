"""Inputs of workflows for service orders that no other test has."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from workflows.contract import Origin, queue_item_id
from workflows.start_inputs import StartBay, StartExecution, StartQueueItem, StartTechnician

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
FROM_HTTP = Origin(correlation_id="corr-1")


def new_execution(**fields: Any) -> StartExecution:
    unique = uuid4()
    wanted = {
        "service_order_id": f"OS-{unique}",
        "budget_id": f"BUD-{unique}",
        "estimated_duration": 60,
        "origin": FROM_HTTP,
    }
    return StartExecution(**{**wanted, **fields})


def new_item(**fields: Any) -> StartQueueItem:
    """Of a new order, or once more of one that is named."""
    number = fields.pop("service_order_id", uuid4().int % 2**47 + 1)
    wanted = {
        "service_order_id": number,
        "queue_item_id": queue_item_id(number, uuid4().hex[:12]),
        "tells_service_orders": True,
        "origin": FROM_HTTP,
    }
    return StartQueueItem(**{**wanted, **fields})


def new_technician(**fields: Any) -> StartTechnician:
    wanted = {"technician_id": f"t-{uuid4()}", "origin": FROM_HTTP}
    return StartTechnician(**{**wanted, **fields})


def new_bay(**fields: Any) -> StartBay:
    wanted = {"bay_id": f"b-{uuid4()}", "origin": FROM_HTTP}
    return StartBay(**{**wanted, **fields})
