"""Histories of our workflows, open and closed ones alike, while Temporal retains them.

No worker is needed. What an open workflow has not delivered yet, it will deliver by itself.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.client import (
    Client,
    WorkflowExecutionAsyncIterator,
    WorkflowExecutionDescription,
)
from temporalio.service import RPCError, RPCStatusCode

from api.rebuild.history_reader import HistoryReader
from api.rebuild.recorded_state import RecordedState
from workflows.kinds import BY_WORKFLOW_TYPE

Runs = dict[str, datetime]
"""The time at which each began, by its id. A reset run begins when it was reset."""

HISTORY_TIMEOUT = timedelta(seconds=10)
"""Limit of one call to Temporal, the SDK's retries included."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Histories:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def all_runs(self, stop: asyncio.Event) -> dict[str, Runs]:
        """The runs of all our workflows that Temporal retains, by workflow id."""
        names = ", ".join(f"'{name}'" for name in BY_WORKFLOW_TYPE)
        found: dict[str, Runs] = {}
        async for each in self._listed(f"WorkflowType IN ({names})"):
            if stop.is_set():
                break
            found.setdefault(each.id, {})[each.run_id] = each.start_time
        return found

    async def runs(self, workflow_id: str) -> Runs:
        """The runs of one workflow. The latest is asked for by itself: lists are a moment
        behind."""
        latest = await self._described(workflow_id)
        if latest is None:
            return {}
        listed = self._listed(f"WorkflowId = '{workflow_id}'")
        return {each.run_id: each.start_time async for each in listed} | {
            latest.run_id: latest.start_time
        }

    async def _described(
        self, workflow_id: str, run_id: str | None = None
    ) -> WorkflowExecutionDescription | None:
        """None if Temporal knows no such run, or no run at all."""
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        try:
            return await handle.describe(rpc_timeout=HISTORY_TIMEOUT)
        except RPCError as failure:
            if failure.status != RPCStatusCode.NOT_FOUND:
                raise
            return None

    def _listed(self, query: str) -> WorkflowExecutionAsyncIterator:
        return self._client.list_workflows(query, rpc_timeout=HISTORY_TIMEOUT)

    async def of(self, workflow_id: str, runs: Runs) -> RecordedState:
        """Reads those runs, and all that they follow from or went on as: in the order in which they
        began, because a later one may have discarded what an earlier one has delivered.

        Raises UnreadableHistory and RPCError.
        """
        runs = dict(runs)
        while True:
            recorded, neighbours = RecordedState(), set[str]()
            for run in sorted(runs, key=runs.__getitem__):
                neighbours |= await self._read(workflow_id, run, recorded)
            unlisted = neighbours - runs.keys()
            if not unlisted:
                return recorded
            runs |= {each: await self._began(workflow_id, each) for each in unlisted}

    async def _began(self, workflow_id: str, run_id: str) -> datetime:
        described = await self._described(workflow_id, run_id)
        return described.start_time if described else _LONG_AGO

    async def _read(self, workflow_id: str, run_id: str, recorded: RecordedState) -> set[str]:
        """Adds what one run has recorded; returns the runs before and after it. A run that is no
        longer retained adds nothing."""
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        run = HistoryReader(self._client, recorded, run_id)
        try:
            async for event in handle.fetch_history_events(rpc_timeout=HISTORY_TIMEOUT):
                await run.take(event)
        except RPCError as failure:
            if failure.status != RPCStatusCode.NOT_FOUND:
                raise
            return set()
        await run.finish()
        return run.neighbours
