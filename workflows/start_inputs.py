"""Inputs that start the workflows, and the state that one run hands to the next.

Field names and defaults are recorded in histories, so none of them changes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Generic

from pydantic import ConfigDict, Field

from domain.bay.commands import ChangeBay
from domain.bay.lifecycle import BayStatus
from domain.bay.state import Bay, BayRegistration
from domain.bay.state import aggregate_id_of as bay_aggregate_id
from domain.bay.state import register as register_bay
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import Slot
from domain.execution.planning import planned_at_opening
from domain.execution.state import Execution, Opening, open_execution
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import NewQueueItem, QueueEntry, QueueItem, add_to_queue
from domain.fila.vocabulary import UNCHANGED, WORDS
from domain.kernel.aggregate import Answer, Change, State
from domain.kernel.events import RecordedEvent, RefusedCommand
from domain.kernel.idempotency import digest, fingerprint
from domain.kernel.origin import Door, Origin
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
from workflows.contract import (
    BAY,
    BUDGET_ID,
    CORRELATION_ID,
    QUEUE_ITEM,
    QUEUE_ITEM_ID,
    SERVICE_EXECUTION,
    TECHNICIAN,
    execution_id,
    execution_workflow_id,
    queue_workflow_id,
)


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

    slot: Slot | None = None
    """The time that is held on the technician's agenda."""

    @property
    def aggregate_id(self) -> str:
        return execution_id(self.service_order_id)

    @property
    def workflow_id(self) -> str:
        return execution_workflow_id(self.aggregate_id)

    @property
    def summary(self) -> str:
        return f"Service order {self.service_order_id}"

    @property
    def is_unattended(self) -> bool:
        """True if it asks for a technician's time, and nobody can have held that: so the saga and
        the command line start it."""
        wants_time = self.technician_id is not None and self.scheduled_date is not None
        return wants_time and self.origin.via is not Door.HTTP

    def opened(self, at: datetime) -> Change[Execution]:
        execution, events = open_execution(self, self.aggregate_id, at)
        return planned_at_opening(execution, events, self.slot, at)

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


class StartBay(StartInput[Bay], BayRegistration):
    """The input of Bay; `carried` comes from the run before, or from the snapshot of an inactive
    one that is taken back."""

    model_config = StartInput.model_config

    WORKFLOW = BAY
    ACTION = "register"
    FIRST_STATUS = BayStatus.ACTIVE
    ASKED = BayRegistration

    @property
    def aggregate_id(self) -> str:
        return bay_aggregate_id(self.bay_id)

    @property
    def workflow_id(self) -> str:
        return self.aggregate_id

    @property
    def summary(self) -> str:
        return f"Bay {self.bay_id}"

    def opened(self, at: datetime) -> Change[Bay]:
        return register_bay(self, at)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of a change to this profile, as of a technician's."""
        return fingerprint(ChangeBay(name=self.name, kind=self.kind))
