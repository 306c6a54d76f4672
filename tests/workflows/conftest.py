"""A workshop of its own for each test: the real workflow on a real server, the outside faked."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from api.gateway import Gateway
from domain.events import RecordedEvent
from domain.execution import Execution, Opening
from tests.workflows.driven import Driven
from tests.workflows.outside import Outside
from workflows.contract import (
    SERVICE_EXECUTION,
    Carried,
    Origin,
    StartExecution,
    execution_id,
)
from workflows.execution import ServiceExecution

TASK_DONE = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED


class Workshop:
    def __init__(self, client: Client, task_queue: str) -> None:
        self.client, self.task_queue = client, task_queue
        self.outside = Outside()
        self.gateway = Gateway(client)
        self.opened: list[Driven] = []

    def worker(self) -> Worker:
        """A worker as `worker.execution_worker` makes it, with the outside faked."""
        return Worker(
            self.client,
            task_queue=self.task_queue,
            workflows=[ServiceExecution],
            activities=[self.outside.persist_and_publish],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )

    def opening(self, **fields: Any) -> Opening:
        unique = uuid4()
        wanted = {
            "service_order_id": f"OS-{unique}",
            "budget_id": f"BUD-{unique}",
            "estimated_duration": 60,
        }
        return Opening(**{**wanted, **fields})

    async def open(self, origin: Origin | None = None, **fields: Any) -> Driven:
        """Starts an execution as the gateway does."""
        new = self.opening(**fields)
        origin = origin or Origin(correlation_id="corr-1")
        assert await self.gateway.start(execution_id(new.service_order_id), new, origin)
        return self.driven(new)

    async def take_up(self, state: Execution, outbox: Sequence[RecordedEvent] = ()) -> Driven:
        """Starts with a state as it may stand, by the way that continue-as-new takes."""
        new = self.opening(service_order_id=state.service_order_id)
        driven = self.driven(new)
        await self.client.start_workflow(
            SERVICE_EXECUTION,
            StartExecution(**new.__dict__, carried=Carried(state=state, outbox=tuple(outbox))),
            id=driven.workflow_id,
            task_queue=self.task_queue,
        )
        return driven

    def driven(self, new: Opening) -> Driven:
        driven = Driven(self.client, execution_id(new.service_order_id), self.outside)
        self.opened.append(driven)
        return driven

    async def check_histories(self) -> None:
        """Whatever a test has done: no workflow task failed, and every history replays."""
        for driven in self.opened:
            async for history in driven.runs():
                assert failed_tasks(history.events) == []
                if any(each.event_type == TASK_DONE for each in history.events):
                    await replayer().replay_workflow(history)


def replayer() -> Replayer:
    return Replayer(
        workflows=[ServiceExecution],
        data_converter=pydantic_data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


def failed_tasks(events: Any) -> list[str]:
    """Why workflow tasks failed; not those that the server itself sends back because something
    arrived while the workflow was about to close."""
    harmless = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
    failures = [
        event.workflow_task_failed_event_attributes
        for event in events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    ]
    return [each.failure.message for each in failures if each.cause != harmless]


@pytest.fixture
async def unmanned(temporal: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workshop]:
    """A workshop without a worker. Its task queue is its own, so that no other test's worker, and
    not the stack's, takes its work."""
    task_queue = f"workshop-{uuid4()}"
    monkeypatch.setattr("api.gateway.TASK_QUEUE", task_queue)
    workshop = Workshop(temporal, task_queue)
    yield workshop
    await workshop.check_histories()


@pytest.fixture
async def workshop(unmanned: Workshop) -> AsyncIterator[Workshop]:
    async with unmanned.worker():
        yield unmanned


@pytest.fixture
def outside(unmanned: Workshop) -> Outside:
    return unmanned.outside


@pytest.fixture
async def execution(workshop: Workshop) -> Driven:
    """One that has just been opened, is known outside, and is at rest."""
    driven = await workshop.open()
    await driven.settled()
    return driven
