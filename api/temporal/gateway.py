"""Starts, updates, signals and queries: the only client-side Temporal code of the doors.

Every call ends within its deadline. A refusal comes back as the DomainError that the workflow
raised; what is down, as Unavailable (nothing has changed) or OutcomeUnknown (it may have).
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any, Generic
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionDescription,
    WorkflowHandle,
)
from temporalio.common import (
    QueryRejectCondition,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RetryConfig

from api.errors import KeyReused, NoWorkflow
from api.temporal.errors import CALL_TIMEOUT, translate_errors
from api.temporal.pollers import Pollers
from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.values import dump_compact
from workflows.contract import (
    ANSWER,
    CARRIED,
    DELIVERY,
    RETRY_DELIVERY,
    SERVICE_STATUS,
    SNAPSHOT,
    TASK_QUEUE,
    Door,
    Origin,
    Undelivered,
    fingerprint,
)
from workflows.start_inputs import ContinuedState, StartInput

RETRY = RetryConfig(
    initial_interval_millis=50, max_interval_millis=500, max_elapsed_time_millis=2_000
)
"""The SDK's own ten seconds of retries would use up the whole deadline."""
SHORTLY = timedelta(seconds=2)
"""The time for a question whose answer may be left out."""
TASK_TIMEOUT = timedelta(seconds=5)
"""The time that a task of a workflow is left to a worker that may have died with it: so brief that
the next worker still answers the command in time."""


_SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED


