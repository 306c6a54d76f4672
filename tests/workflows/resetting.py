"""An operator who resets workflows, in a workshop whose deliveries reach a database and a bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionDescription

from activities.delivery import DeliveryActivities
from activities.mongo.store import Store
from domain.execution.commands import Pause, Resume, Start
from domain.kernel.aggregate import State
from tests.activities.bus import FakeBus
from tests.conftest import eventually
from tests.workflows.rebuilding import Operator, listed
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop, agenda_errands
from worker import workers

TASK_DONE = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
NOTHING = (
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
)
"""Events after the point of the reset that are not to be reapplied: all of them."""

RESUMED = (Start(), Pause(), Resume())


@asynccontextmanager
async def delivering(workshop: Workshop, store: Store, bus: FakeBus) -> AsyncIterator[None]:
    """With a worker whose deliveries are the real ones."""
    deliver = DeliveryActivities(store, bus.publisher()).persist_and_publish
    async with workers(
        workshop.client,
        deliver,
        workshop.orders.notify,
        agenda_errands(workshop.client, store),
        task_queue=workshop.task_queue,
    ):
        yield
        bus.release()


class Resets:
    def __init__(self, client: Client, store: Store) -> None:
        self._client, self._store = client, store

    async def reset(
        self, driven: Driven[Any], task: int = 0, run: str = "", reapply: bool = False
    ) -> str:
        """To before its workflow task of that number, of the latest run or another one; the id of
        the new run."""
        handle = self._client.get_workflow_handle(driven.workflow_id, run_id=run or None)
        events = (await handle.fetch_history()).events
        done = [each.event_id for each in events if each.event_type == TASK_DONE]
        answer = await self._client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=driven.workflow_id, run_id=run),
                reason="by an operator",
                workflow_task_finish_event_id=done[task],
                request_id=str(uuid4()),
                reset_reapply_exclude_types=() if reapply else NOTHING,
            )
        )
        return answer.run_id

    async def listed(self, driven: Driven[Any], runs: int) -> None:
        await listed(self._client, driven.workflow_id, runs)

    async def at_rest(self, driven: Driven[Any]) -> None:
        """Once nothing is under way, and something has been done."""

        def is_at_rest(seen: WorkflowExecutionDescription) -> bool:
            raw = seen.raw_description
            busy = raw.pending_activities or raw.HasField("pending_workflow_task")
            return not busy

        await driven.snapshot()
        await eventually(driven.describe, is_at_rest)

    async def shown(self, driven: Driven[State]) -> State:
        """The state that readers see once it is as the workflow says; the history is looked at
        too."""

        async def both() -> tuple[State | None, State]:
            state = await driven.snapshot()
            return await self._store.get(type(state), driven.id), state

        _, state = await eventually(both, lambda seen: seen[0] == seen[1])
        recent = {each.metadata.sequence: each for each in await driven.recent()}
        entries = await eventually(
            lambda: self._store.history(driven.id, 0, 500),
            lambda seen: [each.sequence for each in seen] == list(range(1, state.version + 1)),
        )
        for entry in entries[-len(recent) :]:
            assert entry.occurred_at == recent[entry.sequence].metadata.occurred_at
            assert entry.type == recent[entry.sequence].type
        return state


async def checks(operator: Operator, driven: Driven[Any]) -> list[object]:
    """Several times, since runs come in no order."""
    return [(await operator.checks(driven.workflow_id)).facts["drift"] for _ in range(3)]
