"""Messages as the bus brings them, and what stands there when they come."""

import json
from typing import Any

from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.inbound.messages import Message, parse
from tests.activities.bus import FakeBus
from tests.api.starts import start_execution
from tests.api.temporal_fake import ExecutionEngine
from tests.domain.execution.builders import WAY_TO
from workflows.contract import execution_id

FIRST = execution_id("os-1")
STILL_OPEN = [ExecutionStatus.SCHEDULED, ExecutionStatus.IN_PROGRESS, ExecutionStatus.PAUSED]


def message(kind: str, message_id: str = "m-1", **detail: Any) -> Message:
    ids = {"serviceOrderId": "os-1", "budgetId": "budget-1"}
    return parse(json.dumps({"id": message_id, "detail-type": kind, "detail": {**ids, **detail}}))


def payment(payment_id: str = "pay-1", **detail: Any) -> Message:
    return message("PaymentCompleted", paymentId=payment_id, **detail)


def approval(order: str = "7", message_id: str = "m-1", **detail: Any) -> Message:
    return message("BudgetApproved", message_id, serviceOrderId=order, **detail)


async def reach(engine: ExecutionEngine, status: ExecutionStatus, **fields: Any) -> Execution:
    """The execution of os-1, opened and driven to `status` by somebody else."""
    await engine.start(start_execution(**fields))
    return await engine.drive(FIRST, *WAY_TO[status])


def failures(bus: FakeBus) -> list[dict[str, Any]]:
    return [json.loads(e["Detail"]) for e in bus.taken if e["DetailType"] == "ExecutionFailed"]
