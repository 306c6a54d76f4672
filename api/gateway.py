"""The only client-side Temporal code: what a door asks for becomes a start, an update or a query.

Every call ends within its deadline. A refusal comes back as the DomainError that the workflow
raised; what is down, as Unavailable (nothing has changed) or OutcomeUnknown (it may have).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RetryConfig, RPCError, RPCStatusCode

from api.errors import KeyReused, NoWorkflow, OutcomeUnknown, Unavailable
from domain.errors import revive
from domain.execution import Execution, ExecutionCommand, Opening
from domain.status import ExecutionStatus
from workflows.client import never_connected
from workflows.contract import (
    BUDGET_ID,
    CORRELATION_ID,
    OUTBOX_FULL,
    SERVICE_EXECUTION,
    SERVICE_STATUS,
    SNAPSHOT,
    TASK_QUEUE,
    Answer,
    Origin,
    StartExecution,
    execution_workflow_id,
    fingerprint,
)

DEADLINE = timedelta(seconds=8)
"""For one call, the SDK's retries included; a door adds at most a second for its own waiting."""
RETRY = RetryConfig(
    initial_interval_millis=50, max_interval_millis=500, max_elapsed_time_millis=2_000
)
"""The SDK's own ten seconds of retries would use up the whole deadline."""

# What the transport says when it never got as far as sending the request.
_NEVER_SENT = ("error trying to connect", "tcp connect error", "dns error")


# What a call ends with when the connection or the server went away under it.
_BROKEN_OFF = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.ABORTED,
}


class Gateway:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, execution_id: str, new: Opening, origin: Origin) -> bool:
        """Starts the execution's workflow. False if Temporal knows one of that id already."""
        search = SearchAttributePair(SERVICE_STATUS, ExecutionStatus.SCHEDULED.value)
        try:
            async with _translated(execution_id):
                await self._client.start_workflow(
                    SERVICE_EXECUTION,
                    StartExecution(**new.__dict__, origin=origin),
                    id=execution_workflow_id(execution_id),
                    task_queue=TASK_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    search_attributes=TypedSearchAttributes([search]),
                    memo={CORRELATION_ID: origin.correlation_id, BUDGET_ID: new.budget_id},
                    static_summary=f"Service order {new.service_order_id}",
                    rpc_timeout=DEADLINE,
                )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def command(
        self, execution_id: str, command: ExecutionCommand, origin: Origin
    ) -> Answer[Execution]:
        """Carries the command out, once per `origin.key`; raises the DomainError that refuses it.

        Raises NoWorkflow, KeyReused, Unavailable and OutcomeUnknown.
        """
        async with _translated(execution_id):
            answer: Answer[Execution] = await self._handle(execution_id).execute_update(
                command.ACTION,
                args=[command, origin],
                id=origin.key or str(uuid4()),
                result_type=Answer[Execution],
                rpc_timeout=DEADLINE,
            )
        if answer.fingerprint != fingerprint(command):
            raise KeyReused(f"Idempotency-Key {origin.key} was used with another command or body")
        return answer

    async def signal(self, execution_id: str, command: ExecutionCommand, origin: Origin) -> None:
        async with _translated(execution_id):
            await self._handle(execution_id).signal(
                command.ACTION, args=[command, origin], rpc_timeout=DEADLINE
            )

    async def snapshot(self, execution_id: str) -> Execution:
        """What the workflow itself says; raises like `command`."""
        async with _translated(execution_id):
            state: Execution = await self._handle(execution_id).query(
                SNAPSHOT, result_type=Execution, rpc_timeout=DEADLINE
            )
        return state

    async def describe(self, execution_id: str) -> WorkflowExecutionDescription | None:
        """Needs no worker, and finds closed workflows too. None if there was none of that id."""
        try:
            async with _translated(execution_id):
                return await self._handle(execution_id).describe(rpc_timeout=DEADLINE)
        except NoWorkflow:
            return None

    def _handle(self, execution_id: str) -> WorkflowHandle[object, Execution]:
        return self._client.get_workflow_handle(
            execution_workflow_id(execution_id), result_type=Execution
        )


@asynccontextmanager
async def _translated(execution_id: str) -> AsyncIterator[None]:
    """Bounds a call and puts what Temporal says of its failure into our words."""
    try:
        # `rpc_timeout` alone does not bound an update that no worker takes.
        async with asyncio.timeout(DEADLINE.total_seconds()):
            yield
    except WorkflowUpdateFailedError as failure:
        raise _refusal(failure) from failure
    except RPCError as failure:
        raise _in_our_words(failure, execution_id) from failure
    except RuntimeError as failure:
        if not never_connected(failure):
            raise
        raise Unavailable("The workflow engine cannot be reached; nothing was changed") from failure
    except WorkflowQueryFailedError as failure:
        raise Unavailable("The workflow cannot be asked just now") from failure
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failure:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise asyncio.CancelledError from failure
        raise OutcomeUnknown("No worker has answered in time; this may still be done") from failure


def _refusal(failure: WorkflowUpdateFailedError) -> BaseException:
    cause = failure.cause
    if isinstance(cause, ApplicationError) and cause.type == OUTBOX_FULL:
        return Unavailable(cause.message)
    if isinstance(cause, ApplicationError) and cause.type:
        facts = cause.details[0] if cause.details else {}
        return revive(cause.type, cause.message, facts) or cause
    return cause


def _in_our_words(failure: RPCError, execution_id: str) -> Exception:
    match failure.status:
        case RPCStatusCode.NOT_FOUND:
            return NoWorkflow(f"No open workflow for execution {execution_id}")
        case RPCStatusCode.RESOURCE_EXHAUSTED:
            return Unavailable("Too many commands at once; nothing was changed")
        case RPCStatusCode.UNAVAILABLE if any(sign in failure.message for sign in _NEVER_SENT):
            return Unavailable("The workflow engine cannot be reached; nothing was changed")
        case status if status in _BROKEN_OFF:
            return OutcomeUnknown("The workflow engine did not answer; this may have been done")
    return failure
