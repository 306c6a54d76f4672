"""All that happens is told outside: by one writer, in order, for as long as it takes."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError

from domain.execution.commands import Assign, Complete, MarkInvoiced, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution, open_execution
from domain.kernel.events import Metadata, RecordedEvent
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import NOON, DrivenExecution, task
from tests.workflows.workshop import Workshop
from workflows.contract import execution_id
from workflows.outbox import DELIVERY_ATTEMPT

DOWN = RuntimeError("the database is down")


async def test_what_happens_during_a_delivery_goes_out_in_the_next(
    workshop: Workshop, outside: Outside
) -> None:
    outside.hold()
    execution = await workshop.open()
    await eventually(lambda: outside.attempts)

    last = await execution.updates(Assign(technician_id="tech-7"), Start(), Pause())
    outside.release()
    await execution.settled()

    assert outside.batches == [[1], [2, 3, 4]]
    assert [each.snapshot.version for each in outside.taken] == [1, 4]
    assert outside.taken[-1].snapshot == last
    assert outside.most_at_once == 1


async def test_a_storm_of_commands_is_told_in_order_by_one_writer(
    execution: DrivenExecution, outside: Outside
) -> None:
    await asyncio.gather(*(execution.signal(task(number)) for number in range(60)))

    await execution.reaches(61)
    await execution.settled()

    assert outside.sequences == list(range(1, 62))
    assert outside.most_at_once == 1
    assert len({each.metadata.event_id for each in outside.events}) == 61


async def test_a_long_outbox_is_told_in_batches(
    workshop: Workshop, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.outbox.BATCH", 5)
    outside.hold()
    execution = await workshop.open()
    await eventually(lambda: outside.attempts)

    for number in range(12):
        await execution.signal(task(number))
    await execution.reaches(13)
    outside.release()
    await eventually(lambda: len(outside.sequences) == 13)

    assert [len(batch) for batch in outside.batches] == [1, 5, 5, 2]
    assert outside.sequences == list(range(1, 14))


async def test_a_failed_delivery_is_repeated_until_it_is_taken(
    workshop: Workshop, outside: Outside, quick: None
) -> None:
    outside.fail(DOWN, times=2)

    execution = await workshop.open()
    await execution.settled()

    assert len(outside.attempts) == 3
    assert len({each.model_dump_json() for each in outside.attempts}) == 1
    assert outside.sequences == [1]


async def test_during_an_outage_a_newer_command_brings_a_fresher_snapshot(
    execution: DrivenExecution, outside: Outside, impatient: None, quick: None
) -> None:
    outside.fail(DOWN)
    await execution.update(Assign(technician_id="tech-7"))
    await eventually(lambda: len(outside.attempts) > 2)

    async def commands_until_replaced() -> bool:
        await execution.update(task())
        return outside.attempts[-1].snapshot.version > 2

    await eventually(commands_until_replaced)
    outside.recover()
    await execution.settled()

    attempted = [each.snapshot.version for each in outside.attempts]
    assert attempted == sorted(attempted)
    last = (await execution.snapshot()).version
    assert outside.sequences == list(range(1, last + 1))
    assert outside.taken[-1].snapshot.version == last


async def test_a_delivery_is_not_replaced_while_it_is_under_way(
    execution: DrivenExecution, outside: Outside, impatient: None
) -> None:
    outside.hold()
    await execution.update(Start())
    await eventually(lambda: len(outside.attempts) == 2)

    async def commands_until_called_off() -> object:
        await execution.update(task())
        return await execution.events(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED)

    await eventually(commands_until_called_off)
    await execution.updates(task(), task())
    attempted = len(outside.attempts)
    outside.release()
    await execution.settled()

    assert attempted == 2
    assert outside.most_at_once == 1
    last = (await execution.snapshot()).version
    assert outside.sequences == list(range(1, last + 1))


async def test_a_replaced_delivery_that_fails_is_followed_by_the_fresher_one_at_once(
    execution: DrivenExecution, outside: Outside, impatient: None
) -> None:
    outside.fail(DOWN, times=1)
    outside.hold()
    await execution.update(Start())
    await eventually(lambda: len(outside.attempts) == 2)

    async def commands_until_replaced() -> object:
        await execution.update(task())
        return await execution.events(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED)

    await eventually(commands_until_replaced)
    outside.release()
    await execution.settled()

    last = await execution.snapshot()
    assert outside.taken[-1].snapshot == last
    assert outside.sequences == list(range(1, last.version + 1))


async def test_an_attempt_that_hangs_is_made_again(
    execution: DrivenExecution, outside: Outside, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.outbox.DELIVERY_ATTEMPT", timedelta(milliseconds=500))
    outside.hold()
    await execution.update(Start())
    await eventually(lambda: len(outside.attempts) >= 3)

    outside.release()
    await execution.settled()

    assert outside.sequences[-1] == 2
    assert await execution.is_running()


async def test_what_a_dead_worker_holds_is_made_again_long_before_its_deadline(
    execution: DrivenExecution, outside: Outside, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.outbox.HEARTBEAT", timedelta(milliseconds=300))
    outside.hold()  # and nobody says that the attempt lives
    await execution.update(Start())
    await eventually(
        lambda: len(outside.attempts) >= 3, within=DELIVERY_ATTEMPT.total_seconds() / 2
    )

    outside.release()
    await execution.settled()

    assert outside.sequences[-1] == 2


async def test_what_dead_workers_have_published_need_not_be_published_again(
    execution: DrivenExecution, outside: Outside, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.outbox.HEARTBEAT", timedelta(milliseconds=100))
    outside.die(published=1)
    await execution.update(Start())

    await eventually(lambda: [each.published for each in outside.attempts[1:]] == [0, 0, 0, 1])

    outside.release()
    await execution.settled()


async def test_a_workflow_ends_only_when_all_is_told(
    execution: DrivenExecution, outside: Outside
) -> None:
    outside.hold()
    last = await execution.updates(Start(), Complete(), MarkInvoiced(invoice_id="INV-1"))
    await eventually(lambda: len(outside.attempts) == 2)

    assert last.status is ExecutionStatus.INVOICED
    assert await execution.is_running()
    outside.release()

    assert await execution.handle.result() == last
    assert outside.sequences == [1, 2, 3, 4]
    assert outside.taken[-1].snapshot == last


def untold(state: Execution, reason: str) -> Iterator[RecordedEvent]:
    """The events up to the state's version, as an outage leaves them in the outbox."""
    for sequence in range(1, state.version + 1):
        yield RecordedEvent(
            type="ExecutionPaused",
            source="execution.lifecycle",
            detail={"executionId": state.execution_id, "reason": reason},
            metadata=Metadata(
                event_id=f"{state.execution_id}:{sequence}",
                sequence=sequence,
                occurred_at=state.updated_at,
                correlation_id="corr-1",
            ),
            command="pause",
            from_status="IN_PROGRESS",
            to_status="PAUSED",
            via="http",
        )


async def test_an_outage_cannot_fill_the_outbox_beyond_what_temporal_carries(
    workshop: Workshop, outside: Outside, impatient: None, quick: None
) -> None:
    reason = "🔧" * 2000
    new = workshop.opening()
    opened, _ = open_execution(new, execution_id(new.service_order_id), NOON)
    state = opened.model_copy(update={"status": ExecutionStatus.IN_PROGRESS, "version": 100})
    outside.fail(DOWN)
    execution = await workshop.take_up(state, [*untold(state, reason)])

    async def pause_again_and_again() -> None:
        for _ in range(60):
            await execution.updates(Pause(reason=reason), Resume())

    with pytest.raises(WorkflowUpdateFailedError):
        await pause_again_and_again()
    outside.recover()
    await eventually(lambda: len(outside.sequences) >= 100)

    assert await execution.is_running()
    await execution.settled()
    last = await execution.snapshot()
    assert outside.sequences == list(range(1, last.version + 1))
