"""Commands to the workflows of resources, as activities send them."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.mongo.store import Store
from domain.agenda.errors import AGENDA_ERRORS
from domain.agenda.ids import BAY_PREFIX
from domain.agenda.resource import Resource
from domain.bay.errors import BAY_ERRORS
from domain.bay.state import Bay
from domain.kernel.errors import DomainError
from domain.technician.errors import TECHNICIAN_ERRORS
from domain.technician.state import Technician

CALL = timedelta(seconds=8)
"""Limit of one call; the attempt that it is made in has more."""
_REFUSALS: Mapping[str, type[DomainError]] = {
    each.__name__: each for each in (*AGENDA_ERRORS, *BAY_ERRORS, *TECHNICIAN_ERRORS)
}


class Resources:
    def __init__(self, client: Client, store: Store) -> None:
        self._client = client
        self._store = store

    async def command(
        self, resource: str, action: str, command: Mapping[str, Any], repeat_id: str | None = None
    ) -> Any:
        """Sends the command, and returns the JSON of its reply. Raises the DomainError that refuses
        it, also where the resource is over or was never there; what may pass, as it comes."""
        handle = self._client.get_workflow_handle(resource)
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                return await handle.execute_update(
                    action, args=[command, {}], id=repeat_id, rpc_timeout=CALL
                )
        except WorkflowUpdateFailedError as failure:
            raise _refusal(failure) from failure
        except RPCError as failure:
            if failure.status is not RPCStatusCode.NOT_FOUND:
                raise
        raise await self._missing(resource)

    async def _missing(self, resource: str) -> Exception:
        """The reason why it has no open workflow; one whose workflow was ended before its time may
        come back."""
        kind: type[Resource] = Bay if resource.startswith(BAY_PREFIX) else Technician
        state = await self._store.get(kind, resource)
        if state is None:
            return kind.not_found(resource)
        return (
            state.inactive()
            if state.is_over
            else ApplicationError(f"The workflow {resource} was ended before its time")
        )


def _refusal(failure: WorkflowUpdateFailedError) -> Exception:
    cause = failure.cause
    if isinstance(cause, ApplicationError) and cause.type and cause.type in _REFUSALS:
        facts = cause.details[0] if cause.details else {}
        return _REFUSALS[cause.type](cause.message, **facts)
    return failure
