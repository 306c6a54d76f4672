"""The collections of the database: one row per aggregate, and the indexes of every collection.

A row says where an aggregate's snapshots are and how they look there. Other teams read these
documents too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, IndexModel

from activities.mongo.claims import KEYS_KEPT
from activities.mongo.client import Document
from activities.mongo.reservations import RESERVATIONS_KEPT
from activities.mongo.tombstones import TOMBSTONES_KEPT
from domain.bay.state import Bay
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate
from domain.technician.state import Technician


def _index(*fields: str, **options: Any) -> IndexModel:
    return IndexModel([(field, ASCENDING) for field in fields], **options)


def _expiring(field: str, after: timedelta) -> IndexModel:
    return _index(field, expireAfterSeconds=int(after.total_seconds()))


def queue_document(item: QueueItem) -> Document:
    """All fields, empty ones too, and what follows from them. Of a removed item only so much is
    left that no late writer can bring it back."""
    if item.is_gone:
        return {"status": item.status, "versao": item.version}
    return {
        **item.model_dump(),
        "etapa": item.stage,
        "lugar": item.sort_key,
        "acoes_permitidas": list(item.allowed_actions),
        **_ended_mark(item),
    }


def plain_document(aggregate: Aggregate) -> Document:
    """All fields but those that are empty."""
    return aggregate.model_dump(exclude_none=True) | _ended_mark(aggregate)


def _ended_mark(aggregate: Aggregate) -> Document:
    """A field on the snapshot of an aggregate whose workflow was ended before its time."""
    name = "workflow_ended"
    alias = type(aggregate).model_fields[name].alias or name
    return {alias: True} if aggregate.workflow_ended else {}


@dataclass(frozen=True)
class Snapshots:
    """The collection of one aggregate's snapshots. `version` and `revision` are names of fields;
    the second keeps a snapshot from going backwards. `visible` is the filter for those that
    readers may see."""

    state: type[Aggregate]
    collection: str
    version: str
    revision: str
    document: Callable[[Any], Document]
    indexes: Sequence[IndexModel]
    visible: Document = field(default_factory=dict)


EXECUTION_SNAPSHOTS = Snapshots(
    state=Execution,
    collection="executions",
    version="version",
    revision="revision",
    document=plain_document,
    indexes=[
        _index("executionId", unique=True),
        _index("serviceOrderId"),
        _index("budgetId"),
        _index("status"),
        _index("technicianId", "status"),
        _index("scheduledDate"),
        _index("createdAt", "executionId"),
        _index("updatedAt", "executionId"),
        _index("status", "createdAt", "executionId"),
        _index("status", "updatedAt", "executionId"),
        _index("technicianId", "createdAt", "executionId"),
        _index("technicianId", "updatedAt", "executionId"),
        _index("status", "plan.start"),
        _index("plan.state", "status"),
        _index("plan.technicianIds", "plan.start"),
    ],
)
FILA_SNAPSHOTS = Snapshots(
    state=QueueItem,
    collection="fila_execucao",
    version="versao",
    revision="revisao",
    document=queue_document,
    indexes=[
        _index("ordem_servico_id"),
        _index("status"),
        _index("lugar"),
        _index("status", "lugar"),
        _index("etapa", "lugar"),
    ],
    visible={"lugar": {"$gt": ""}},
)

TECHNICIAN_SNAPSHOTS = Snapshots(
    state=Technician,
    collection="technicians",
    version="version",
    revision="revision",
    document=plain_document,
    indexes=[_index("number"), _index("subject"), _index("status"), _index("skills")],
)

BAY_SNAPSHOTS = Snapshots(
    state=Bay,
    collection="bays",
    version="version",
    revision="revision",
    document=plain_document,
    indexes=[_index("status"), _index("kind")],
)

AGGREGATES = (EXECUTION_SNAPSHOTS, FILA_SNAPSHOTS, TECHNICIAN_SNAPSHOTS, BAY_SNAPSHOTS)
"""Types of snapshots in the order in which a delivery's is tried: no two have the same required
fields."""

if TYPE_CHECKING:
    AnyAggregate = Aggregate
else:
    AnyAggregate = reduce(or_, (row.state for row in AGGREGATES))
    """The union of all kinds, for a field that is read and written as what it is."""

_BY_STATE: Mapping[type[Aggregate], Snapshots] = {row.state: row for row in AGGREGATES}

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    **{row.collection: row.indexes for row in AGGREGATES},
    "reservations": [_expiring("claimedAt", RESERVATIONS_KEPT)],
    "tombstones": [_expiring("recordedAt", TOMBSTONES_KEPT)],
    "keys": [_expiring("claimedAt", KEYS_KEPT)],
    "fila_reservas": [_expiring("claimedAt", RESERVATIONS_KEPT)],
    "fila_paginas": [_expiring("expira_em", timedelta())],
    "history": [_index("aggregateId", "sequence", unique=True)],
    "refused": [_index("aggregateId", "occurredAt", "refusalId")],
}


def snapshots_of(kind: type[Aggregate]) -> Snapshots:
    return _BY_STATE[kind]


def snapshot_document(aggregate: Aggregate) -> Document:
    row = snapshots_of(type(aggregate))
    known = {"_id": aggregate.aggregate_id, row.revision: aggregate.revision}
    return row.document(aggregate) | known
