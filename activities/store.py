"""Snapshots and history in MongoDB or DocumentDB 5.0: what readers see.

A snapshot never goes backwards, and a history entry is written once, however often a delivery is
repeated. Only what DocumentDB 5.0 has is used: no transactions, no change streams, no pipelines.
"""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError, DuplicateKeyError

from domain.events import RecordedEvent
from domain.execution import Execution
from domain.model import Instant, Value

Document = dict[str, Any]
DUPLICATE_KEY = 11000

INDEXES = {
    "executions": [
        IndexModel([("executionId", ASCENDING)], unique=True),
        IndexModel([("serviceOrderId", ASCENDING)]),
        IndexModel([("budgetId", ASCENDING)]),
        IndexModel([("status", ASCENDING)]),
        IndexModel([("technicianId", ASCENDING), ("status", ASCENDING)]),
        IndexModel([("createdAt", DESCENDING), ("executionId", ASCENDING)]),
        IndexModel([("updatedAt", DESCENDING), ("executionId", ASCENDING)]),
        IndexModel([("status", ASCENDING), ("createdAt", DESCENDING), ("executionId", ASCENDING)]),
    ],
    "history": [
        IndexModel([("aggregateId", ASCENDING), ("sequence", ASCENDING)], unique=True),
    ],
}


def mongo_client(uri: str, timeout_ms: int) -> AsyncIOMotorClient[Document]:
    """A client whose every operation ends within `timeout_ms`, finding a server included."""
    return AsyncIOMotorClient(
        uri,
        tz_aware=True,
        retryWrites=False,
        timeoutMS=timeout_ms,
        serverSelectionTimeoutMS=timeout_ms,
        connectTimeoutMS=timeout_ms,
    )


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


class Store:
    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._executions = database["executions"]
        self._history = database["history"]
        self._database = database

    async def ensure_indexes(self) -> None:
        """Harmless when repeated."""
        for collection, indexes in INDEXES.items():
            await self._database[collection].create_indexes(indexes)

    async def ping(self) -> None:
        await self._database.command("ping")

    async def append(self, aggregate_id: str, events: Sequence[RecordedEvent]) -> None:
        """Adds what is not there yet."""
        documents = [
            {
                "_id": event.metadata.event_id,
                "aggregateId": aggregate_id,
                **HistoryEntry.of(event).model_dump(exclude_none=True),
            }
            for event in events
        ]
        try:
            await self._history.insert_many(documents, ordered=False)
        except BulkWriteError as failure:
            errors = failure.details["writeErrors"]
            if any(error["code"] != DUPLICATE_KEY for error in errors):
                raise

    async def save(self, execution: Execution) -> None:
        """Replaces the snapshot, unless there is one as new or newer."""
        document = {"_id": execution.execution_id, **execution.model_dump(exclude_none=True)}
        older = {"_id": execution.execution_id, "version": {"$lt": execution.version}}
        try:
            await self._executions.replace_one(older, document, upsert=True)
        except DuplicateKeyError:
            # A newer snapshot is there, or another writer has just inserted an older one.
            await self._executions.replace_one(older, document)

    async def get(self, execution_id: str) -> Execution | None:
        document = await self._executions.find_one({"_id": execution_id})
        return Execution.model_validate(document) if document else None

    async def has_version(self, execution_id: str, version: int) -> bool:
        """Whether readers can see the execution at `version` or later."""
        at_least = {"_id": execution_id, "version": {"$gte": version}}
        return await self._executions.find_one(at_least, {"_id": 1}) is not None

    async def history(self, aggregate_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """In order, from the sequence that follows `after`."""
        cursor = self._history.find({"aggregateId": aggregate_id, "sequence": {"$gt": after}})
        documents = await cursor.sort("sequence", ASCENDING).limit(limit).to_list(limit)
        return [HistoryEntry.model_validate(document) for document in documents]
