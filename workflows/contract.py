"""Names, ids, inputs and answers of the workflows: all that a client may know of them.

The saga, the API and the command line import this module and the domain, nothing else of ours.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Generic
from uuid import UUID, uuid5

from pydantic import ConfigDict, Field
from temporalio.common import SearchAttributeKey

from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution, Opening, open_execution
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import NewQueueItem, QueueEntry, QueueItem, add_to_queue
from domain.fila.vocabulary import UNCHANGED, WORDS, ServiceOrderStatus
from domain.kernel.aggregate import Answer, Change, State
from domain.kernel.delivery_health import DeliveryHealth
from domain.kernel.events import RecordedEvent, RefusedCommand
from domain.kernel.idempotency import digest
from domain.kernel.idempotency import fingerprint as fingerprint
from domain.kernel.origin import Door as Door
from domain.kernel.origin import Origin as Origin
from domain.kernel.values import Value, in_words
from domain.technician.commands import ChangeTechnician
from domain.technician.lifecycle import TechnicianStatus
from domain.technician.state import (
    NewTechnician,
    Registration,
    Technician,
    aggregate_id_of,
    register,
)

TASK_QUEUE = "execution-service"
SERVICE_EXECUTION = "ServiceExecution"
QUEUE_ITEM = "QueueItem"
TECHNICIAN = "Technician"
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


class ContinuedState(Value, Generic[State]):
    """State of a workflow that one run hands to the next; `told` is the revision that readers see,
    and `settled` the fingerprints of commands whose answers there was no room for."""

    state: State
    told: int = 0
    outbox: tuple[RecordedEvent, ...] = ()
    recent: tuple[RecordedEvent, ...] = ()
    refused: tuple[RefusedCommand, ...] = ()
    answers: Mapping[str, Answer[State]] = Field(default_factory=dict)
    settled: Mapping[str, str] = Field(default_factory=dict)


class StartInput(Value, Generic[State]):
    """The input of an aggregate's workflow, whatever the aggregate; `carried` is the state that it
    goes on from, if another run has been there before."""

    # A saga of a later release, or our own before a rollback, may say more than this one knows.
    model_config = ConfigDict(extra="ignore")

    WORKFLOW: ClassVar[str]
    ACTION: ClassVar[str]
    FIRST_STATUS: ClassVar[str]
    ASKED: ClassVar[type[Value]]
    """The part that a client asks for; the service adds the rest."""

    origin: Origin = Origin()
    carried: ContinuedState[State] | None = None

    @property
    def aggregate_id(self) -> str:
        raise NotImplementedError

    @property
    def workflow_id(self) -> str:
        raise NotImplementedError

    @property
    def summary(self) -> str:
        """The line that operators see beside the workflow in Temporal's Web UI."""
        raise NotImplementedError

    def opened(self, at: datetime) -> Change[State]:
        """The first version of the aggregate, and the events that tell of it. `at` is UTC, cut to
        milliseconds."""
        raise NotImplementedError

    @property
    def memo(self) -> dict[str, str]:
        """Memo of the workflow: it can be read without a worker, and after the end."""
        correlation_id = self.origin.correlation_id
        return {CORRELATION_ID: correlation_id} if correlation_id else {}

    @property
    def fingerprint(self) -> str:
        """Digest of what the client asked for, without what the service has added."""
        said = self.model_dump_json(include=set(self.ASKED.model_fields), exclude_none=True)
        return digest(f"{self.ACTION} {said}")


# `StartInput` is the first base, so that its fields come last: recorded inputs have this order.
class StartExecution(StartInput[Execution], Opening):
    """The input of ServiceExecution; `carried` is set by the workflow itself alone."""

    model_config = StartInput.model_config

    WORKFLOW = SERVICE_EXECUTION
    ACTION = "create"
    FIRST_STATUS = ExecutionStatus.SCHEDULED
    ASKED = Opening

    @property
    def aggregate_id(self) -> str:
        return execution_id(self.service_order_id)

    @property
    def workflow_id(self) -> str:
        return execution_workflow_id(self.aggregate_id)

    @property
    def summary(self) -> str:
        return f"Service order {self.service_order_id}"

    def opened(self, at: datetime) -> Change[Execution]:
        return open_execution(self, self.aggregate_id, at)

    @property
    def memo(self) -> dict[str, str]:
        return super().memo | {BUDGET_ID: self.budget_id}


class StartQueueItem(StartInput[QueueItem], QueueEntry):
    """The input of QueueItem; `carried` comes from the run before, or from the snapshot of a
    finished item that is reopened."""

    model_config = StartInput.model_config | in_words(WORDS, UNCHANGED | {"origin", "carried"})

    WORKFLOW = QUEUE_ITEM
    ACTION = "adicionar"
    FIRST_STATUS = QueueStatus.WAITING
    ASKED = NewQueueItem

    @property
    def aggregate_id(self) -> str:
        return self.queue_item_id

    @property
    def workflow_id(self) -> str:
        return queue_workflow_id(self.service_order_id)

    @property
    def summary(self) -> str:
        return f"Service order {self.service_order_id}"

    def opened(self, at: datetime) -> Change[QueueItem]:
        return add_to_queue(self, at)

    @property
    def memo(self) -> dict[str, str]:
        return super().memo | {QUEUE_ITEM_ID: self.queue_item_id}


class StartTechnician(StartInput[Technician], Registration):
    """The input of Technician; `carried` comes from the run before, or from the snapshot of an
    inactive one who is taken back."""

    model_config = StartInput.model_config

    WORKFLOW = TECHNICIAN
    ACTION = "register"
    FIRST_STATUS = TechnicianStatus.ACTIVE
    ASKED = Registration

    @property
    def aggregate_id(self) -> str:
        return aggregate_id_of(self.technician_id)

    @property
    def workflow_id(self) -> str:
        return self.aggregate_id

    @property
    def summary(self) -> str:
        return f"Technician {self.technician_id}"

    def opened(self, at: datetime) -> Change[Technician]:
        return register(self, at)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of a change to this profile: who repeats the request need not know if
        it has registered the technician or found them."""
        profile = {name: getattr(self, name) for name in NewTechnician.model_fields}
        return fingerprint(ChangeTechnician(**profile))


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
