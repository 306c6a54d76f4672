"""Preferences of a client beside the command itself: repeats, waiting, freshness, signals."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.api.temporal_fake import FakeEngine
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import OverHttp

Workflows = FakeEngine[Any]
KEY = {"Idempotency_Key": "key-1"}
NO_WAIT = {"Prefer": "wait=0"}
SIGNAL = {"Prefer": "respond-async"}


async def test_a_repeat_under_the_same_key_gets_the_first_answer(subject: Subject) -> None:
    first = await subject.begins(**KEY)
    await subject.proceeds()

    again = await subject.begins(**KEY)

    assert subject.kind.reads(again) == subject.kind.reads(first)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_another_command_or_body_under_the_same_key_is_not_valid(subject: Subject) -> None:
    await subject.changes(**KEY)

    other_body = await subject.changes(subject.kind.changed, **KEY)
    other_command = await subject.begins(**KEY)

    subject.refuses(other_body, 422, "key-reused")
    subject.refuses(other_command, 422, "key-reused")
    assert await subject.version() == 2


async def test_a_refused_command_can_be_sent_again_under_its_key(subject: Subject) -> None:
    subject.refuses(await subject.proceeds(**KEY), 409, subject.kind.refused)
    await subject.begins()

    assert subject.read(await subject.proceeds(**KEY))[1] == 3


async def test_keys_of_two_aggregates_do_not_meet(subject: Subject, another: Subject) -> None:
    await subject.begins(**KEY)

    answer = await another.begins(**KEY)

    assert another.kind.reads(answer)[another.kind.id] == another.id
    assert "Idempotency-Replayed" not in answer.headers


async def test_without_a_key_nothing_is_called_a_repeat(subject: Subject) -> None:
    answers = [await subject.changes() for _ in range(2)]

    assert all("Idempotency-Replayed" not in answer.headers for answer in answers)
    assert subject.kind.reads(answers[0]) == subject.kind.reads(answers[1])


@pytest.mark.parametrize("forgotten", [False, True])
async def test_the_last_answers_of_what_has_ended_are_kept(
    subject: Subject, workflows: Workflows, forgotten: bool
) -> None:
    first = await subject.begins(**KEY)
    await subject.sends(subject.kind.end[-1])
    if forgotten:
        workflows.forget(subject.id)

    again = await subject.begins(**KEY)
    other = await subject.proceeds(**KEY)

    assert subject.kind.reads(again) == subject.kind.reads(first)
    assert again.headers["Idempotency-Replayed"] == "true"
    subject.refuses(other, 422, "key-reused")


async def test_a_command_can_be_read_before_it_is_delivered(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.hold_deliveries()

    answer = await subject.begins()

    assert "X-Snapshot" not in answer.headers
    assert await subject.sees() == subject.kind.reads(answer)


async def test_a_delivery_finds_the_snapshot_that_readers_see_already(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.hold_deliveries()
    answer = await subject.begins()

    await workflows.release_deliveries()

    assert await subject.sees() == subject.kind.reads(answer)


async def test_the_history_waits_for_what_readers_see_already(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.hold_deliveries()
    await subject.begins()
    history = asyncio.create_task(subject.gets(subject.kind.history))
    await asyncio.sleep(0)

    await workflows.release_deliveries()

    assert '"' + str(subject.kind.statuses[1]) in (await history).text


@pytest.mark.usefixtures("impatient")
async def test_a_command_before_the_first_snapshot_answers_all_the_same(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows
) -> None:
    workflows.hold_deliveries()
    created = await http.post(kind.url, json=kind.new(1))

    begun = await Subject(kind, http, created.headers["Location"]).begins()

    assert begun.headers["X-Snapshot"] == "pending"
    assert kind.reads(begun)[kind.version] == 2


@pytest.mark.usefixtures("impatient")
async def test_a_creation_whose_snapshot_is_late_answers_all_the_same(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows
) -> None:
    workflows.hold_deliveries()

    answer = await http.post(kind.url, json=kind.new(1))
    await workflows.release_deliveries()

    subject = Subject(kind, http, answer.headers["Location"])
    assert answer.headers["X-Snapshot"] == "pending"
    assert kind.reads(answer, 201)[kind.id] == subject.id
    assert await subject.version() == 1


@pytest.mark.usefixtures("blind")
async def test_a_snapshot_that_cannot_be_looked_for_is_as_good_as_late(
    kind: OverHttp, http: httpx.AsyncClient
) -> None:
    created = await http.post(kind.url, json=kind.new(1))
    begun = await Subject(kind, http, created.headers["Location"]).begins()

    assert created.headers["X-Snapshot"] == begun.headers["X-Snapshot"] == "pending"
    assert (kind.reads(created, 201)[kind.version], kind.reads(begun)[kind.version]) == (1, 2)


@pytest.mark.parametrize(
    "prefer", ["wait=0", "WAIT=0", "handling=lenient, wait=0", f"{'x' * 10_000}, wait=0"]
)
async def test_a_client_can_prefer_not_to_wait(
    subject: Subject, workflows: Workflows, prefer: str
) -> None:
    workflows.hold_deliveries()

    for answer in (await subject.begins(Prefer=prefer), await subject.changes(Prefer=prefer)):
        assert subject.read(answer)[0] == subject.kind.statuses[1]
        assert answer.headers["Preference-Applied"] == "wait=0"


async def test_a_command_can_be_sent_as_a_signal(subject: Subject) -> None:
    answer = await subject.begins(**SIGNAL)

    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["Location"] == subject.url
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert await subject.status() == subject.kind.statuses[1]


async def test_a_signal_that_may_not_be_carried_out_is_dropped(subject: Subject) -> None:
    answer = await subject.proceeds(**SIGNAL)

    assert answer.status_code == 202
    assert await subject.version() == 1


async def test_a_signal_for_another_version_is_dropped(subject: Subject) -> None:
    answer = await subject.begins(**SIGNAL, If_Match='"7"')

    assert answer.status_code == 202
    assert await subject.version() == 1


async def test_an_unknown_preference_is_ignored(subject: Subject) -> None:
    answer = await subject.begins(Prefer="colour=red")

    assert subject.read(answer)[1] == 2
    assert "Preference-Applied" not in answer.headers


@pytest.mark.usefixtures("impatient")
async def test_a_reader_can_insist_on_a_version(subject: Subject, workflows: Workflows) -> None:
    workflows.hold_deliveries()
    await subject.begins(**NO_WAIT)

    late = await subject.gets("?minVersion=2")
    await workflows.release_deliveries()
    fresh = await subject.gets("?minVersion=2")

    assert (late.headers["X-Snapshot"], subject.read(late)[1]) == ("pending", 1)
    assert ("X-Snapshot" in fresh.headers, subject.read(fresh)[1]) == (False, 2)


async def test_a_strong_read_asks_the_workflow(subject: Subject, workflows: Workflows) -> None:
    workflows.hold_deliveries()
    await subject.begins(**NO_WAIT)

    assert subject.read(await subject.gets("?consistency=strong"))[1] == 2


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_strong_read_of_an_ended_one_is_its_last_state(
    subject: Subject, workflows: Workflows, forgotten: bool
) -> None:
    last = subject.kind.reads(await subject.ends())
    if forgotten:
        workflows.forget(subject.id)

    assert last["status"] == subject.kind.statuses[2]
    assert await subject.sees("?consistency=strong") == last
