"""Workflows that were ended from outside before their time, as clients see them."""

from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from api.errors import WorkflowStuck
from tests.api.temporal_fake import FakeEngine
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import Request
from workflows.client.forced_ends import FORCED_ENDS

Workflows = FakeEngine[Any]


@pytest.mark.parametrize("how", FORCED_ENDS, ids=lambda how: how.name)
async def test_a_command_on_it_is_a_conflict_and_its_readers_are_told(
    subject: Subject, workflows: Workflows, how: WorkflowExecutionStatus
) -> None:
    workflows.end(subject.id, how)

    answer = await subject.begins()

    assert "api.reopen" in subject.refuses(answer, 409, "workflow-ended")["detail"]
    assert "Retry-After" not in answer.headers
    shown = await subject.sees()
    assert (await subject.lists())[0] == shown
    assert subject.is_stuck(shown)


async def test_what_nobody_waits_for_is_a_conflict_too(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.end(subject.id)

    for answer in (
        await subject.proceeds(Prefer="respond-async"),
        await subject.sends(Request("POST", subject.kind.retry)),
    ):
        subject.refuses(answer, 409, "workflow-ended")


async def test_a_strong_read_tells_it_before_anybody_else_knows(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.end(subject.id)

    strong = await subject.sees("?consistency=strong")

    assert subject.is_stuck(strong)
    assert await subject.sees() | strong == strong


async def test_it_is_explained_with_what_to_do(subject: Subject, workflows: Workflows) -> None:
    workflows.end(subject.id)

    told = await subject.explains()

    assert (told["verdict"], told["workflow_status"]) == ("ENDED_EARLY", "TERMINATED")
    assert "api.reopen" in told["detail"]


async def test_what_temporal_has_forgotten_before_it_was_over_is_explained_alike(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.forget(subject.id)

    assert (await subject.explains())["verdict"] == "ENDED_EARLY"


async def test_a_task_that_fails_is_explained_and_answered_as_a_failure_of_this_one_alone(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.fail(WorkflowStuck("its task fails"), "update", "snapshot", "undelivered")

    for answer in (await subject.begins(), await subject.gets("?consistency=strong")):
        subject.refuses(answer, 503, "workflow-stuck")
        assert answer.headers["Retry-After"]
    assert (await subject.explains())["verdict"] == "TASK_FAILS"
