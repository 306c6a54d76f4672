"""What the shelves hold, against what the engine has recorded: what is missing, old or altered, and
how it is put right.

Recorded is what has been handed over; the database may be further on, but never behind. So it may
be taken stock of while everybody works, if the records are read first, and the shelves after them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from bson import decode, encode
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorDatabase
from pydantic import JsonValue
from pymongo import ASCENDING

from activities.documents import Document
from activities.refusals import KEPT
from activities.store import SHELVES, Store, entry_document, snapshot_document
from domain.aggregate import Aggregate
from domain.events import RecordedEvent, RefusedCommand

PAGE = 1_000

Mend = Callable[[], Awaitable[object]]

_READ: CodecOptions[Any] = CodecOptions(tz_aware=True)


class Drift(StrEnum):
    """In which way the database is not as it should be."""

    SNAPSHOT_MISSING = "snapshot-missing"
    SNAPSHOT_OLDER = "snapshot-older"
    SNAPSHOT_ALTERED = "snapshot-altered"
    SNAPSHOT_AHEAD = "snapshot-ahead"
    HISTORY_MISSING = "history-missing"
    HISTORY_ALTERED = "history-altered"
    HISTORY_LOST = "history-lost"
    REFUSALS_MISSING = "refusals-missing"
    ANSWERS_MISSING = "answers-missing"
    BUDGET_UNCLAIMED = "budget-unclaimed"
    BUDGET_CLAIMED_TWICE = "budget-claimed-twice"
    KEY_UNCLAIMED = "key-unclaimed"
    APPROVAL_MISSING = "approval-missing"


@dataclass(frozen=True)
class Finding:
    """`mend` puts it right; None where nobody can. `revision` is that of the snapshot found."""

    drift: Drift
    mend: Mend | None
    revision: int = 0


@dataclass(frozen=True)
class KeyClaim:
    """Under which name the Idempotency-Key of an opening is claimed, and since when."""

    what: str
    at: datetime


@dataclass
class Record:
    """What the database must hold of one aggregate: the latest `snapshot` and all the rest that was
    handed over. `reached` is the newest revision that may be on its way there, and `untold` are the
    events that are."""

    aggregate_id: str
    snapshot: Aggregate | None = None
    reached: int = 0
    events: dict[int, RecordedEvent] = field(default_factory=dict)
    untold: dict[int, RecordedEvent] = field(default_factory=dict)
    refused: dict[str, RefusedCommand] = field(default_factory=dict)
    answers: Mapping[str, JsonValue] = field(default_factory=dict)
    key_claim: KeyClaim | None = None

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
        elif at == state.revision and found != _as_kept(snapshot_document(state)):
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
            and found[sequence] != _as_kept(entry_document(record.aggregate_id, event))
        }
        if missing:
            append = partial(self._store.append, record.aggregate_id, missing)
            yield Finding(Drift.HISTORY_MISSING, append)
        if altered:
            yield Finding(Drift.HISTORY_ALTERED, partial(self._rewrite, record, altered))
        if set(range(1, max(events, default=0))) - events.keys() - found.keys():
            yield Finding(Drift.HISTORY_LOST, None)

    async def _rewrite(self, record: Record, altered: Mapping[Any, RecordedEvent]) -> None:
        await self._database["history"].delete_many({"_id": {"$in": list(altered)}})
        await self._store.append(record.aggregate_id, list(altered.values()))

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


def _as_kept(document: Document) -> Document:
    """As the database would give it back."""
    return decode(encode(document), _READ)
