"""Entries of an aggregate's history: one per event, written once, whoever repeats the delivery."""

from typing import Any

from bson import decode, encode
from bson.codec_options import CodecOptions

from activities.mongo.client import Document
from domain.kernel.events import RecordedEvent
from domain.kernel.values import Instant, Value

_READ: CodecOptions[Any] = CodecOptions(tz_aware=True)


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
        shown = {
            name: getattr(part, name)
            for part in (event.metadata, event)
            for name in type(part).model_fields
            if name in cls.model_fields
        }
        return cls(**shown, reason=event.detail.get("reason"))


def entry_document(aggregate_id: str, event: RecordedEvent, revision: int = 0) -> Document:
    entry = HistoryEntry.of(event).model_dump(exclude_none=True)
    known = {"_id": event.metadata.event_id, "aggregateId": aggregate_id, "revision": revision}
    return known | entry


def same_entry(one: Document, other: Document) -> bool:
    """Says whether both hold the same event, at whichever revision it was written."""
    return one | {"revision": 0} == other | {"revision": 0}


def unchanged(entry: Document) -> Document:
    """The filter that finds an entry again, unless another writer has replaced it meanwhile."""
    return {"_id": entry["_id"], "revision": entry.get("revision")}


def as_stored(document: Document) -> Document:
    """The document as the database would give it back."""
    return decode(encode(document), _READ)
