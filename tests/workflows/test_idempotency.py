"""A command that is sent again under its key has no second effect, and gets the first answer."""

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.execution_commands import Assign, Pause, Start
from tests.workflows.driven import DrivenExecution, task
from tests.workflows.outside import Outside
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


async def test_the_oldest_answers_are_forgotten(
    execution: DrivenExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.journal.REMEMBERED", 3)
    for number in range(4):
        await execution.update(task(number), key=f"key-{number}")

    remembered = await execution.update(task(1), key="key-1")
    forgotten = await execution.update(task(0), key="key-0")

    assert remembered.state.version == 3
    assert forgotten.state.version == 6
