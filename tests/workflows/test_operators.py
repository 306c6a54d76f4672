"""An execution as operators see it in Temporal, and what they may do to it there."""

import pytest

from domain.execution.commands import (
    Assign,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Start,
)
from domain.execution.lifecycle import ExecutionStatus
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop

LIFE = (
    Assign(technician_id="tech-7"),
    Start(),
    Pause(reason="lunch"),
    Resume(),
    Complete(),
    MarkInvoiced(),
)


async def test_an_execution_whose_workflow_was_cancelled_says_by_whom(
    execution: DrivenExecution, outside: Outside
) -> None:
    await execution.handle.cancel()
    last = await execution.handle.result()

    assert last.cancel_reason == "Cancelled by an operator"
    assert outside.events[-1].type == "ExecutionCancelled"


async def test_completed_work_cannot_be_cancelled_and_goes_on_to_its_invoice(
    execution: DrivenExecution, outside: Outside
) -> None:
    done = await execution.updates(Start(), Complete())

    await execution.handle.cancel()
    await execution.settled()
    assert await execution.snapshot() == done
    last = await execution.updates(MarkInvoiced())

    assert await execution.handle.result() == last
    assert last.status is ExecutionStatus.INVOICED
    assert outside.sequences == [1, 2, 3, 4]


async def test_a_life_of_six_transitions_costs_at_most_82_history_events(
    workshop: Workshop,
) -> None:
    execution = await workshop.open()
    await execution.settled()
    for command in LIFE[:-1]:
        await execution.update(command)
        await execution.settled()
    await execution.update(LIFE[-1])

    await execution.handle.result()

    assert (await execution.describe()).history_length <= 82


async def test_the_current_details_tell_how_it_stands(execution: DrivenExecution) -> None:
    await execution.updates(Start(technician_id="tech-7"), task(), Pause())

    details = (await execution.metadata()).current_details

    assert "PAUSED" in details
    assert "version 5" in details
    assert (await execution.snapshot()).service_order_id in details
    assert "tech-7" in details
    assert "0 of 1 done" in details


async def test_summaries_tell_what_the_workflow_and_each_activity_are_about(
    execution: DrivenExecution,
) -> None:
    for command in (Start(), Pause(reason="lunch")):
        await execution.update(command)
        await execution.settled()

    described = await execution.describe()
    told = await execution.summaries()

    order = (await execution.snapshot()).service_order_id
    assert await described.static_summary() == f"Service order {order}"
    assert told == [
        "v1 SCHEDULED: ExecutionScheduled",
        "v2 IN_PROGRESS: ExecutionStarted",
        "v3 PAUSED: ExecutionPaused",
    ]


async def test_the_history_query_shows_the_latest_events_only(
    execution: DrivenExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(70):
        await execution.signal(task(number))
    await execution.reaches(71)

    recent = await execution.recent()

    assert [event.metadata.sequence for event in recent] == list(range(8, 72))
