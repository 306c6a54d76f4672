"""A command that is sent again under its key has no second effect, and gets the first answer."""

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.execution.commands import Assign, Cancel, Pause, Start
from domain.execution.state import Execution
from domain.kernel.aggregate import Answer
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop
from workflows.contract import Origin, fingerprint


async def test_the_same_update_id_gets_the_first_answer(
    execution: DrivenExecution, outside: Outside
) -> None:
    first = await execution.update(task(), key="key-1", update_id="key-1")
    again = await execution.update(task(), key="key-1", update_id="key-1")
    await execution.settled()

    assert again == first
    assert outside.sequences == [1, 2]


async def test_the_same_key_under_a_new_update_id_gets_the_first_answer(
    execution: DrivenExecution, outside: Outside
) -> None:
    first = await execution.update(Start(), key="key-1")
    await execution.update(Pause())

    again = await execution.update(Start(), key="key-1")

    assert again == first
    assert again.state.version == 2
    await execution.settled()
    assert outside.sequences == [1, 2, 3]


async def test_twenty_at_once_under_one_key_are_one(
    execution: DrivenExecution, outside: Outside
) -> None:
    answers = await asyncio.gather(
        *(execution.update(task(), key="key-1", update_id="key-1") for _ in range(20))
    )
    await execution.settled()

    assert len({answer.model_dump_json() for answer in answers}) == 1
    assert outside.sequences == [1, 2]


async def test_another_command_under_the_same_key_is_told_by_its_fingerprint(
    execution: DrivenExecution,
) -> None:
    first = await execution.update(Assign(technician_id="tech-7"), key="key-1")

    other = await execution.update(Start(), key="key-1")

    assert other == first
    assert other.fingerprint != fingerprint(Start())
    assert (await execution.snapshot()).version == 2


async def test_a_refused_command_does_not_use_up_its_key(execution: DrivenExecution) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await execution.update(Pause(), key="key-1", update_id="key-1")
    await execution.update(Start())

    answer = await execution.update(Pause(), key="key-1", update_id="key-1")

    assert answer.state.version == 3


async def test_a_signal_with_a_key_is_done_once(
    execution: DrivenExecution, outside: Outside
) -> None:
    for _ in range(3):
        await execution.signal(task(), Origin(key="key-1"))
    await execution.signal(Start())

    await execution.reaches(3)
    await execution.settled()

    assert [event.type for event in outside.events[1:]] == ["TaskAdded", "ExecutionStarted"]


async def test_of_older_commands_repeats_are_recognised_and_answered_with_the_present(
    execution: DrivenExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.kernel.idempotency.REMEMBERED_ANSWERS", 3)
    for number in range(4):
        await execution.update(task(number), key=f"key-{number}")

    remembered = await execution.update(task(1), key="key-1")
    recognised = await execution.update(task(0), key="key-0")

    assert remembered.state.version == 3
    assert recognised.state.version == 5
    assert recognised.fingerprint == fingerprint(task(0))
    assert (await execution.snapshot()).version == 5


async def test_an_opening_is_recognised_long_after_its_answer_gave_way(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.kernel.idempotency.REMEMBERED_ANSWERS", 2)
    start = workshop.opening(origin=Origin(key="key-0"))
    assert await workshop.executions.start(start)
    execution = await workshop.driven(start).begun()
    for number in range(1, 4):
        await execution.update(task(number), key=f"key-{number}")

    recognised = await workshop.executions.first_answer(start)

    assert recognised is not None
    assert (recognised.state.version, recognised.fingerprint) == (4, start.fingerprint)


async def test_what_a_key_opened_is_told_by_the_first_answer(workshop: Workshop) -> None:
    start = workshop.opening(origin=Origin(key="key-1", request_id="r-1"))
    assert await workshop.executions.start(start)
    execution = await workshop.driven(start).begun()
    await execution.update(Start())

    first = await workshop.executions.first_answer(start)
    others = start.model_copy(update={"origin": Origin(key="key-2")})

    assert first is not None
    assert (first.state.version, first.request_id) == (1, "r-1")
    assert first.fingerprint == start.fingerprint
    assert await workshop.executions.first_answer(others) is None


async def test_the_answers_of_an_ended_execution_are_told_outside(
    execution: DrivenExecution, outside: Outside
) -> None:
    started = await execution.update(Start(), key="key.1")
    await execution.update(Cancel(reason="sold"), key="$2")

    await execution.handle.result()

    last = outside.taken[-1]
    assert list(last.answers) == ["key.1", "$2"]
    assert Answer[Execution].model_validate(last.answers["key.1"]) == started
    assert [each.answers for each in outside.taken[:-1]] == [{}] * (len(outside.taken) - 1)
