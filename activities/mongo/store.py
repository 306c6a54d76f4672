"""Snapshots and history in MongoDB or DocumentDB 5.0: what readers see, and where it is kept.

A snapshot never goes backwards, and a history entry is written once, however often a delivery is
repeated. What counts is the revision: after a reset of the workflow it is ahead of all that was
told by the run that has been given up, though the version is lower. Only what DocumentDB 5.0 has is
used: no transactions, no change streams, no pipelines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bson import decode, encode
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from activities.mongo.claims import KEYS_KEPT
from activities.mongo.command_results import Answers
from activities.mongo.documents import Document, execution_document, queue_document
from activities.mongo.once import insert_once
from activities.mongo.refusals import Refusals
from activities.mongo.tombstones import KEPT as TOMBSTONES_KEPT
from activities.mongo.uri import UNUSABLE, complaint, nothing_ignored, without_guarantees
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent
from domain.kernel.values import Instant, Value

A = TypeVar("A", bound=Aggregate)

_READ: CodecOptions[Any] = CodecOptions(tz_aware=True)


def _index(*fields: str, **options: Any) -> IndexModel:
    return IndexModel([(field, ASCENDING) for field in fields], **options)


INDEXES = {
    "executions": [
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
    ],
    "fila_execucao": [
        _index("ordem_servico_id"),
        _index("status"),
        _index("lugar"),
        _index("status", "lugar"),
        _index("etapa", "lugar"),
    ],
    "reservations": [_index("claimedAt", expireAfterSeconds=86_400)],
    "tombstones": [_index("recordedAt", expireAfterSeconds=int(TOMBSTONES_KEPT.total_seconds()))],
    "keys": [_index("claimedAt", expireAfterSeconds=int(KEYS_KEPT.total_seconds()))],
    "fila_reservas": [_index("claimedAt", expireAfterSeconds=86_400)],
    "fila_paginas": [_index("expira_em", expireAfterSeconds=0)],
    "history": [_index("aggregateId", "sequence", unique=True)],
    "refused": [_index("aggregateId", "occurredAt", "refusalId")],
}


@dataclass(frozen=True)
class Shelf:
    """Where snapshots of one kind are kept, and under which names. `revision` is the field that
    keeps a snapshot from going backwards; `shown` is what tells those that readers may see."""

    collection: str
    version: str
    revision: str
    document: Callable[[Any], Document]
    shown: Document = field(default_factory=dict)


SHELVES: Mapping[type[Aggregate], Shelf] = {
    Execution: Shelf("executions", "version", "revision", execution_document),
    QueueItem: Shelf(
        "fila_execucao", "versao", "revisao", queue_document, shown={"lugar": {"$gt": ""}}
    ),
}


def _older(shelf: Shelf, aggregate: Aggregate) -> list[Document]:
    """Filters for snapshots that have less to tell. An earlier release kept no revision."""
    unknown: Document = {shelf.revision: None}
    if not aggregate.was_reset:
        unknown[shelf.version] = {"$lte": aggregate.version}
    return [{shelf.revision: {"$lt": aggregate.revision}}, unknown]


def mongo_client(uri: str, timeout_ms: int) -> AsyncIOMotorClient[Document]:
    """A client whose every operation ends within `timeout_ms`, finding a server included, and
    which reads from the primary and writes to a majority, whatever `uri` says: claims and what has
    just been written hang on it. Ends the process with a clear word if `uri` cannot be read."""
    try:
        with nothing_ignored():
            return AsyncIOMotorClient(
                without_guarantees(uri),
                tz_aware=True,
                retryWrites=False,
                w="majority",
                timeoutMS=timeout_ms,
                serverSelectionTimeoutMS=timeout_ms,
                connectTimeoutMS=timeout_ms,
            )
    except UNUSABLE as failure:  # it may quote what it stumbled over: a password's end
        raise SystemExit(f"MONGODB_URI cannot be used: {complaint(uri, failure)}") from None


def seen_entry(found: Document) -> Document:
    """Finds a history entry again, unless somebody has been there meanwhile."""
    return {"_id": found["_id"], "revision": found.get("revision")}


class HistoryEntry(Value):
    """What happened to an aggregate at one version, as kept and as shown."""

    sequence: int
    event_id: str
    type: str
    occurred_at: Instant
    command: str
    from_status: str | None = None
    to_status: str
    reason: str | None = None
    actor: str | None = None
    correlation_id: str
    causation_id: str | None = None
    via: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, event: RecordedEvent) -> "HistoryEntry":
        told = event.metadata.__dict__ | event.__dict__
        known = {name: told[name] for name in cls.model_fields if name in told}
        return cls(**known, reason=event.detail.get("reason"))


def entry_document(aggregate_id: str, event: RecordedEvent, revision: int = 0) -> Document:
    entry = HistoryEntry.of(event).model_dump(exclude_none=True)
    known = {"_id": event.metadata.event_id, "aggregateId": aggregate_id, "revision": revision}
    return known | entry


def same_entry(one: Document, other: Document) -> bool:
    """Whether both tell the same, at whichever revision."""
    return one | {"revision": 0} == other | {"revision": 0}


def as_kept(document: Document) -> Document:
    """As the database would give it back."""
    return decode(encode(document), _READ)


def snapshot_document(aggregate: Aggregate) -> Document:
    shelf = SHELVES[type(aggregate)]
    known = {"_id": aggregate.aggregate_id, shelf.revision: aggregate.revision}
    return shelf.document(aggregate) | known


class Store:
    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._history = database["history"]
        self._database = database
        self.answers = Answers(database["answers"])
        self.refusals = Refusals(database["refused"])

    async def ensure_indexes(self) -> None:
        """Harmless when repeated."""
        for collection, indexes in INDEXES.items():
            await self._database[collection].create_indexes(indexes)

    async def ping(self) -> None:
        await self._database.command("ping")

    async def append(
        self, aggregate_id: str, events: Sequence[RecordedEvent], revision: int = 0
    ) -> None:
        """Adds what is not there yet, in place of what was told otherwise at an older revision."""
        documents = [entry_document(aggregate_id, event, revision) for event in events]
        known = await insert_once(self._history, documents)
        if known and revision:
            await self._replace_outdated({each["_id"]: each for each in known})

    async def _replace_outdated(self, entries: Mapping[str, Document]) -> None:
        for found in await self._history.find({"_id": {"$in": list(entries)}}).to_list(None):
            entry = entries[found["_id"]]
            is_older = found.get("revision", 0) < entry["revision"]
            if is_older and not same_entry(found, as_kept(entry)):
                await self._history.replace_one(seen_entry(found), entry)

    async def save(self, aggregate: Aggregate) -> bool:
        """Replaces the snapshot, unless there is one as new or newer. False if that one is of an
        earlier version: a reset of the workflow has taken back what this one tells."""
        shelf, document = SHELVES[type(aggregate)], snapshot_document(aggregate)
        older = {"_id": document["_id"], "$or": _older(shelf, aggregate)}
        collection = self._database[shelf.collection]
        try:
            await collection.replace_one(older, document, upsert=True)
        except DuplicateKeyError:
            # A newer snapshot is there, or another writer has just inserted an older one.
            if not (await collection.replace_one(older, document)).matched_count:
                return await self.has_version(
                    type(aggregate), aggregate.aggregate_id, aggregate.version
                )
        return True

    async def retract(self, kind: type[Aggregate], aggregate_id: str) -> None:
        """Removes entries beyond the snapshot that were told before it: by a run that has been
        given up."""
        shelf = SHELVES[kind]
        snapshot = await self._database[shelf.collection].find_one({"_id": aggregate_id})
        if snapshot is None:
            return
        beyond = {"aggregateId": aggregate_id, "sequence": {"$gt": snapshot[shelf.version]}}
        for entry in await self._history.find(beyond).to_list(None):
            if entry.get("revision", 0) < snapshot.get(shelf.revision, 0):
                await self._history.delete_one(seen_entry(entry))

    async def mark(self, aggregate: Aggregate) -> None:
        """Replaces the snapshot of this very revision, and no other."""
        shelf, document = SHELVES[type(aggregate)], snapshot_document(aggregate)
        same = {name: document[name] for name in ("_id", shelf.version, shelf.revision)}
        await self._database[shelf.collection].replace_one(same, document)

    async def get(self, kind: type[A], aggregate_id: str) -> A | None:
        shelf = SHELVES[kind]
        wanted = shelf.shown | {"_id": aggregate_id}
        document = await self._database[shelf.collection].find_one(wanted)
        return kind.model_validate(document) if document else None

    async def has_version(
        self, kind: type[Aggregate], aggregate_id: str, version: int, revision: int = 0
    ) -> bool:
        """Whether readers can see the aggregate at `version` or later, or that it has gone; with
        `revision`, which an earlier release may not have kept, not what was told before that."""
        shelf = SHELVES[kind]
        at_least: Document = {"_id": aggregate_id, shelf.version: {"$gte": version}}
        if revision:
            at_least[shelf.revision] = {"$gte": revision}
        found = await self._database[shelf.collection].find_one(at_least, {"_id": 1})
        return found is not None

    async def history(self, aggregate_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """In order, from the sequence that follows `after`."""
        cursor = self._history.find({"aggregateId": aggregate_id, "sequence": {"$gt": after}})
        documents = await cursor.sort("sequence", ASCENDING).limit(limit).to_list(limit)
        return [HistoryEntry.model_validate(document) for document in documents]
