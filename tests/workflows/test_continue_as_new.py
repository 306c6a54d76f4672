"""A workflow whose history has grown long goes on in another run, as if it were the same."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from domain.execution.commands import Assign, Complete, MarkInvoiced, Start
from domain.execution.lifecycle import ExecutionStatus
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop
from workflows.contract import BUDGET_ID, CORRELATION_ID, SERVICE_STATUS, StartExecution

CONTINUED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.journal.MAX_HISTORY", 40)


async def runs_of(execution: DrivenExecution) -> list[WorkflowHistory]:
    return [history async for history in execution.runs()]


async def until_continued(execution: DrivenExecution, times: int = 1) -> None:
    """Sends commands until the execution has gone on in another run that many times."""
    known = len(await runs_of(execution))
    for number in range(100):
        await execution.update(task(number))
        if len(await runs_of(execution)) >= known + times:
            return
    pytest.fail("it never continued as new")


async def carried(execution: DrivenExecution) -> StartExecution:
    """The input of the latest run."""
    started = (await execution.events())[0].workflow_execution_started_event_attributes
    start: StartExecution = await execution.decode(started.input.payloads[0], StartExecution)
    return start


async def test_the_state_goes_on_without_a_gap(workshop: Workshop, outside: Outside) -> None:
    execution = await workshop.open()
    await execution.updates(Assign(technician_id="tech-7"), Start())
    await until_continued(execution, times=2)

    last = await execution.updates(Complete(), MarkInvoiced())

    assert await execution.handle.result() == last
    assert last.status is ExecutionStatus.INVOICED
    assert last.technician_id == "tech-7"
    assert len(last.tasks) == last.version - 5
    assert outside.sequences == list(range(1, last.version + 1))
    assert outside.taken[-1].snapshot == last


async def test_what_is_not_yet_told_is_told_by_the_next_run(
    execution: DrivenExecution, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.outbox.REPLACED_AFTER", timedelta(0))
    outside.fail(RuntimeError("the database is down"))

    await until_continued(execution, times=2)
    start = await carried(execution)
    outside.recover()
    await execution.settled()

    assert start.carried is not None
    assert len(start.carried.outbox) > 1
    last = await execution.snapshot()
    assert outside.sequences == list(range(1, last.version + 1))
    assert outside.taken[-1].snapshot == last


async def test_commands_in_flight_are_not_lost_between_two_runs(
    execution: DrivenExecution, outside: Outside
) -> None:
    async def send(number: int) -> None:
        await execution.update(task(number), key=f"key-{number}", update_id=f"key-{number}")

    for first in range(0, 48, 8):
        await asyncio.gather(*(send(number) for number in range(first, first + 8)))
        await execution.signal(Assign(technician_id=f"tech-{first}"))
    last = await execution.reaches(1 + 48 + 6)
    await execution.settled()

    assert len(await runs_of(execution)) > 2
    assert sorted(task.description for task in last.tasks) == sorted(
        f"Task {number}" for number in range(48)
    )
    assert outside.sequences == list(range(1, 1 + 48 + 6 + 1))
    assert outside.most_at_once == 1


async def test_the_first_answer_is_given_again_by_a_later_run(execution: DrivenExecution) -> None:
    first = await execution.update(Start(), key="key-1")
    await until_continued(execution, times=2)
    before = await execution.snapshot()

    again = await execution.update(Start(), key="key-1")

    assert again == first
    assert await execution.snapshot() == before


async def test_answers_are_carried_only_as_far_as_there_is_room(
    execution: DrivenExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.idempotency.CARRIED_BYTES", 3_000)
    for number in range(30):
        latest = await execution.update(Assign(technician_id=f"t{number}"), key=f"key-{number}")

    start = await carried(execution)

    assert start.carried is not None
    answers = start.carried.answers
    assert 0 < len(answers) < 10
    assert sum(len(each.model_dump_json()) for each in answers.values()) <= 3_000
    newest = [f"key-{number}" for number in range(30) if f"key-{number}" in answers]
    assert list(answers) == newest
    assert newest[-1] == f"key-{start.carried.state.version - 2}"
    assert await execution.update(Assign(technician_id="t29"), key="key-29") == latest


async def test_operators_see_the_same_workflow(execution: DrivenExecution) -> None:
    await execution.updates(Start())
    await until_continued(execution)

    described = await execution.describe()

    state = await execution.snapshot()
    assert described.id == execution.workflow_id
    assert described.typed_search_attributes.get(SERVICE_STATUS) == "IN_PROGRESS"
    assert await described.memo() == {CORRELATION_ID: "corr-1", BUDGET_ID: state.budget_id}
    assert await execution.events(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES) == []
    # Temporal does not carry the static summary on, so the details have to name the order.
    assert state.service_order_id in (await execution.metadata()).current_details


async def test_the_history_query_remembers_the_runs_before(execution: DrivenExecution) -> None:
    await execution.updates(Start())
    await until_continued(execution, times=2)

    recent = await execution.recent()

    version = (await execution.snapshot()).version
    assert [event.metadata.sequence for event in recent] == list(range(1, version + 1))
    assert [event.type for event in recent[:3]] == [
        "ExecutionScheduled",
        "ExecutionStarted",
        "TaskAdded",
    ]


async def test_a_later_run_keeps_the_correlation_of_the_first(
    execution: DrivenExecution, outside: Outside
) -> None:
    await until_continued(execution)
    await execution.signal(Start())

    await eventually(lambda: outside.events[-1].type == "ExecutionStarted")

    assert outside.events[-1].metadata.correlation_id == "corr-1"
