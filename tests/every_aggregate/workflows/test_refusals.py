"""Refusals: a forbidden command is refused, or dropped, without a trace and without harm."""

from typing import Any

import pytest
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from tests.every_aggregate.kinds import Kind
from tests.every_aggregate.table import KINDS
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin

UNREADABLE = [
    pytest.param(kind, *case, id=f"{kind.name}: {name}")
    for kind in KINDS
    for name, case in kind.unreadable.items()
]


async def test_a_refused_update_says_why_and_leaves_no_trace(
    kind: Kind, driven: Driven[Any]
) -> None:
    known, state = await driven.describe(), await driven.snapshot()

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await driven.update(kind.too_early)

    cause = refusal.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == kind.state.LIFECYCLE.refusal.__name__
    assert cause.non_retryable
    assert (
        cause.details[0].items()
        >= {
            "currentStatus": state.status,
            "allowedTransitions": [*state.allowed_transitions],
        }.items()
    )
    assert await driven.snapshot() == state
    assert (await driven.describe()).history_length == known.history_length


@pytest.mark.parametrize(("kind", "name", "sent"), UNREADABLE)
async def test_what_cannot_be_read_is_refused_or_kept_among_the_refused(
    kind: Kind, driven: Driven[Any], outside: Outside, name: str, sent: list[Any]
) -> None:
    known = await driven.settled()

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await driven.handle.execute_update(name, args=sent)
    unchanged = await driven.describe()
    await driven.handle.signal(name, args=sent)
    await driven.signal(kind.life[0])
    state = await driven.reaches(2)
    await driven.settled()

    assert isinstance(refusal.value.cause, ApplicationError)
    assert refusal.value.cause.type == "InvalidCommand"
    assert unchanged.history_length == known.history_length
    assert state.version == 2
    assert outside.sequences == [1, 2]
    [refused] = outside.refused
    assert (refused.command, refused.code) == (name, "invalid-command")
    assert len(refused.reason) < 500


async def test_an_illegal_signal_changes_nothing_is_logged_and_told_as_refused(
    kind: Kind, driven: Driven[Any], outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    before = await driven.snapshot()
    origin = Origin(via=Door.QUEUE, actor="saga", correlation_id="corr-2", causation_id="m-1")
    await driven.signal(kind.too_early, origin)
    await driven.signal(kind.life[0], Origin(aggregate_id="another"))
    await driven.signal(kind.life[0])

    await driven.reaches(2)
    await driven.settled()

    assert outside.sequences == [1, 2]
    first, second = outside.refused
    assert (first.command, first.status, first.version) == (
        kind.too_early.ACTION,
        before.status,
        1,
    )
    assert (first.via, first.actor, first.correlation_id, first.causation_id) == (
        *("queue", "saga", "corr-2", "m-1"),
    )
    assert second.code == kind.not_found
    ignored = [each.getMessage() for each in caplog.records if "ignored signal" in each.message]
    assert any(kind.too_early.ACTION in each and before.status in each for each in ignored)
    assert any(kind.life[0].ACTION in each for each in ignored)


async def test_a_mistyped_signal_is_kept_among_the_refused_and_an_update_is_rejected(
    driven: Driven[Any], outside: Outside
) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await driven.handle.execute_update("paint_it_black", {"colour": "black"})
    await driven.handle.signal("puase" + "e" * 900, args=[{"reason": "s3cret"}, {}, 3])
    await driven.settled()

    [refused] = outside.refused
    assert refused.code == "unknown-command"
    assert refused.command.startswith("puase")
    assert len(refused.command) < 100
    assert "s3cret" not in refused.model_dump_json()
    assert (await driven.snapshot()).version == 1
    assert await driven.is_running()


async def test_a_command_for_another_version_is_refused(kind: Kind, driven: Driven[Any]) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await driven.update(kind.life[0], origin=Origin(expected_versions=(2, 3)))
    await driven.update(kind.life[0], origin=Origin(expected_versions=(7, 1)))

    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "VersionMismatch"
    assert (await driven.snapshot()).version == 2


async def test_an_order_under_a_wrong_workflow_id_is_refused(
    kind: Kind, workshop: Workshop, outside: Outside
) -> None:
    start = kind.start()

    with pytest.raises(WorkflowFailureError) as failure:
        await workshop.client.execute_workflow(
            start.WORKFLOW, start, id=f"{start.workflow_id}-2", task_queue=workshop.task_queue
        )

    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "WrongWorkflowId"
    assert start.workflow_id in cause.message
    assert outside.attempts == []
