"""Table of the kinds of aggregates: whatever goes through all of them goes by its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from domain.agenda.ids import BAY_PREFIX, TECHNICIAN_PREFIX, is_resource_id
from domain.bay.state import Bay, BayRegistration
from domain.bay.state import aggregate_id_of as bay_aggregate_id
from domain.execution.state import Execution, Opening
from domain.fila.state import QueueEntry, QueueItem
from domain.kernel.aggregate import State
from domain.kernel.values import Value
from domain.technician.state import (
    Registration,
    Technician,
    aggregate_id_of,
)
from workflows.bay import BayWorkflow
from workflows.contract import (
    EXECUTION_PREFIX,
    QUEUE_ITEM_ID,
    QUEUE_PREFIX,
    Origin,
    execution_workflow_id,
    queue_workflow_id,
    service_order_of,
)
from workflows.execution import ServiceExecution
from workflows.queue_item import QueueItemWorkflow
from workflows.start_inputs import (
    ContinuedState,
    StartBay,
    StartExecution,
    StartInput,
    StartQueueItem,
    StartTechnician,
)
from workflows.technician import TechnicianWorkflow


@dataclass(frozen=True)
class Kind(Generic[State]):
    """Parts of one kind of aggregate, and the way to its workflow.

    `opening` has the fields that its workflow cannot be started without. `workflow_id` gives the
    workflow id of an aggregate, or None for what is no id of one. `id_memo` names the memo that
    holds the aggregate's id; without one, `aggregate_id` makes it of the workflow id.
    """

    state: type[State]
    start: type[StartInput[State]]
    opening: type[Value]
    workflow: type[Any]
    prefix: str
    suffix: str
    """The part of a workflow id behind the prefix, in words for operators."""
    workflow_id: Callable[[str], str | None]
    fields: Callable[[str], Mapping[str, Any]]
    """Fields of the state, by name, that the suffix of its workflow id stands for."""
    id_memo: str | None = None
    aggregate_id: Callable[[str], str] = str
    """The aggregate's id, of the suffix of its workflow id."""
    is_suffix: Callable[[str], bool] = bool

    @property
    def workflow_type(self) -> str:
        return self.start.WORKFLOW

    def restart(
        self, state: State, origin: Origin, carried: ContinuedState[State]
    ) -> StartInput[State]:
        """The input by which another run goes on from `carried`. Optional fields are left out: the
        state has them, and they may have outgrown what a new one is allowed."""
        fields = self.opening.model_fields.items()
        needed: dict[str, Any] = {
            name: getattr(state, name) for name, field in fields if field.is_required()
        }
        return self.start(**needed, origin=origin, carried=carried)


def _item_workflow_id(queue_item_id: str) -> str | None:
    number = service_order_of(queue_item_id)
    return None if number is None else queue_workflow_id(number)


def _resource_workflow_id(prefix: str) -> Callable[[str], str | None]:
    """The workflow ids of a kind whose clients choose the ids: they are the aggregates' own."""

    def workflow_id(aggregate_id: str) -> str | None:
        known = aggregate_id.startswith(prefix)
        return aggregate_id if known and is_resource_id(aggregate_id[len(prefix) :]) else None

    return workflow_id


EXECUTION_KIND = Kind(
    state=Execution,
    start=StartExecution,
    opening=Opening,
    workflow=ServiceExecution,
    prefix=EXECUTION_PREFIX,
    suffix="id",
    workflow_id=execution_workflow_id,
    fields=lambda suffix: {"execution_id": suffix},
)
FILA_KIND = Kind(
    state=QueueItem,
    start=StartQueueItem,
    opening=QueueEntry,
    workflow=QueueItemWorkflow,
    prefix=QUEUE_PREFIX,
    suffix="service order",
    workflow_id=_item_workflow_id,
    fields=lambda suffix: {"service_order_id": int(suffix)},
    id_memo=QUEUE_ITEM_ID,
    is_suffix=str.isdecimal,
)

TECHNICIAN_KIND = Kind(
    state=Technician,
    start=StartTechnician,
    opening=Registration,
    workflow=TechnicianWorkflow,
    prefix=TECHNICIAN_PREFIX,
    suffix="id",
    workflow_id=_resource_workflow_id(TECHNICIAN_PREFIX),
    fields=lambda suffix: {"technician_id": suffix},
    aggregate_id=aggregate_id_of,
    is_suffix=is_resource_id,
)

BAY_KIND = Kind(
    state=Bay,
    start=StartBay,
    opening=BayRegistration,
    workflow=BayWorkflow,
    prefix=BAY_PREFIX,
    suffix="id",
    workflow_id=_resource_workflow_id(BAY_PREFIX),
    fields=lambda suffix: {"bay_id": suffix},
    aggregate_id=bay_aggregate_id,
    is_suffix=is_resource_id,
)

KINDS: tuple[Kind[Any], ...] = (EXECUTION_KIND, FILA_KIND, TECHNICIAN_KIND, BAY_KIND)
BY_WORKFLOW_TYPE: Mapping[str, Kind[Any]] = {kind.workflow_type: kind for kind in KINDS}


def kind_of_workflow(workflow_id: str) -> Kind[Any] | None:
    """The kind whose workflows have ids like this one; None if it is nobody's."""
    for kind in KINDS:
        suffix = workflow_id.removeprefix(kind.prefix)
        if suffix != workflow_id and kind.is_suffix(suffix):
            return kind
    return None
