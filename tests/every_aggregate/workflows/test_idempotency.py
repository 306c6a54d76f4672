"""A command that is sent again under its key has no second effect, and gets the first answer."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.every_aggregate.kinds import Kind
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop
from workflows.contract import Origin, fingerprint


async def test_a_repeat_gets_the_first_answer_under_any_update_id(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    first = await driven.update(kind.life[0], key="key-1", update_id="key-1")
    await driven.update(kind.life[1])

    again = await driven.update(kind.life[0], key="key-1", update_id="key-1")
    anew = await driven.update(kind.life[0], key="key-1")

    assert again == anew == first
    assert first.state.version == 2
    await driven.settled()
    assert outside.sequences == [1, 2, 3]


async def test_twenty_at_once_under_one_key_are_one(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    answers = await asyncio.gather(
        *(driven.update(kind.life[0], key="key-1", update_id="key-1") for _ in range(20))
    )
    await driven.settled()

    assert len({answer.model_dump_json() for answer in answers}) == 1
    assert outside.sequences == [1, 2]


async def test_another_command_under_the_same_key_is_told_by_its_fingerprint(
    kind: Kind, driven: Driven[Any]
) -> None:
    one, two = kind.back_and_forth
    first = await driven.update(one, key="key-1")

    other = await driven.update(two, key="key-1")

    assert other == first
    assert other.fingerprint != fingerprint(two)
    assert (await driven.snapshot()).version == 2


async def test_a_refused_command_does_not_use_up_its_key(kind: Kind, driven: Driven[Any]) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await driven.update(kind.too_early, key="key-1", update_id="key-1")

    answer = await driven.update(kind.life[0], key="key-1", update_id="key-1-again")

    assert answer.state.version == 2
    assert answer.fingerprint == fingerprint(kind.life[0])


async def test_a_signal_with_a_key_is_done_once(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    one, two = kind.back_and_forth
    for command in (one, two, one):
        await driven.signal(command, Origin(key="key-1"))
    await driven.signal(kind.life[0])

    await driven.reaches(3)
    await driven.settled()

    told = [event.command for event in outside.events[1:]]
    assert told == [one.ACTION, kind.life[0].ACTION]


async def test_of_older_commands_repeats_are_recognised_and_answered_with_the_present(
    kind: Kind, driven: Driven[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.kernel.idempotency.REMEMBERED_ANSWERS", 3)
    one, two = kind.back_and_forth
    for number, command in enumerate((one, two, one, two)):
        await driven.update(command, key=f"key-{number}")

    remembered = await driven.update(two, key="key-1")
    recognised = await driven.update(one, key="key-0")

    assert remembered.state.version == 3
    assert recognised.state.version == 5
    assert recognised.fingerprint == fingerprint(one)
    assert (await driven.snapshot()).version == 5


async def test_a_start_is_recognised_long_after_its_answer_gave_way(
    kind: Kind, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.kernel.idempotency.REMEMBERED_ANSWERS", 2)
    start = kind.start(origin=Origin(key="key-0"))
    driven = await workshop.begin(kind.state, start)
    for number, command in enumerate((*kind.back_and_forth, kind.back_and_forth[0]), 1):
        await driven.update(command, key=f"key-{number}")

    recognised = await workshop.gateway(kind.state).first_answer(start)

    assert recognised is not None
    assert (recognised.state.version, recognised.fingerprint) == (4, start.fingerprint)


async def test_what_a_key_started_is_told_by_the_first_answer(
    kind: Kind, workshop: Workshop
) -> None:
    start = kind.start(origin=Origin(key="key-1", request_id="r-1"))
    driven = await workshop.begin(kind.state, start)
    await driven.update(kind.life[0])

    first = await workshop.gateway(kind.state).first_answer(start)
    others = start.model_copy(update={"origin": Origin(key="key-2")})

    assert first is not None
    assert (first.state.version, first.request_id) == (1, "r-1")
    assert first.fingerprint == start.fingerprint
    assert await workshop.gateway(kind.state).first_answer(others) is None


async def test_the_answers_of_an_ended_workflow_are_told_outside(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    *steps, last_step = kind.life
    begun = await driven.update(steps[0], key="key.1")
    await driven.updates(*steps[1:])
    await driven.update(last_step, key="$2")

    await driven.handle.result()

    last = outside.taken[-1]
    assert list(last.answers) == ["key.1", "$2"]
    assert last.answers["key.1"] == begun.model_dump(mode="json")
    assert not any(each.answers for each in outside.taken if not each.snapshot.is_over)
