"""Names, sources and fields that consumers of the bus match on, just as the contract says."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.execution.commands import (
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.events import ExecutionFailed, ExecutionResumed
from domain.execution.lifecycle import TaskStatus
from domain.execution.state import ExecutionCommand
from domain.execution.task_commands import AddTask, UpdateTask
from domain.kernel.events import (
    Metadata,
    PublishedEvent,
    RecordedEvent,
    publish,
)
from tests.domain.execution.builders import MORNING, story, with_task

LIFECYCLE = "execution.lifecycle"
TASK = "execution.task"
CONTRACT: dict[str, tuple[str, set[str]]] = {
    "ExecutionScheduled": (
        LIFECYCLE,
        {"executionId", "serviceOrderId", "budgetId", "scheduledDate"},
    ),
    "ExecutionStarted": (LIFECYCLE, {"executionId", "serviceOrderId", "startDate"}),
    "ExecutionPaused": (LIFECYCLE, {"executionId", "serviceOrderId", "reason"}),
    "ExecutionResumed": (LIFECYCLE, {"executionId", "serviceOrderId"}),
    "ExecutionCompleted": (
        LIFECYCLE,
        {"executionId", "serviceOrderId", "budgetId", "endDate", "actualDuration"},
    ),
    "ExecutionCancelled": (LIFECYCLE, {"executionId", "serviceOrderId", "budgetId", "reason"}),
    "ExecutionInvoiced": (LIFECYCLE, {"executionId", "serviceOrderId", "budgetId", "invoiceId"}),
    "TechnicianAssigned": (LIFECYCLE, {"executionId", "serviceOrderId", "technicianId"}),
    "ExecutionRescheduled": (LIFECYCLE, {"executionId", "serviceOrderId", "scheduledDate"}),
    "TaskAdded": (TASK, {"executionId", "taskId", "description"}),
    "TaskStarted": (TASK, {"executionId", "taskId", "startedAt"}),
    "TaskCompleted": (TASK, {"executionId", "taskId", "completedAt", "actualDuration"}),
    "TaskCancelled": (TASK, {"executionId", "taskId"}),
}
METADATA = Metadata(
    event_id="e-1:3", sequence=3, occurred_at=MORNING, correlation_id="c", causation_id="m"
)
RESUMED = ExecutionResumed(execution_id="e-1", service_order_id="os-1")


def _told() -> dict[str, RecordedEvent]:
    """Every event that an execution can tell, under its name."""
    _, task_id = with_task()
    lives: tuple[tuple[ExecutionCommand, ...], ...] = (
        (Assign(technician_id="t"), Schedule(scheduled_date=MORNING), Cancel(reason="r")),
        (Start(), Pause(reason="r"), Resume(), Complete(), MarkInvoiced(invoice_id="i")),
        (Start(), _brakes(), *(_change(task_id, each) for each in ("IN_PROGRESS", "COMPLETED"))),
        (Start(), _brakes(), _change(task_id, "CANCELLED")),
    )
    stories = [story(*life, scheduled_date=MORNING) for life in lives]
    return {event.type: event for _, events in stories for event in events}


def _brakes() -> AddTask:
    return AddTask(description="brakes", estimated_duration=20)


def _change(task_id: str, status: str) -> UpdateTask:
    return UpdateTask(task_id=task_id, status=TaskStatus(status))


def test_an_execution_tells_every_event_of_the_contract() -> None:
    told = _told()

    assert set(told) == set(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_an_event_has_the_source_and_the_fields_of_the_contract(name: str) -> None:
    source, fields = CONTRACT[name]

    event = _told()[name]

    assert event.source == source
    assert set(event.detail) == fields


def test_a_payment_that_leads_nowhere_is_told_without_an_execution() -> None:
    failed = ExecutionFailed(
        service_order_id="os-1", budget_id="b-1", payment_id="p-1", reason="budget taken"
    )

    published = publish(failed, METADATA)

    assert (published.type, published.source) == ("ExecutionFailed", LIFECYCLE)
    assert published.detail == {
        "serviceOrderId": "os-1",
        "budgetId": "b-1",
        "paymentId": "p-1",
        "reason": "budget taken",
    }


def test_dates_travel_as_text_in_utc() -> None:
    event = _told()["ExecutionStarted"]

    assert event.detail["startDate"] == "2026-03-02T08:01:00Z"


def test_the_metadata_has_the_contracts_fields_and_leaves_out_what_is_not_known() -> None:
    shown = METADATA.model_dump(mode="json", exclude_none=True)

    assert shown == {
        "eventId": "e-1:3",
        "sequence": 3,
        "occurredAt": "2026-03-02T08:00:00Z",
        "correlationId": "c",
        "causationId": "m",
        "schemaVersion": 1,
    }


def test_the_events_of_a_life_are_numbered_without_gaps() -> None:
    execution, events = story(Start(technician_id="t"), Pause(), Resume(), Complete())

    assert [event.metadata.sequence for event in events] == list(range(1, execution.version + 1))
    assert [event.metadata.event_id for event in events] == [
        f"{execution.execution_id}:{sequence}" for sequence in range(1, execution.version + 1)
    ]


def test_an_event_reads_back_as_it_was_written() -> None:
    events = _told().values()

    again = [RecordedEvent.model_validate_json(event.model_dump_json()) for event in events]

    assert again == list(events)


def test_an_event_of_a_later_release_can_still_be_read() -> None:
    written: dict[str, Any] = publish(RESUMED, METADATA).model_dump(mode="json")

    again = PublishedEvent.model_validate({**written, "weight": 3})

    assert again.metadata == METADATA


def test_a_fact_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        METADATA.sequence = 4  # type: ignore[misc]  # that is the point

    assert METADATA.occurred_at == MORNING + timedelta()
