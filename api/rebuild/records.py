"""What Temporal has recorded of our workflows, open and closed ones alike, while it retains them.

No worker is needed. What an open workflow has not handed over yet, it will hand over by itself.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.client import (
    Client,
    WorkflowExecutionAsyncIterator,
    WorkflowExecutionDescription,
)
from temporalio.service import RPCError, RPCStatusCode

from api.rebuild.account import Account
from api.rebuild.run import Run
from workflows.kinds import BY_WORKFLOW_TYPE

Runs = dict[str, datetime]
"""When each began, by its id. That of a reset is when it was reset."""

DEADLINE = timedelta(seconds=10)
"""For one call to Temporal, the SDK's retries included."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Records:
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
        """Those of one workflow. The latest is asked for by itself: lists are a moment behind."""
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
            return await handle.describe(rpc_timeout=DEADLINE)
        except RPCError as failure:
            if failure.status != RPCStatusCode.NOT_FOUND:
                raise
            return None

    def _listed(self, query: str) -> WorkflowExecutionAsyncIterator:
        return self._client.list_workflows(query, rpc_timeout=DEADLINE)

    async def of(self, workflow_id: str, runs: Runs) -> Account:
        """From those runs, and all that they follow from or went on as: in the order in which they
        began, for a later one may have taken back what an earlier one has told.

        Raises UnreadableRecord and RPCError.
        """
        runs = dict(runs)
        while True:
            account, neighbours = Account(), set[str]()
            for run in sorted(runs, key=runs.__getitem__):
                neighbours |= await self._read(workflow_id, run, account)
            unlisted = neighbours - runs.keys()
            if not unlisted:
                return account
            runs |= {each: await self._began(workflow_id, each) for each in unlisted}

    async def _began(self, workflow_id: str, run_id: str) -> datetime:
        described = await self._described(workflow_id, run_id)
        return described.start_time if described else _LONG_AGO

    async def _read(self, workflow_id: str, run_id: str, account: Account) -> set[str]:
        """Adds what one run tells; the runs before and after it. Nothing of one that is gone."""
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        run = Run(self._client, account, run_id)
        try:
            async for event in handle.fetch_history_events(rpc_timeout=DEADLINE):
                await run.take(event)
        except RPCError as failure:
            if failure.status != RPCStatusCode.NOT_FOUND:
                raise
            return set()
        await run.leave_off()
        return run.neighbours
