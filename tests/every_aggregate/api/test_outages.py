"""Outages of what is behind the API: what still works, and what the rest answers."""

import asyncio
from typing import Any

import httpx
import pytest

from api.errors import OutcomeUnknown, Unavailable
from tests.api.temporal_fake import FakeEngine
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import OverHttp

Workflows = FakeEngine[Any]
DOWN = Unavailable("The workflow engine cannot be reached; nothing was changed")
SILENT = OutcomeUnknown("No worker has answered in time; this may still be done")


@pytest.fixture
def broken(kind: OverHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in the middle of a request, with words that nobody outside should see."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret-of-the-house")

    monkeypatch.setattr(kind.lists, "find", fail)


@pytest.mark.parametrize("prefer", ["", "respond-async"])
async def test_without_the_engine_commands_say_that_nothing_was_changed(
    subject: Subject, workflows: Workflows, prefer: str
) -> None:
    workflows.fail(DOWN)

    for request in subject.kind.commands:
        subject.refuses(await subject.sends(request, Prefer=prefer), 503, "unavailable")


async def test_without_the_engine_nothing_can_be_created(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.fail(DOWN)

    answer = await subject.http.post(subject.kind.url, json=subject.kind.new(2))

    subject.refuses(answer, 503, "unavailable")


async def test_a_creation_that_failed_can_be_made_again(
    kind: OverHttp, http: httpx.AsyncClient, workflows: Workflows
) -> None:
    workflows.fail(SILENT)
    kind.problem(await http.post(kind.url, json=kind.new(1)), 504, "outcome-unknown")
    workflows.recover()

    assert kind.reads(await http.post(kind.url, json=kind.new(1)), 201)[kind.version] == 1


async def test_without_a_worker_the_outcome_is_not_known(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.fail(SILENT)

    for request in subject.kind.commands:
        subject.refuses(await subject.sends(request), 504, "outcome-unknown")


@pytest.mark.parametrize("failure", [DOWN, SILENT], ids=["down", "silent"])
async def test_without_the_engine_reads_still_work(
    subject: Subject, workflows: Workflows, failure: Unavailable
) -> None:
    workflows.fail(failure)

    answers = [
        await subject.gets(),
        await subject.gets(subject.kind.history),
        await subject.http.get(subject.kind.url),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_without_the_engine_a_strong_read_is_not_answered_by_a_weak_one(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.fail(DOWN)

    subject.refuses(await subject.gets("?consistency=strong"), 503, "unavailable")


@pytest.mark.usefixtures("impatient")
async def test_without_the_database_reads_say_so(offline: Subject) -> None:
    for path in ("", offline.kind.history, "?minVersion=1"):
        offline.refuses(await offline.gets(path), 503, "database-unavailable")


async def test_without_the_database_lists_and_creations_say_so(offline: Subject) -> None:
    kind = offline.kind

    for answer in (
        await offline.http.get(kind.url),
        await offline.http.post(kind.url, json=kind.new(2)),
    ):
        offline.refuses(answer, 503, "database-unavailable")


@pytest.mark.usefixtures("impatient")
async def test_without_the_database_commands_are_carried_out_all_the_same(
    offline: Subject,
) -> None:
    for version, answer in enumerate((await offline.begins(), await offline.changes()), 2):
        assert answer.headers["X-Snapshot"] == "pending"
        assert offline.read(answer)[1] == version


async def test_without_the_database_refusals_are_still_refusals(offline: Subject) -> None:
    offline.refuses(await offline.proceeds(), 409, offline.kind.refused)


async def test_without_the_database_strong_reads_still_answer(offline: Subject) -> None:
    assert offline.read(await offline.gets("?consistency=strong"))[1] == 1


async def test_nothing_hangs_longer_than_the_deadline_of_a_request(
    subject: Subject, workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.middleware.request_context.REQUEST_SECONDS", 0.05)
    workflows.hang()

    async with asyncio.timeout(30):
        answers = [await subject.sends(request) for request in subject.kind.commands]
        answers.append(await subject.gets("?consistency=strong"))

    for answer in answers:
        subject.refuses(answer, 504, "outcome-unknown")


@pytest.mark.usefixtures("broken")
async def test_a_mistake_of_ours_is_a_problem_without_its_inside_and_in_the_log(
    kind: OverHttp, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await http.get(kind.url)

    assert kind.words["internal-error"] in kind.problem(answer, 500, "internal-error")["detail"]
    assert "secret-of-the-house" in caplog.text


async def test_a_workflow_that_was_ended_before_its_time_is_an_operators_and_not_to_be_repeated(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.forget(subject.id)

    answer = await subject.begins()

    assert "api.reopen" in subject.refuses(answer, 409, "workflow-ended")["detail"]
    assert "Retry-After" not in answer.headers
