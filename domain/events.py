"""The facts that the rest of the company hears, as they stand in an event's `Detail`."""

from typing import ClassVar

from pydantic import JsonValue

from domain.model import Instant, Value

SCHEMA_VERSION = 1


class Event(Value):
    """A fact; its class name is the `DetailType` that consumers match on."""

    SOURCE: ClassVar[str] = "execution.lifecycle"

    execution_id: str


class LifecycleEvent(Event):
    service_order_id: str


class ExecutionScheduled(LifecycleEvent):
    budget_id: str
    scheduled_date: Instant | None = None


class ExecutionStarted(LifecycleEvent):
    start_date: Instant


class ExecutionPaused(LifecycleEvent):
    reason: str | None = None


class ExecutionResumed(LifecycleEvent):
    pass


class ExecutionCompleted(LifecycleEvent):
    """Invoicing starts here."""

    budget_id: str
    end_date: Instant
    actual_duration: int


class ExecutionCancelled(LifecycleEvent):
    budget_id: str
    reason: str


class ExecutionInvoiced(LifecycleEvent):
    budget_id: str
    invoice_id: str | None = None


class ExecutionRescheduled(LifecycleEvent):
    scheduled_date: Instant


class ExecutionPaid(LifecycleEvent):
    """The payment of an execution that was there before it."""

    payment_id: str


class TechnicianAssigned(LifecycleEvent):
    technician_id: str


class TaskEvent(Event):
    SOURCE = "execution.task"

    task_id: str


class TaskAdded(TaskEvent):
    description: str


class TaskStarted(TaskEvent):
    started_at: Instant


class TaskCompleted(TaskEvent):
    completed_at: Instant
    actual_duration: int


class TaskCancelled(TaskEvent):
    pass


class ExecutionFailed(Value):
    """A payment that can never become an execution; the saga compensates on it."""

    SOURCE: ClassVar[str] = "execution.lifecycle"

    service_order_id: str
    budget_id: str
    payment_id: str
    reason: str


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


def publish(event: Event | ExecutionFailed, metadata: Metadata) -> PublishedEvent:
    return PublishedEvent(
        type=type(event).__name__,
        source=event.SOURCE,
        detail=event.model_dump(mode="json", exclude_none=True),
        metadata=metadata,
    )
