"""A workflow whose history has grown long goes on in another run, as if it were the same."""

import asyncio
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType

from tests.conftest import eventually
from tests.every_aggregate.kinds import Kind
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import Driven
from workflows.contract import CORRELATION_ID, SERVICE_STATUS
from workflows.start_inputs import ContinuedState


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.journal.MAX_HISTORY", 40)


async def runs_of(driven: Driven[Any]) -> int:
    return len([history async for history in driven.runs()])


async def until_continued(kind: Kind, driven: Driven[Any], times: int = 1) -> None:
    """Sends commands until it has gone on in another run that many times."""
    known = await runs_of(driven)
    for command in islice(cycle(kind.back_and_forth), 100):
        await driven.update(command)
        if await runs_of(driven) >= known + times:
            return
    pytest.fail("it never continued as new")


async def carried(kind: Kind, driven: Driven[Any]) -> ContinuedState[Any]:
    """The input that the latest run was started with."""
    started = (await driven.events())[0].workflow_execution_started_event_attributes
    start = await driven.decode(started.input.payloads[0], type(kind.start()))
    known: ContinuedState[Any] = start.carried
    return known


async def test_the_state_goes_on_without_a_gap(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    await driven.updates(kind.life[0])
    await until_continued(kind, driven, times=2)

    last = await driven.updates(*kind.life[1:])

    assert (await driven.handle.result()).version == last.version
    assert outside.sequences == list(range(1, last.version + 1))
    revisions = [each.revision for each in driven.shown]
    assert revisions == sorted(set(revisions))
    assert driven.shown[-1].version == last.version


async def test_what_is_not_yet_told_is_told_by_the_next_run(
    kind: Kind, driven: Driven[Any], outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.outbox.REPLACED_AFTER", timedelta(0))
    outside.fail(RuntimeError("the database is down"))

    await until_continued(kind, driven, times=2)
    known = await carried(kind, driven)
    outside.recover()
    await driven.settled()

    assert len(known.outbox) > 1
    last = await driven.snapshot()
    assert outside.sequences == list(range(1, last.version + 1))
    assert driven.shown[-1] == last


async def test_commands_in_flight_are_not_lost_between_two_runs(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    commands = [*islice(cycle(kind.back_and_forth), 8)]
    for _ in range(6):
        await asyncio.gather(*(driven.update(each) for each in commands[:6]))
        for each in commands[6:]:
            await driven.signal(each)
    last = await driven.snapshot()
    await driven.settled()

    assert await runs_of(driven) > 1
    assert outside.sequences == list(range(1, last.version + 1))
    assert outside.most_at_once == 1


async def test_the_first_answer_is_given_again_by_a_later_run(
    kind: Kind, driven: Driven[Any]
) -> None:
    first = await driven.update(kind.life[0], key="key-1")
    await until_continued(kind, driven, times=2)
    before = await driven.snapshot()

    again = await driven.update(kind.life[0], key="key-1")

    assert again == first
    assert await driven.snapshot() == before


async def test_answers_are_carried_only_as_far_as_there_is_room(
    kind: Kind, driven: Driven[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.idempotency.CARRIED_BYTES", 3_000)
    for number, command in enumerate(islice(cycle(kind.back_and_forth), 30)):
        latest = await driven.update(command, key=f"key-{number}")

    known = await carried(kind, driven)

    answers = known.answers
    assert 0 < len(answers) < 10
    assert sum(len(each.model_dump_json()) for each in answers.values()) <= 3_000
    newest = [f"key-{number}" for number in range(30) if f"key-{number}" in answers]
    assert list(answers) == newest
    assert newest[-1] == f"key-{known.state.version - 2}"
    assert await driven.update(command, key="key-29") == latest


async def test_operators_see_the_same_workflow(kind: Kind, driven: Driven[Any]) -> None:
    await driven.updates(kind.life[0])
    memo = await (await driven.describe()).memo()
    await until_continued(kind, driven)

    described = await driven.describe()

    state = await driven.snapshot()
    assert described.id == driven.workflow_id
    assert described.typed_search_attributes.get(SERVICE_STATUS) == state.status
    assert await described.memo() == memo
    assert memo[CORRELATION_ID] == "corr-1"
    assert await driven.events(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES) == []


async def test_the_history_query_remembers_the_runs_before(kind: Kind, driven: Driven[Any]) -> None:
    await until_continued(kind, driven, times=2)

    recent = await driven.recent()

    version = (await driven.snapshot()).version
    assert [event.metadata.sequence for event in recent] == list(range(1, version + 1))


async def test_a_later_run_keeps_the_correlation_of_the_first(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    await until_continued(kind, driven)
    known = await driven.snapshot()
    await driven.signal(kind.life[0])

    await eventually(lambda: len(outside.events) > known.version)

    assert outside.events[-1].command == kind.life[0].ACTION
    assert outside.events[-1].metadata.correlation_id == "corr-1"
