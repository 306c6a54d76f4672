"""Errors of calls to Temporal as ours: a refusal, nothing changed, or not known."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.client import (
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.log import WORKFLOW_ID, relate
from api.errors import NoWorkflow, OutcomeUnknown, Unavailable, WorkflowStuck
from workflows.client.connection import never_connected
from workflows.contract import INVALID_INPUT, OUTBOX_FULL
from workflows.refusals import revive

log = logging.getLogger("api")

CALL_TIMEOUT = timedelta(seconds=8)
"""The time for one call, the SDK's retries included; a door adds at most a second of its own."""

_UNKNOWN_UPDATE = "expected but not found"
"""The SDK's words for an update that the worker's build does not have."""

# What the transport says when it never got as far as sending the request.
_NEVER_SENT = ("error trying to connect", "tcp connect error", "dns error")


# What Temporal says of a workflow whose task has failed several times.
_TASK_FAILS = "Workflow Task in failed state"
# What it says where a namespace or a search attribute is missing, which is not the request's fault.
_NOT_PREPARED = re.compile(r"^Namespace .*not found|search attribute", re.IGNORECASE)

# What a call ends with when the connection or the server went away under it.
_BROKEN_OFF = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.ABORTED,
    RPCStatusCode.DATA_LOSS,
}
_NOT_LET_IN = {RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED}
_NOT_TAKEN = {
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.UNIMPLEMENTED,
    RPCStatusCode.OUT_OF_RANGE,
}
"""Refused before anything has changed, and for no fault of the request."""


@asynccontextmanager
async def translate_errors(
    workflow_id: str, within: timedelta | None = None
) -> AsyncIterator[None]:
    """Bounds a call, and raises what it fails by as an error of ours."""
    relate({WORKFLOW_ID: workflow_id})
    try:
        # `rpc_timeout` alone does not bound an update that no worker takes.
        async with asyncio.timeout((within or CALL_TIMEOUT).total_seconds()):
            yield
    except WorkflowUpdateFailedError as failure:
        raise _refusal(failure) from failure
    except RPCError as failure:
        raise _of_rpc(failure, workflow_id) from failure
    except RuntimeError as failure:
        if not never_connected(failure):
            raise
        raise Unavailable("The workflow engine cannot be reached; nothing was changed") from failure
    except WorkflowQueryRejectedError as closed:
        raise NoWorkflow(f"No open workflow {workflow_id}") from closed
    except WorkflowQueryFailedError as failure:
        raise Unavailable("The workflow cannot be asked just now") from failure
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failure:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise asyncio.CancelledError from failure
        raise OutcomeUnknown("No worker has answered in time; this may still be done") from failure


def _refusal(failure: WorkflowUpdateFailedError) -> BaseException:
    cause = failure.cause
    if isinstance(cause, ApplicationError) and cause.type == INVALID_INPUT:
        return NoWorkflow(cause.message)
    if isinstance(cause, ApplicationError) and cause.type == OUTBOX_FULL:
        return Unavailable(cause.message)
    if isinstance(cause, ApplicationError) and _UNKNOWN_UPDATE in cause.message:
        return Unavailable("The workers are of an earlier release; nothing was changed")
    if isinstance(cause, ApplicationError) and cause.type:
        facts = cause.details[0] if cause.details else {}
        return revive(cause.type, cause.message, facts) or cause
    return cause


def _of_rpc(failure: RPCError, workflow_id: str) -> Exception:
    match failure.status:
        case RPCStatusCode.FAILED_PRECONDITION if _TASK_FAILS in failure.message:
            return WorkflowStuck(
                "The workflow's task fails; nothing was changed. Its last failure is in Temporal's "
                "Web UI"
            )
        case RPCStatusCode.NOT_FOUND | RPCStatusCode.INVALID_ARGUMENT if _NOT_PREPARED.search(
            failure.message
        ):
            return _logged(failure, "The workflow engine has not been prepared for the service")
        case RPCStatusCode.NOT_FOUND:
            return NoWorkflow(f"No open workflow {workflow_id}")
        case RPCStatusCode.RESOURCE_EXHAUSTED:
            return Unavailable("Too many commands at once; nothing was changed")
        case RPCStatusCode.UNAVAILABLE if any(sign in failure.message for sign in _NEVER_SENT):
            return Unavailable("The workflow engine cannot be reached; nothing was changed")
        case status if status in _BROKEN_OFF:
            return OutcomeUnknown("The workflow engine did not answer; this may have been done")
        case status if status in _NOT_LET_IN:
            return _logged(failure, "The workflow engine does not let the service in")
        case status if status in _NOT_TAKEN:
            return _logged(failure, "The workflow engine does not take this just now")
    return failure


def _logged(failure: RPCError, what: str) -> Unavailable:
    """Logs the engine's own words for operators; clients are given ours."""
    facts = {"status": failure.status.name, "reason": failure.message}
    log.error("the workflow engine refuses a call", extra=facts)
    return Unavailable(f"{what}; nothing was changed")
