"""Expectations of a command on the version, and the record of one that could not be done."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.execution.commands import Resume, Start
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import DrivenExecution
from workflows.contract import Door, Origin


async def test_an_illegal_signal_is_told_as_a_refused_command(
    execution: DrivenExecution, outside: Outside
) -> None:
    origin = Origin(via=Door.QUEUE, actor="saga", correlation_id="corr-2", causation_id="m-1")
    await execution.signal(Resume(), origin)

    await eventually(lambda: outside.taken[-1].refused)

    [refused] = outside.taken[-1].refused
    assert (refused.command, refused.status, refused.version) == ("resume", "SCHEDULED", 1)
    assert (refused.code, refused.via) == ("invalid-transition", "queue")
    assert (refused.actor, refused.correlation_id, refused.causation_id) == (
        "saga",
        "corr-2",
        "m-1",
    )
    assert outside.sequences == [1]


async def test_a_command_for_another_version_is_refused(
    execution: DrivenExecution, outside: Outside
) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await execution.update(Start(), origin=Origin(expected_versions=(2, 3)))
    await execution.update(Start(), origin=Origin(expected_versions=(7, 1)))

    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "VersionMismatch"
    assert (await execution.snapshot()).version == 2
