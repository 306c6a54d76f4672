"""A workflow whose task fails answers as one that an operator has to see to."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api.errors import WorkflowStuck
from api.temporal.gateway import Gateway
from domain.execution.commands import Start
from domain.execution.state import Execution
from tests.conftest import eventually
from tests.workflows.workshop import Workshop
from workflows.contract import SERVICE_EXECUTION, Origin

TRIED = 3
"""Failures after which Temporal says so."""


@workflow.defn(name=SERVICE_EXECUTION)
class OfAnotherBuild:
    """Cannot go on with what it finds."""

    @workflow.run
    async def run(self, *_: Any) -> None:
        raise ValueError("no build of ours")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
async def test_a_task_that_fails_is_told_apart_from_an_outage(
    temporal: Client, unmanned: Workshop
) -> None:
    start = unmanned.opening()
    gateway: Gateway[Execution] = unmanned.executions
    asks: list[Callable[[], Awaitable[object]]] = [
        lambda: gateway.update(start.workflow_id, Start(), Origin()),
        lambda: gateway.snapshot(start.workflow_id),
        lambda: gateway.undelivered(start.workflow_id),
        lambda: gateway.carried(start.workflow_id),
    ]
    async with Worker(
        temporal,
        task_queue=unmanned.task_queue,
        workflows=[OfAnotherBuild],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        await gateway.start(start)
        handle = temporal.get_workflow_handle(start.workflow_id)
        await eventually(
            handle.describe,
            lambda seen: seen.raw_description.pending_workflow_task.attempt >= TRIED,
            within=30,
        )

        for ask in asks:
            with pytest.raises(WorkflowStuck):
                await ask()
        await handle.terminate()
