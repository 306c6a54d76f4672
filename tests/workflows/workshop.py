"""A workshop of its own for each test: the real workflows on a real server, the outside faked."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import Client, WorkflowHistory
from temporalio.common import WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from activities.agendas.errands import AgendaErrands
from activities.agendas.planner import Planner
from activities.mongo.closures import Closures
from activities.mongo.store import Store
from api.temporal.gateway import Gateway
from api.temporal.pollers import Pollers
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import State
from domain.kernel.events import RecordedEvent
from tests.activities.databases import in_memory
from tests.starts import new_execution, new_item
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.workflow_driver import Driven, DrivenExecution, DrivenItem, chain
from worker import WORKFLOWS, deployment, workers
from workflows.runner import LeanRunner
from workflows.start_inputs import ContinuedState, StartExecution, StartInput, StartQueueItem

TASK_DONE = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
OF_THE_SERVER = {
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
}
CHILD_STARTED = EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED


class Workshop:
    def __init__(self, client: Client, task_queue: str) -> None:
        self.client, self.task_queue = client, task_queue
        self.outside, self.orders = Outside(), OrdersOffice()
        self.pollers = Pollers(client, task_queue)
        self.executions, self.queue = self.gateway(Execution), self.gateway(QueueItem)
        self._known: list[Driven[Any]] = []

    def worker(self, build: str = "") -> AbstractAsyncContextManager[object]:
        """The workers as production runs them, with the outside faked; maybe as one build of the
        deployment that is called like the task queue."""
        return workers(
            self.client,
            self.outside.persist_and_publish,
            self.orders.notify,
            agenda_errands(self.client, self.outside.store),
            task_queue=self.task_queue,
            deployment=deployment(self.task_queue if build else "", build),
        )

    def opening(self, **fields: Any) -> StartExecution:
        return new_execution(**fields)

    def entry(self, **fields: Any) -> StartQueueItem:
        return new_item(**fields)

    def gateway(self, state: type[State]) -> Gateway[State]:
        return Gateway(self.client, state, self.pollers)

    async def begin(self, state: type[State], start: StartInput[State]) -> Driven[State]:
        """Starts the workflow of an aggregate of any kind as the service does."""
        assert await self.gateway(state).start(start)
        return await self.known(state, start).begun()

    async def open(self, **fields: Any) -> DrivenExecution:
        """Starts an execution as the service does."""
        start = self.opening(**fields)
        assert await self.executions.start(start)
        return await self.driven(start).begun()

    async def add(self, **fields: Any) -> DrivenItem:
        """Adds an item to the queue as the service does."""
        start = self.entry(**fields)
        assert await self.queue.start(start, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        return await self.item(start).begun()

    async def take_up(
        self, state: Execution, outbox: Sequence[RecordedEvent] = ()
    ) -> DrivenExecution:
        """Starts with a state as it may stand, by the way that continue-as-new takes."""
        carried = ContinuedState[Execution](state=state, outbox=tuple(outbox))
        return await self.open(service_order_id=state.service_order_id, carried=carried)

    def driven(self, start: StartExecution) -> DrivenExecution:
        return self.known(Execution, start)

    def item(self, start: StartQueueItem) -> DrivenItem:
        return self.known(QueueItem, start)

    async def check_histories(self) -> None:
        """Checks, whatever a test has done, that no workflow task failed, and that every history
        replays."""
        async for history in self.histories():
            assert failed_tasks(history.events) == []
            if any(each.event_type == TASK_DONE for each in history.events):
                await replayer().replay_workflow(history)

    async def histories(self) -> AsyncIterator[WorkflowHistory]:
        """Of all runs of all workflows that it has started, and of their children."""
        chains = {each for driven in self._known for each in await driven.chains()}
        while chains:
            async for history in chain(self.client, *chains.pop()):
                yield history
                chains.update(_children(history))

    def known(self, state: type[State], start: StartInput[State]) -> Driven[State]:
        driven = Driven(self.client, self.outside, state, start.aggregate_id, start.workflow_id)
        self._known.append(driven)
        return driven


def agenda_errands(client: Client, store: Store | None = None) -> list[Callable[..., Any]]:
    """The errands as production runs them, in a zone without summer time and without closures."""
    database = in_memory()
    store, closures = store or Store(database), Closures(database["closures"])
    planner = Planner(store, closures, ZoneInfo("America/Sao_Paulo"), timedelta(days=90))
    return AgendaErrands(client, store, planner, hold_seconds=60).activities


def replayer() -> Replayer:
    return Replayer(
        workflows=WORKFLOWS,
        data_converter=pydantic_data_converter,
        workflow_runner=LeanRunner(pydantic_data_converter.payload_converter),
    )


def failed_tasks(events: Any) -> list[str]:
    """Reasons why workflow tasks failed; not those that the server itself sends back because
    something arrived while the workflow was about to close, or ends because the workflow is
    terminated."""
    failures = [
        event.workflow_task_failed_event_attributes
        for event in events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    ]
    return [each.failure.message for each in failures if each.cause not in OF_THE_SERVER]


def _children(history: WorkflowHistory) -> Iterator[tuple[str, str]]:
    for event in history.events:
        if event.event_type == CHILD_STARTED:
            child = event.child_workflow_execution_started_event_attributes.workflow_execution
            yield child.workflow_id, child.run_id
