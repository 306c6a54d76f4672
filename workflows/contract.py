"""Names, ids and answers of the workflows. With `start_inputs.py` it is all that a client may know
of them.

The saga, the API and the command line import these two modules and the domain, nothing else of
ours.
"""

import re
from collections.abc import Mapping
from uuid import UUID, uuid5

from pydantic import Field
from temporalio.common import SearchAttributeKey

from domain.fila.vocabulary import ServiceOrderStatus
from domain.kernel.delivery_health import DeliveryHealth
from domain.kernel.idempotency import fingerprint as fingerprint
from domain.kernel.origin import Door as Door
from domain.kernel.origin import Origin as Origin
from domain.kernel.values import Value

TASK_QUEUE = "execution-service"
SERVICE_EXECUTION = "ServiceExecution"
QUEUE_ITEM = "QueueItem"
TECHNICIAN = "Technician"
BAY = "Bay"
LAST_NOTICES = "LastNotices"
SNAPSHOT = "snapshot"
HISTORY = "history"
ANSWER = "answer"
DELIVERY = "delivery"
CARRIED = "carried"
RETRY_DELIVERY = "retry_delivery"
"""The update, and the signal, by which an operator has a delivery tried again at once."""
OUTBOX_FULL = "OutboxFull"
"""The type of the error that refuses a command while too much is still undelivered."""
INVALID_INPUT = "InvalidInput"
"""The type of the error that fails a workflow whose input cannot be read, before it has begun."""
CORRELATION_ID = "correlationId"
"""The memo that holds the id of the request that started the workflow."""
BUDGET_ID = "budgetId"
"""The memo that holds the budget; it can be read without a worker, and after the end."""
QUEUE_ITEM_ID = "queueItemId"
"""The memo that holds the queue item's id."""

SERVICE_STATUS = SearchAttributeKey.for_keyword("ServiceStatus")
"""Lets operators filter the list of workflows by the aggregate's status."""
DELIVERY_HEALTH = SearchAttributeKey.for_keyword("DeliveryHealth")
"""Lets them filter it by the health of the delivery; missing where none has ever failed."""
SEARCH_ATTRIBUTES = (SERVICE_STATUS, DELIVERY_HEALTH)

# Never to change: every system that derives an execution's id from a service order uses it.
_EXECUTIONS = UUID("7f1d1f0e-6a53-5d0b-9d5c-6f2c1b7d9a41")

EXECUTION_PREFIX, QUEUE_PREFIX = "execution-", "fila-"

_QUEUE_ITEM_ID = re.compile(r"[0-9a-f]{24}")


def notices_queue(task_queue: str) -> str:
    """The task queue of the notices to the OS service: while that hangs, their attempts fill the
    slots of a worker of their own, and no delivery waits for one."""
    return f"{task_queue}-notices"


def errands_queue(task_queue: str) -> str:
    """The task queue of what one aggregate has another do: it has a worker of its own for the same
    reason."""
    return f"{task_queue}-errands"


def execution_id(service_order_id: str) -> str:
    """The one execution that a service order can have."""
    return str(uuid5(_EXECUTIONS, service_order_id))


def queue_item_id(service_order_id: int, unique: str) -> str:
    """24 hexadecimal digits: 12 of the service order, so that a command finds its workflow without
    a look-up, and 12 of `unique`, so that an order may be in the queue again under another id."""
    return f"{service_order_id:012x}{unique}"


def service_order_of(queue_item_id: str) -> int | None:
    """None if it is no queue item's id."""
    return int(queue_item_id[:12], 16) if _QUEUE_ITEM_ID.fullmatch(queue_item_id) else None


def queue_workflow_id(service_order_id: int) -> str:
    return f"{QUEUE_PREFIX}{service_order_id}"


def execution_workflow_id(execution_id: str) -> str:
    return f"{EXECUTION_PREFIX}{execution_id}"


class Undelivered(Value):
    """Delivery as it stands: the oldest version that is not delivered everywhere, and the number of
    them; while it is `parked`, it waits for a new command or for an operator."""

    health: DeliveryHealth
    oldest_version: int | None = None
    versions: int = 0
    parked: bool = False


class PendingNotifications(Value):
    """The input of LastNotices: the notices of a removed item that are still to be sent, in order,
    and the correlation id of the request that led to each."""

    service_order_id: int
    pending: tuple[ServiceOrderStatus, ...]
    correlation_ids: Mapping[str, str | None] = Field(default_factory=dict)
