"""Facts, as events on the bus and as entries of the history."""

from typing import ClassVar

from pydantic import JsonValue

from domain.kernel.values import Instant, Value

SCHEMA_VERSION = 1


class Event(Value):
    """A fact. Its class name is the `DetailType` that consumers match on, unless another source has
    events of the same type."""

    SOURCE: ClassVar[str]

    @classmethod
    def detail_type(cls) -> str:
        return cls.__name__


class Metadata(Value):
    """What tells repeats, order and cause apart. `event_id` is `<aggregateId>:<sequence>`."""

    event_id: str
    sequence: int
    occurred_at: Instant
    correlation_id: str
    causation_id: str | None = None
    actor: str | None = None
    schema_version: int = SCHEMA_VERSION


class PublishedEvent(Value):
    """An event as it leaves the house: `detail` is JSON, dates as RFC 3339 text."""

    type: str
    source: str
    detail: dict[str, JsonValue]
    metadata: Metadata


class RecordedEvent(PublishedEvent):
    """An event as the history keeps it: what the world hears, and how it came about.

    `via` is the door that the command came through: `http`, `queue` or `signal`.
    """

    command: str
    from_status: str | None
    to_status: str
    via: str


class RefusedCommand(Value):
    """`status` and `version` are what it met, `code` and `reason` what it was answered."""

    refusal_id: str
    occurred_at: Instant
    command: str
    status: str
    version: int
    code: str
    reason: str
    actor: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    via: str


def publish(event: Event, metadata: Metadata) -> PublishedEvent:
    return PublishedEvent(
        type=event.detail_type(),
        source=event.SOURCE,
        detail=event.model_dump(mode="json", exclude_none=True),
        metadata=metadata,
    )