class Gateway(Generic[State]):
    """The workflows of one kind of aggregate, each under its workflow id."""

    def __init__(self, client: Client, kind: type[State], pollers: Pollers) -> None:
        self._client = client
        self._kind = kind
        self._pollers = pollers

    async def start(
        self,
        start: StartInput[State],
        reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.REJECT_DUPLICATE,
    ) -> bool:
        """False if Temporal knows a workflow of that id already, or, where ids may be used again,
        if one is still open."""
        try:
            async with translate_errors(start.workflow_id):
                await self._client.start_workflow(
                    start.WORKFLOW,
                    dump_compact(start),
                    **_identity(start),
                    id_reuse_policy=reuse,
                    rpc_timeout=CALL_TIMEOUT,
                )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def update(
        self, workflow_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """Carries the command out, once per `origin.key`; raises the DomainError that refuses it.

        Raises NoWorkflow, KeyReused, Unavailable and OutcomeUnknown.
        """
        async with translate_errors(workflow_id):
            answer: Answer[State] = await self._handle(workflow_id).execute_update(
                command.ACTION,
                args=[command, origin],
                id=origin.key or str(uuid4()),
                result_type=self._answer,
                rpc_timeout=CALL_TIMEOUT,
            )
        return checked(answer, fingerprint(command), origin)

    async def tell(self, workflow_id: str, command: Command[Any]) -> Any:
        """Gives a workflow a command of our own; the JSON of its reply. Raises like `update`."""
        async with translate_errors(workflow_id):
            return await self._client.get_workflow_handle(workflow_id).execute_update(
                command.ACTION,
                args=[dump_compact(command), Origin(via=Door.HTTP)],
                id=str(uuid4()),
                rpc_timeout=CALL_TIMEOUT,
            )

    async def reopen(
        self, start: StartInput[State], command: Command[State], origin: Origin
    ) -> Answer[State]:
        """Updates a workflow that has ended: it goes on from `start.carried`, unless one of
        that id is open again by now, which then hears the command."""
        starting: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            start.WORKFLOW,
            dump_compact(start),
            **_identity(start),
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        try:
            async with translate_errors(start.workflow_id):
                answer: Answer[State] = await self._client.execute_update_with_start_workflow(
                    command.ACTION,
                    args=[command, origin],
                    start_workflow_operation=starting,
                    id=origin.key or str(uuid4()),
                    result_type=self._answer,
                    rpc_timeout=CALL_TIMEOUT,
                )
        finally:
            await _look_at(starting)
        return checked(answer, fingerprint(command), origin)

    async def signal(self, workflow_id: str, command: Command[State], origin: Origin) -> None:
        async with translate_errors(workflow_id):
            await self._handle(workflow_id).signal(
                command.ACTION, args=[command, origin], rpc_timeout=CALL_TIMEOUT
            )

    async def snapshot(self, workflow_id: str) -> State:
        """The state as the workflow itself has it; raises like `update`."""
        async with translate_errors(workflow_id):
            state: State = await self._handle(workflow_id).query(
                SNAPSHOT,
                result_type=self._kind,
                # What was ended by force might answer as if it could still go on.
                reject_condition=QueryRejectCondition.NOT_COMPLETED_CLEANLY,
                rpc_timeout=CALL_TIMEOUT,
            )
        return state

    async def carried(self, workflow_id: str) -> ContinuedState[State]:
        """The state that another run needs to go on as this one, which may be closed; raises like
        `snapshot`."""
        async with translate_errors(workflow_id):
            carried: ContinuedState[State] = await self._handle(workflow_id).query(
                CARRIED,
                result_type=ContinuedState[self._kind],  # type: ignore[name-defined]  # at run time
                rpc_timeout=CALL_TIMEOUT,
            )
        return carried

    async def first_answer(self, start: StartInput[State]) -> Answer[State] | None:
        """The workflow's answer under the start's key; raises like `snapshot`."""
        async with translate_errors(start.workflow_id):
            answer: Answer[State] | None = await self._handle(start.workflow_id).query(
                ANSWER,
                start.origin.key,
                result_type=self._answer | None,  # type: ignore[arg-type]  # the SDK takes unions
                rpc_timeout=CALL_TIMEOUT,
            )
        return answer

    async def describe(self, workflow_id: str) -> WorkflowExecutionDescription | None:
        """Needs no worker, and finds closed workflows too. None if there was none of that id."""
        try:
            async with translate_errors(workflow_id):
                return await self._handle(workflow_id).describe(rpc_timeout=CALL_TIMEOUT)
        except NoWorkflow:
            return None

    async def has_begun(self, workflow_id: str) -> bool:
        """True if its latest run has delivered anything, or goes on from another: what could not
        read its input never has. Needs no worker."""
        async with translate_errors(workflow_id):
            events = self._handle(workflow_id).fetch_history_events(rpc_timeout=CALL_TIMEOUT)
            async for event in events:
                started = event.workflow_execution_started_event_attributes
                if event.event_type == _SCHEDULED or started.continued_execution_run_id:
                    return True
        return False

    async def undelivered(self, workflow_id: str) -> Undelivered:
        """The delivery as the workflow itself sees it; raises like `update`, and soon."""
        async with translate_errors(workflow_id, SHORTLY):
            undelivered: Undelivered = await self._handle(workflow_id).query(
                DELIVERY, result_type=Undelivered, rpc_timeout=SHORTLY
            )
        return undelivered

    async def retry_delivery(self, workflow_id: str) -> None:
        async with translate_errors(workflow_id):
            await self._handle(workflow_id).signal(RETRY_DELIVERY, rpc_timeout=CALL_TIMEOUT)

    async def has_worker(self, workflow_id: str) -> bool:
        """True if any worker polls for its work."""
        async with translate_errors(workflow_id):
            return await self._pollers.any(CALL_TIMEOUT)

    @property
    def _answer(self) -> type[Answer[State]]:
        return Answer[self._kind]  # type: ignore[name-defined]  # a type that is known at run time

    def _handle(self, workflow_id: str) -> WorkflowHandle[object, State]:
        return self._client.get_workflow_handle(workflow_id, result_type=self._kind)


async def _look_at(starting: WithStartWorkflowOperation[Any, Any]) -> None:
    """The SDK keeps a start's failure in a future that complains if nobody ever looks."""
    with suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(0):
            await starting.workflow_handle()


def _identity(start: StartInput[Any]) -> dict[str, Any]:
    """The options by which a workflow is found, whoever starts it."""
    status = SearchAttributePair(SERVICE_STATUS, start.FIRST_STATUS)
    return {
        "id": start.workflow_id,
        "task_queue": TASK_QUEUE,
        "task_timeout": TASK_TIMEOUT,
        "memo": start.memo,
        "search_attributes": TypedSearchAttributes([status]),
        "static_summary": start.summary,
    }


def checked(answer: Answer[State], asked: str, origin: Origin) -> Answer[State]:
    """Raises KeyReused if it answers something else than what has the fingerprint `asked`."""
    meant = origin.aggregate_id in {None, answer.state.aggregate_id}
    if answer.fingerprint != asked or not meant:
        raise KeyReused(f"Idempotency-Key {origin.key} was used with another command or body")
    return answer
