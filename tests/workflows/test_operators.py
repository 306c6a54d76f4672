"""An execution as operators see it in Temporal, and what they may do to it there."""

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from domain.execution.commands import (
    EXECUTION_COMMANDS,
    Assign,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Start,
)
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import ExecutionCommand
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop
from workflows.contract import (
    HISTORY,
    RETRY_DELIVERY,
    SERVICE_EXECUTION,
    SERVICE_STATUS,
    SNAPSHOT,
    Origin,
)

LIFE = (
    Assign(technician_id="tech-7"),
    Start(),
    Pause(reason="lunch"),
    Resume(),
    Complete(),
    MarkInvoiced(),
)
UPSERTED = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES


@pytest.mark.parametrize("before", [(), (Start(),), (Start(), Pause())])
async def test_a_cancelled_workflow_cancels_its_execution_and_tells_so(
    execution: DrivenExecution, outside: Outside, before: tuple[ExecutionCommand, ...]
) -> None:
    for command in before:
        await execution.update(command)

    await execution.handle.cancel()
    last = await execution.handle.result()

    assert last.status is ExecutionStatus.CANCELLED
    assert last.cancel_reason == "Cancelled by an operator"
    assert outside.events[-1].type == "ExecutionCancelled"
    assert outside.taken[-1].snapshot == last
    assert (await execution.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_a_workflow_cancelled_before_it_ran_is_told_outside_all_the_same(
    unmanned: Workshop, outside: Outside
) -> None:
    execution = await unmanned.open()
    await execution.handle.cancel()

    async with unmanned.worker():
        last = await execution.handle.result()

    assert last.status is ExecutionStatus.CANCELLED
    assert outside.sequences == [1, 2]


async def test_a_cancelled_workflow_tells_all_that_was_not_yet_told(
    execution: DrivenExecution, outside: Outside
) -> None:
    outside.hold()
    await execution.update(Start())
    await eventually(lambda: len(outside.attempts) == 2)

    await execution.handle.cancel()
    await execution.reaches(3)
    assert await execution.is_running()
    outside.release()

    await execution.handle.result()
    assert outside.sequences == [1, 2, 3]
    assert outside.most_at_once == 1


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


async def test_the_status_filters_the_list_and_is_written_only_when_it_changes(
    workshop: Workshop,
) -> None:
    execution = await workshop.open()
    for command in LIFE:
        await execution.update(command)
        await execution.settled()

    await execution.handle.result()

    assert len(await execution.events(UPSERTED)) == 5
    described = await execution.describe()
    assert described.typed_search_attributes.get(SERVICE_STATUS) == "INVOICED"


async def test_one_started_by_hand_gets_its_status_too(workshop: Workshop) -> None:
    new = workshop.opening(origin=Origin())
    execution = workshop.driven(new)

    await workshop.client.start_workflow(
        SERVICE_EXECUTION, new, id=execution.workflow_id, task_queue=workshop.task_queue
    )
    await execution.settled()

    described = await execution.describe()
    assert described.typed_search_attributes.get(SERVICE_STATUS) == "SCHEDULED"
    assert len(await execution.events(UPSERTED)) == 1
    [opened] = await execution.recent()
    assert opened.metadata.correlation_id == execution.workflow_id


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


async def test_the_web_ui_names_and_explains_every_handler(execution: DrivenExecution) -> None:
    definition = (await execution.metadata()).definition

    explained = {command.ACTION.value: command.__doc__ for command in EXECUTION_COMMANDS}
    explained |= {RETRY_DELIVERY: "Try again now what is not told outside yet."}
    for handlers in (definition.signal_definitions, definition.update_definitions):
        known = {each.name: each.description for each in handlers if each.name}
        assert known == explained
    unknown = [each.description for each in definition.signal_definitions if not each.name]
    assert unknown == ["Whatever is no command: kept among the refused."]
    queries = {each.name: each.description for each in definition.query_definitions}
    assert queries[SNAPSHOT] == "The state as it is now."
    assert queries[HISTORY].startswith("The latest events")
    assert definition.type == SERVICE_EXECUTION


async def test_the_current_details_tell_how_it_stands(execution: DrivenExecution) -> None:
    await execution.updates(Start(technician_id="tech-7"), task(), Pause())

    details = (await execution.metadata()).current_details

    assert "PAUSED" in details
    assert "version 5" in details
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
