"""Audit of the database against what Temporal has recorded: what is missing, old or altered, and
how it is repaired.

A record holds what has been delivered; the database may be ahead of it, but never behind. So an
audit may run beside the service, if the records are read first, and the database after them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from pydantic import JsonValue
from pymongo import ASCENDING

from activities.mongo.client import Database, Document
from activities.mongo.collections import snapshot_document, snapshots_of
from activities.mongo.history import as_stored, entry_document, same_entry, unchanged
from activities.mongo.refusals import REFUSALS_KEPT
from activities.mongo.store import Store
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent, RefusedCommand
from domain.kernel.values import evolve

PAGE = 1_000

Repair = Callable[[], Awaitable[object]]


class DiscrepancyKind(StrEnum):
    """A way in which the database is not as it should be."""

    SNAPSHOT_MISSING = "snapshot-missing"
    SNAPSHOT_OLDER = "snapshot-older"
    SNAPSHOT_ALTERED = "snapshot-altered"
    SNAPSHOT_AHEAD = "snapshot-ahead"
    HISTORY_MISSING = "history-missing"
    HISTORY_ALTERED = "history-altered"
    HISTORY_AHEAD = "history-ahead"
    HISTORY_LOST = "history-lost"
    REFUSALS_MISSING = "refusals-missing"
    ANSWERS_MISSING = "answers-missing"
    BUDGET_UNCLAIMED = "budget-unclaimed"
    BUDGET_CLAIMED_TWICE = "budget-claimed-twice"
    KEY_UNCLAIMED = "key-unclaimed"
    APPROVAL_MISSING = "approval-missing"


AHEAD = {DiscrepancyKind.SNAPSHOT_AHEAD, DiscrepancyKind.HISTORY_AHEAD}
"""Kinds that may also mean that the service was quicker than the audit."""


@dataclass(frozen=True)
class Discrepancy:
    """`repair` puts it right; None where nothing can. `reached` is how far ahead the database is: a
    snapshot's revision, or the last entry's sequence."""

    kind: DiscrepancyKind
    repair: Repair | None
    reached: int = 0


@dataclass(frozen=True)
class KeyClaim:
    """The claim of the Idempotency-Key of an opening: its name, and its moment."""

    what: str
    at: datetime


@dataclass
class Record:
    """All that the database must hold of one aggregate: the latest `snapshot` and the rest that was
    delivered. `pending` are the events that may be on their way there. `reached` is the newest
    revision, and `version` the newest version, that may be."""

    aggregate_id: str
    snapshot: Aggregate | None = None
    reached: int = 0
    version: int = 0
    events: dict[int, RecordedEvent] = field(default_factory=dict)
    pending: dict[int, RecordedEvent] = field(default_factory=dict)
    refused: dict[str, RefusedCommand] = field(default_factory=dict)
    answers: Mapping[str, JsonValue] = field(default_factory=dict)
    key_claim: KeyClaim | None = None

    @property
    def last_sequence(self) -> int:
        """The highest sequence that may be in the history."""
        return max(self.version, *self.events, *self.pending, 0)

    @property
    def has_pending(self) -> bool:
        """True while something may still be on its way."""
        delivered = self.snapshot.revision if self.snapshot else 0
        return bool(self.pending) or delivered < self.reached


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = Store(database)

    async def ids(self, kind: type[Aggregate]) -> AsyncIterator[list[str]]:
        """Pages of the ids of all snapshots, removed aggregates included. No cursor stays open
        while a page is worked on."""
        collection, last = self._database[snapshots_of(kind).collection], ""
        while True:
            beyond = collection.find({"_id": {"$gt": last}}, {"_id": 1}).sort("_id", ASCENDING)
            page = [found["_id"] for found in await beyond.limit(PAGE).to_list(PAGE)]
            if not page:
                return
            yield page
            last = page[-1]

    async def discrepancies(self, record: Record) -> AsyncIterator[Discrepancy]:
        """Raises PyMongoError."""
        for check in (self._snapshot, self._history, self._refusals, self._answers):
            async for discrepancy in check(record):
                yield discrepancy

    async def _snapshot(self, record: Record) -> AsyncIterator[Discrepancy]:
        state = record.snapshot
        if state is None:
            return
        row = snapshots_of(type(state))
        found = await self._database[row.collection].find_one({"_id": state.aggregate_id})
        if found is None:
            yield Discrepancy(DiscrepancyKind.SNAPSHOT_MISSING, partial(self._store.save, state))
            return
        # An earlier release may have kept no revision.
        at = found.get(row.revision, found.get(row.version))
        repair = partial(self._replace, state, found)
        if not isinstance(at, int):
            yield Discrepancy(DiscrepancyKind.SNAPSHOT_ALTERED, repair)
        elif at < state.revision:
            yield Discrepancy(DiscrepancyKind.SNAPSHOT_OLDER, repair)
        elif at > record.reached:
            yield Discrepancy(DiscrepancyKind.SNAPSHOT_AHEAD, repair, at)
        elif at == state.revision and _filled(found) != _filled(
            as_stored(_marked_like(found, state))
        ):
            yield Discrepancy(DiscrepancyKind.SNAPSHOT_ALTERED, repair)

    async def _replace(self, state: Aggregate, found: Document) -> None:
        """Replaces the snapshot, unless another writer has done so meanwhile."""
        row = snapshots_of(type(state))
        seen = {name: found.get(name) for name in ("_id", row.version, row.revision)}
        await self._database[row.collection].replace_one(seen, snapshot_document(state))

    async def _history(self, record: Record) -> AsyncIterator[Discrepancy]:
        cursor = self._database["history"].find({"aggregateId": record.aggregate_id})
        found = {entry.get("sequence"): entry for entry in await cursor.to_list(None)}
        events = record.events
        missing = [event for sequence, event in events.items() if sequence not in found]
        altered = {
            found[sequence]["_id"]: event
            for sequence, event in events.items()
            if sequence in found
            and not same_entry(
                found[sequence], as_stored(entry_document(record.aggregate_id, event))
            )
        }
        if missing:
            yield Discrepancy(
                DiscrepancyKind.HISTORY_MISSING, partial(self._append, record, missing)
            )
        if altered:
            yield Discrepancy(
                DiscrepancyKind.HISTORY_ALTERED, partial(self._rewrite, record, altered)
            )
        if beyond := [each for each in found.values() if _is_beyond(each, record)]:
            last = max(each["sequence"] for each in beyond)
            yield Discrepancy(DiscrepancyKind.HISTORY_AHEAD, partial(self._remove, beyond), last)
        if set(range(1, max(events, default=0))) - events.keys() - found.keys():
            yield Discrepancy(DiscrepancyKind.HISTORY_LOST, None)

    async def _rewrite(self, record: Record, altered: Mapping[Any, RecordedEvent]) -> None:
        await self._database["history"].delete_many({"_id": {"$in": list(altered)}})
        await self._append(record, list(altered.values()))

    async def _append(self, record: Record, events: Sequence[RecordedEvent]) -> None:
        revision = record.snapshot.revision if record.snapshot else 0
        await self._store.append(record.aggregate_id, events, revision)

    async def _remove(self, entries: Sequence[Document]) -> None:
        """Removes the entries, unless another writer has replaced them meanwhile."""
        for each in entries:
            await self._database["history"].delete_one(unchanged(each))

    async def _refusals(self, record: Record) -> AsyncIterator[Discrepancy]:
        if not record.refused:
            return
        kept = await self._store.refusals.latest(record.aggregate_id)
        oldest = kept[0].occurred_at if len(kept) == REFUSALS_KEPT else None
        known = {each.refusal_id for each in kept}
        missing = [
            each
            for each in record.refused.values()
            if each.refusal_id not in known and (oldest is None or each.occurred_at > oldest)
        ]
        if missing:
            add = partial(self._store.refusals.add, record.aggregate_id, missing)
            yield Discrepancy(DiscrepancyKind.REFUSALS_MISSING, add)

    async def _answers(self, record: Record) -> AsyncIterator[Discrepancy]:
        answers = self._store.answers
        if record.answers and not await answers.any_of(record.aggregate_id):
            keep = partial(answers.keep, record.aggregate_id, record.answers)
            yield Discrepancy(DiscrepancyKind.ANSWERS_MISSING, keep)


def _is_beyond(entry: Document, record: Record) -> bool:
    """True if no record reaches this entry."""
    sequence = entry.get("sequence")
    return (
        record.snapshot is not None
        and isinstance(sequence, int)
        and (sequence > max(record.last_sequence, record.snapshot.version))
    )


def _filled(document: Document) -> Document:
    """The document without fields that are empty, zero or false, as each is where an earlier
    release has not known it."""
    return {name: value for name, value in document.items() if value}


def _marked_like(found: Document, state: Aggregate) -> Document:
    """The document of the state, with the mark that no workflow sets: that it was ended."""
    try:
        seen = type(state).model_validate(found)
    except ValueError:
        return snapshot_document(state)
    if seen.workflow_ended:
        state = evolve(state, health=seen.health, workflow_ended=True)
    return snapshot_document(state)
