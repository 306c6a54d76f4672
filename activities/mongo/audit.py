"""What the shelves hold, against what the engine has recorded: what is missing, old or altered, and
how it is put right.

Recorded is what has been handed over; the database may be further on, but never behind. So it may
be taken stock of while everybody works, if the records are read first, and the shelves after them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pydantic import JsonValue
from pymongo import ASCENDING

from activities.mongo.documents import Document
from activities.mongo.refusals import KEPT
from activities.mongo.store import (
    SHELVES,
    Store,
    as_kept,
    entry_document,
    same_entry,
    seen_entry,
    snapshot_document,
)
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent, RefusedCommand
from domain.kernel.values import evolve

PAGE = 1_000

Mend = Callable[[], Awaitable[object]]


class Drift(StrEnum):
    """In which way the database is not as it should be."""

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


AHEAD = {Drift.SNAPSHOT_AHEAD, Drift.HISTORY_AHEAD}
"""Or the service is only quicker than those who read its records."""


@dataclass(frozen=True)
class Finding:
    """`mend` puts it right; None where nobody can. `reached` is how far ahead that is which was
    found: a snapshot's revision, or the last entry's sequence."""

    drift: Drift
    mend: Mend | None
    reached: int = 0


@dataclass(frozen=True)
class KeyClaim:
    """Under which name the Idempotency-Key of an opening is claimed, and since when."""

    what: str
    at: datetime


@dataclass
class Record:
    """What the database must hold of one aggregate: the latest `snapshot` and all the rest that was
    handed over. `reached` is the newest revision that may be on its way there, `version` the newest
    version, and `untold` are the events that are."""

    aggregate_id: str
    snapshot: Aggregate | None = None
    reached: int = 0
    version: int = 0
    events: dict[int, RecordedEvent] = field(default_factory=dict)
    untold: dict[int, RecordedEvent] = field(default_factory=dict)
    refused: dict[str, RefusedCommand] = field(default_factory=dict)
    answers: Mapping[str, JsonValue] = field(default_factory=dict)
    key_claim: KeyClaim | None = None

    @property
    def last_sequence(self) -> int:
        """Of all that may be in the history."""
        return max(self.version, *self.events, *self.untold, 0)

    @property
    def is_owed(self) -> bool:
        """Whether something is still on its way."""
        told = self.snapshot.revision if self.snapshot else 0
        return bool(self.untold) or told < self.reached


class Stock:
    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._database = database
        self._store = Store(database)

    async def ids(self, kind: type[Aggregate]) -> AsyncIterator[list[str]]:
        """Of all that there are snapshots of, those that are gone included; page by page, so that
        no cursor waits while each is looked at."""
        collection, last = self._database[SHELVES[kind].collection], ""
        while True:
            beyond = collection.find({"_id": {"$gt": last}}, {"_id": 1}).sort("_id", ASCENDING)
            page = [found["_id"] for found in await beyond.limit(PAGE).to_list(PAGE)]
            if not page:
                return
            yield page
            last = page[-1]

    async def findings(self, record: Record) -> AsyncIterator[Finding]:
        """Raises PyMongoError."""
        for found in (self._snapshot, self._history, self._refusals, self._answers):
            async for finding in found(record):
                yield finding

    async def _snapshot(self, record: Record) -> AsyncIterator[Finding]:
        state = record.snapshot
        if state is None:
            return
        shelf = SHELVES[type(state)]
        found = await self._database[shelf.collection].find_one({"_id": state.aggregate_id})
        if found is None:
            yield Finding(Drift.SNAPSHOT_MISSING, partial(self._store.save, state))
            return
        # An earlier release may have kept no revision.
        at = found.get(shelf.revision, found.get(shelf.version))
        mend = partial(self._replace, state, found)
        if not isinstance(at, int):
            yield Finding(Drift.SNAPSHOT_ALTERED, mend)
        elif at < state.revision:
            yield Finding(Drift.SNAPSHOT_OLDER, mend)
        elif at > record.reached:
            yield Finding(Drift.SNAPSHOT_AHEAD, mend, at)
        elif at == state.revision and _told(found) != _told(as_kept(_marked_like(found, state))):
            yield Finding(Drift.SNAPSHOT_ALTERED, mend)

    async def _replace(self, state: Aggregate, found: Document) -> None:
        """Unless somebody has been there meanwhile, whose news are fresher."""
        shelf = SHELVES[type(state)]
        seen = {name: found.get(name) for name in ("_id", shelf.version, shelf.revision)}
        await self._database[shelf.collection].replace_one(seen, snapshot_document(state))

    async def _history(self, record: Record) -> AsyncIterator[Finding]:
        cursor = self._database["history"].find({"aggregateId": record.aggregate_id})
        found = {entry.get("sequence"): entry for entry in await cursor.to_list(None)}
        events = record.events
        missing = [event for sequence, event in events.items() if sequence not in found]
        altered = {
            found[sequence]["_id"]: event
            for sequence, event in events.items()
            if sequence in found
            and not same_entry(found[sequence], as_kept(entry_document(record.aggregate_id, event)))
        }
        if missing:
            yield Finding(Drift.HISTORY_MISSING, partial(self._append, record, missing))
        if altered:
            yield Finding(Drift.HISTORY_ALTERED, partial(self._rewrite, record, altered))
        if beyond := [each for each in found.values() if _is_beyond(each, record)]:
            last = max(each["sequence"] for each in beyond)
            yield Finding(Drift.HISTORY_AHEAD, partial(self._remove, beyond), last)
        if set(range(1, max(events, default=0))) - events.keys() - found.keys():
            yield Finding(Drift.HISTORY_LOST, None)

    async def _rewrite(self, record: Record, altered: Mapping[Any, RecordedEvent]) -> None:
        await self._database["history"].delete_many({"_id": {"$in": list(altered)}})
        await self._append(record, list(altered.values()))

    async def _append(self, record: Record, events: Sequence[RecordedEvent]) -> None:
        revision = record.snapshot.revision if record.snapshot else 0
        await self._store.append(record.aggregate_id, events, revision)

    async def _remove(self, entries: Sequence[Document]) -> None:
        """Unless somebody has told of another event there meanwhile."""
        for each in entries:
            await self._database["history"].delete_one(seen_entry(each))

    async def _refusals(self, record: Record) -> AsyncIterator[Finding]:
        if not record.refused:
            return
        kept = await self._store.refusals.latest(record.aggregate_id)
        oldest = kept[0].occurred_at if len(kept) == KEPT else None
        known = {each.refusal_id for each in kept}
        missing = [
            each
            for each in record.refused.values()
            if each.refusal_id not in known and (oldest is None or each.occurred_at > oldest)
        ]
        if missing:
            add = partial(self._store.refusals.add, record.aggregate_id, missing)
            yield Finding(Drift.REFUSALS_MISSING, add)

    async def _answers(self, record: Record) -> AsyncIterator[Finding]:
        answers = self._store.answers
        if record.answers and not await answers.any_of(record.aggregate_id):
            keep = partial(answers.keep, record.aggregate_id, record.answers)
            yield Finding(Drift.ANSWERS_MISSING, keep)


def _is_beyond(entry: Document, record: Record) -> bool:
    """Whether nothing that is recorded leads so far."""
    sequence = entry.get("sequence")
    return (
        record.snapshot is not None
        and isinstance(sequence, int)
        and (sequence > max(record.last_sequence, record.snapshot.version))
    )


def _told(document: Document) -> Document:
    """Without empty fields: an earlier release has not known all of them."""
    return {name: value for name, value in document.items() if value not in (None, [], {})}


def _marked_like(found: Document, state: Aggregate) -> Document:
    """The snapshot with what no workflow tells: that it was ended before its time."""
    try:
        seen = type(state).model_validate(found)
    except ValueError:
        return snapshot_document(state)
    if seen.workflow_ended:
        state = evolve(state, health=seen.health, workflow_ended=True)
    return snapshot_document(state)
