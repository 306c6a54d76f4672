"""What a call to Temporal has come to, in our words: a refusal, nothing changed, or not known."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.client import (
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.log import WORKFLOW_ID, relate
from api.errors import NoWorkflow, OutcomeUnknown, Unavailable
from domain.errors import revive
from workflows.client import never_connected
from workflows.contract import OUTBOX_FULL

DEADLINE = timedelta(seconds=8)
"""For one call, the SDK's retries included; a door adds at most a second for its own waiting."""

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


@asynccontextmanager
async def translated(workflow_id: str, within: timedelta | None = None) -> AsyncIterator[None]:
    """Bounds a call and puts what Temporal says of its failure into our words."""
    relate({WORKFLOW_ID: workflow_id})
    try:
        # `rpc_timeout` alone does not bound an update that no worker takes.
        async with asyncio.timeout((within or DEADLINE).total_seconds()):
            yield
    except WorkflowUpdateFailedError as failure:
        raise _refusal(failure) from failure
    except RPCError as failure:
        raise _in_our_words(failure, workflow_id) from failure
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


def _in_our_words(failure: RPCError, workflow_id: str) -> Exception:
    match failure.status:
        case RPCStatusCode.NOT_FOUND:
            return NoWorkflow(f"No open workflow {workflow_id}")
        case RPCStatusCode.RESOURCE_EXHAUSTED:
            return Unavailable("Too many commands at once; nothing was changed")
        case RPCStatusCode.UNAVAILABLE if any(sign in failure.message for sign in _NEVER_SENT):
            return Unavailable("The workflow engine cannot be reached; nothing was changed")
        case status if status in _BROKEN_OFF:
            return OutcomeUnknown("The workflow engine did not answer; this may have been done")
    return failure
