"""Snapshots and history in MongoDB or DocumentDB 5.0.

A snapshot never goes backwards, and a history entry is written once, however often a delivery is
repeated. The revision decides: after a reset of the workflow it is ahead of all that the abandoned
run has delivered, though the version is lower. Only what DocumentDB 5.0 has is used: no
transactions, no change streams, no pipelines.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from activities.mongo.client import Database, Document
from activities.mongo.collections import (
    AGGREGATES,
    INDEXES,
    Snapshots,
    snapshot_document,
    snapshots_of,
)
from activities.mongo.command_results import Answers
from activities.mongo.history import (
    HistoryEntry,
    as_stored,
    entry_document,
    same_entry,
    unchanged,
)
from activities.mongo.once import insert_once
from activities.mongo.refusals import Refusals
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent

A = TypeVar("A", bound=Aggregate)


class Store:
    def __init__(self, database: Database) -> None:
        self._history = database["history"]
        self._database = database
        # Once: looking one up makes another object of the driver's each time.
        self._snapshots = {row.collection: database[row.collection] for row in AGGREGATES}
        self.answers = Answers(database["answers"])
        self.refusals = Refusals(database["refused"])

    async def ensure_indexes(self) -> None:
        """Harmless when repeated."""
        for collection, indexes in INDEXES.items():
            await self._database[collection].create_indexes(list(indexes))

    async def ping(self) -> None:
        await self._database.command("ping")

    async def append(
        self, aggregate_id: str, events: Sequence[RecordedEvent], revision: int = 0
    ) -> None:
        """Adds the entries that are not there yet. Replaces those that differ and were written at
        an older revision."""
        documents = [entry_document(aggregate_id, event, revision) for event in events]
        known = await insert_once(self._history, documents)
        if known and revision:
            await self._replace_outdated({each["_id"]: each for each in known})

    async def _replace_outdated(self, entries: Mapping[str, Document]) -> None:
        for found in await self._history.find({"_id": {"$in": list(entries)}}).to_list(None):
            entry = entries[found["_id"]]
            is_older = found.get("revision", 0) < entry["revision"]
            if is_older and not same_entry(found, as_stored(entry)):
                await self._history.replace_one(unchanged(found), entry)

    async def save(self, aggregate: Aggregate) -> bool:
        """Replaces the snapshot, unless there is a newer one: by one operation, also if the same
        one is there already. Returns False if the newer one is of an earlier version: a reset of
        the workflow has taken back what this one shows."""
        row, document = snapshots_of(type(aggregate)), snapshot_document(aggregate)
        not_newer = {"_id": document["_id"], "$or": _up_to(row, aggregate, "$lte")}
        collection = self._snapshots[row.collection]
        try:
            await collection.replace_one(not_newer, document, upsert=True)
        except DuplicateKeyError:
            # A newer snapshot is there, or another writer has just inserted an older one.
            if not (await collection.replace_one(not_newer, document)).matched_count:
                return await self.has_version(
                    type(aggregate), aggregate.aggregate_id, aggregate.version
                )
        return True

    async def update_older(self, aggregate: Aggregate) -> bool:
        """Replaces a snapshot of an older revision; False if there is none."""
        row, document = snapshots_of(type(aggregate)), snapshot_document(aggregate)
        older = {"_id": document["_id"], "$or": _up_to(row, aggregate, "$lt")}
        replaced = await self._snapshots[row.collection].replace_one(older, document)
        return bool(replaced.matched_count)

    async def retract(self, kind: type[Aggregate], aggregate_id: str) -> None:
        """Removes the entries beyond the snapshot that were written at an older revision: by a run
        that has been given up."""
        row = snapshots_of(kind)
        snapshot = await self._snapshots[row.collection].find_one({"_id": aggregate_id})
        if snapshot is None:
            return
        beyond = {"aggregateId": aggregate_id, "sequence": {"$gt": snapshot[row.version]}}
        for entry in await self._history.find(beyond).to_list(None):
            if entry.get("revision", 0) < snapshot.get(row.revision, 0):
                await self._history.delete_one(unchanged(entry))

    async def mark(self, aggregate: Aggregate) -> None:
        """Replaces the snapshot of this very revision, and no other."""
        row, document = snapshots_of(type(aggregate)), snapshot_document(aggregate)
        same = {name: document[name] for name in ("_id", row.version, row.revision)}
        await self._snapshots[row.collection].replace_one(same, document)

    async def get(self, kind: type[A], aggregate_id: str) -> A | None:
        row = snapshots_of(kind)
        wanted = row.visible | {"_id": aggregate_id}
        document = await self._snapshots[row.collection].find_one(wanted)
        return kind.model_validate(document) if document else None

    async def latest(self, kind: type[A], fields: Mapping[str, Any]) -> A | None:
        """The youngest of those that readers may see and whose fields, by name, are these."""
        row, names = snapshots_of(kind), kind.model_fields
        wanted = row.visible | {names[name].alias or name: fields[name] for name in fields}
        youngest = [(names["created_at"].alias or "created_at", DESCENDING)]
        document = await self._snapshots[row.collection].find_one(wanted, sort=youngest)
        return kind.model_validate(document) if document else None

    async def has_version(
        self, kind: type[Aggregate], aggregate_id: str, version: int, revision: int = 0
    ) -> bool:
        """True once readers can see the aggregate at `version` or later, or that it has gone. With
        `revision`, which an earlier release may not have kept, an older one does not count."""
        row = snapshots_of(kind)
        at_least: Document = {"_id": aggregate_id, row.version: {"$gte": version}}
        if revision:
            at_least[row.revision] = {"$gte": revision}
        found = await self._snapshots[row.collection].find_one(at_least, {"_id": 1})
        return found is not None

    async def version_of(self, kind: type[Aggregate], aggregate_id: str) -> int:
        """The version of the snapshot; 0 if there is none."""
        row = snapshots_of(kind)
        found = await self._snapshots[row.collection].find_one(
            {"_id": aggregate_id}, {row.version: 1}
        )
        return int(found[row.version]) if found else 0

    async def history(self, aggregate_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """Returns entries in order, from the sequence that follows `after`."""
        cursor = self._history.find({"aggregateId": aggregate_id, "sequence": {"$gt": after}})
        documents = await cursor.sort("sequence", ASCENDING).limit(limit).to_list(limit)
        return [HistoryEntry.model_validate(document) for document in documents]


def _up_to(row: Snapshots, aggregate: Aggregate, compare: str) -> list[Document]:
    """Filters for snapshots up to this revision. An earlier release kept none."""
    unknown: Document = {row.revision: None}
    if not aggregate.was_reset:
        unknown[row.version] = {"$lte": aggregate.version}
    return [{row.revision: {compare: aggregate.revision}}, unknown]
