"""A Temporal client as a fake with behaviour: answers, refuses or hangs as the SDK's does."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import TypedSearchAttributes

from workflows.contract import SERVICE_STATUS

Call = tuple[str, str, dict[str, Any]]


class FakeClient:
    """`calls` holds what was asked: the method, the workflow's id, and the arguments by name."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.asked = asyncio.Event()
        self._answer: Callable[[], object] = lambda: None
        self._hangs = False

    def answer(self, answer: object) -> None:
        self._answer = lambda: answer

    def fail(self, failure: BaseException) -> None:
        def raise_() -> None:
            raise failure

        self._answer = raise_

    def hang(self) -> None:
        self._hangs = True

    @property
    def client(self) -> Client:
        return cast(Client, self)

    async def start_workflow(self, workflow: str, start: Any, **options: Any) -> object:
        return await self.call(
            "start", options.pop("id"), workflow=workflow, start=start, **options
        )

    async def execute_update_with_start_workflow(
        self,
        update: str,
        *,
        start_workflow_operation: WithStartWorkflowOperation[Any, Any],
        **arguments: Any,
    ) -> object:
        start = start_workflow_operation._start_workflow_input  # the SDK shows it to nobody
        return await self.updating("reopen", start.id, update=update, start=start, **arguments)

    def get_workflow_handle(self, workflow_id: str, **_: Any) -> "FakeHandle":
        return FakeHandle(self, workflow_id)

    async def updating(self, method: str, workflow_id: str, **arguments: Any) -> object:
        try:
            return await self.call(method, workflow_id, **arguments)
        except asyncio.CancelledError as cancelled:  # as the SDK has it, whoever cancelled
            raise WorkflowUpdateRPCTimeoutOrCancelledError from cancelled

    async def call(self, method: str, workflow_id: str, **arguments: Any) -> object:
        self.calls.append((method, workflow_id, arguments))
        self.asked.set()
        if self._hangs:
            await asyncio.Event().wait()
        return self._answer()


class FakeHandle:
    def __init__(self, client: FakeClient, workflow_id: str) -> None:
        self._client = client
        self._id = workflow_id

    async def execute_update(self, update: str, **arguments: Any) -> object:
        return await self._client.updating("update", self._id, update=update, **arguments)

    async def signal(self, signal: str, **arguments: Any) -> object:
        return await self._client.call("signal", self._id, signal=signal, **arguments)

    async def query(self, query: str, **arguments: Any) -> object:
        return await self._client.call("query", self._id, query=query, **arguments)

    async def describe(self, **arguments: Any) -> object:
        return await self._client.call("describe", self._id, **arguments)


def status_of(options: Mapping[str, Any]) -> str | None:
    """The status of the aggregate in a start, for those who list workflows."""
    shown: TypedSearchAttributes = options["search_attributes"]
    return shown.get(SERVICE_STATUS)
