"""One build of the workers hands over to the next while executions are open: they go on under the
new one, and nothing is lost or doubled on the way."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.service import RPCError, RPCStatusCode

from domain.execution.commands import Complete, MarkInvoiced, Pause, Resume, Start
from tests.conftest import eventually
from tests.stack.workflows import builds
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import ALL_NOTICES, DIAGNOSIS, REPAIR
from tests.workflows.workflow_driver import Driven, task
from tests.workflows.workshop import Workshop
from worker import deployment

DOWN = RuntimeError("the dependency is down")
NONE, A, B = "", "build-a", "build-b"


@pytest.mark.parametrize(
    ("old", "new"),
    [(NONE, A), (A, B), (A, NONE)],
    ids=["the first build", "the next build", "back to none"],
)
async def test_what_one_build_has_opened_the_next_one_finishes(
    unmanned: Workshop, outside: Outside, orders: OrdersOffice, quick: None, old: str, new: str
) -> None:
    async with AsyncExitStack() as going:
        await going.enter_async_context(unmanned.worker(old))
        if old:
            await make_current(unmanned, old)
        execution, item = await unmanned.open(), await unmanned.add()
        await execution.updates(Start(), task(), Pause())
        await item.updates(*DIAGNOSIS)
        for each in (outside, orders):
            each.fail(DOWN)
        await execution.updates(Resume())
        await item.updates(REPAIR[0])

        async with unmanned.worker(new):
            await make_current(unmanned, new)
            await going.aclose()
            for each in (outside, orders):
                each.recover()
            await execution.updates(Complete(), MarkInvoiced())
            await item.updates(REPAIR[1])
            ended = [await each.handle.result() for each in (execution, item)]

    both: Sequence[Driven[Any]] = (execution, item)
    for driven, state in zip(both, ended, strict=True):
        ids = [each.metadata.event_id for each in outside.events]
        told = [each for each in ids if each.startswith(driven.id)]
        assert told == [f"{driven.id}:{number}" for number in range(1, state.version + 1)]
        assert driven.shown[-1] == state
        assert await builds(unmanned.client, driven.workflow_id) == [old, new]
    assert orders.heard == ALL_NOTICES


async def test_a_build_gets_no_work_before_it_is_the_current_one(unmanned: Workshop) -> None:
    async with unmanned.worker(A), unmanned.worker(B):
        await make_current(unmanned, A)
        execution = await unmanned.open()

        await execution.updates(Start(), Pause(), Resume())
        await execution.settled()

    assert await builds(unmanned.client, execution.workflow_id) == [A]


@pytest.mark.parametrize(("name", "build"), [("execution-service", ""), ("", "1.0.0")])
def test_a_deployment_and_its_build_are_named_together(name: str, build: str) -> None:
    with pytest.raises(SystemExit, match="WORKER_DEPLOYMENT and WORKER_BUILD_ID"):
        deployment(name, build)


async def make_current(workshop: Workshop, build: str) -> None:
    """Makes a build current as `temporal worker deployment set-current-version` does, as soon as
    the server has heard of both of the build's workers."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=workshop.client.namespace, deployment_name=workshop.task_queue, build_id=build
    )

    async def is_current() -> bool:
        try:
            await workshop.client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as unknown:
            if unknown.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                raise
            return False
        return True

    await eventually(is_current)
