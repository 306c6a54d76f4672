"""What Temporal has recorded of our workflows, open and closed ones alike, while it retains them.

No worker is needed. What an open workflow has not handed over yet, it will hand over by itself.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionAsyncIterator
from temporalio.service import RPCError, RPCStatusCode

from api.rebuild.account import Account
from api.rebuild.run import STARTS, Run

DEADLINE = timedelta(seconds=10)
"""For one call to Temporal, the SDK's retries included."""


class Records:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def all_runs(self, stop: asyncio.Event) -> dict[str, set[str]]:
        """The runs of all our workflows that Temporal retains, by workflow id."""
        names = ", ".join(f"'{name}'" for name in STARTS)
        found: dict[str, set[str]] = {}
        async for each in self._listed(f"WorkflowType IN ({names})"):
            if stop.is_set():
                break
            found.setdefault(each.id, set()).add(each.run_id)
        return found

    async def runs(self, workflow_id: str) -> set[str]:
        """Those of one workflow. The latest is asked for by itself: lists are a moment behind."""
        try:
            latest = await self._client.get_workflow_handle(workflow_id).describe(
                rpc_timeout=DEADLINE
            )
        except RPCError as failure:
            if failure.status != RPCStatusCode.NOT_FOUND:
                raise
            return set()
        listed = self._listed(f"WorkflowId = '{workflow_id}'")
        return {latest.run_id} | {each.run_id async for each in listed}

    def _listed(self, query: str) -> WorkflowExecutionAsyncIterator:
        return self._client.list_workflows(query, rpc_timeout=DEADLINE)

    async def of(self, workflow_id: str, runs: Iterable[str]) -> Account:
        """From those runs, and all that they follow from or went on as.

        Raises UnreadableRecord and RPCError.
        """
        account, waiting, read = Account(), set(runs), set[str]()
        while waiting:
            run = waiting.pop()
            read.add(run)
            waiting |= await self._read(workflow_id, run, account) - read
        return account

    async def _read(self, workflow_id: str, run_id: str, account: Account) -> set[str]:
        """Adds what one run tells; the runs before and after it. Nothing of one that is gone."""
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        run = Run(self._client, account)
        try:
            async for event in handle.fetch_history_events(rpc_timeout=DEADLINE):
                await run.take(event)
        except RPCError as failure:
            if failure.status != RPCStatusCode.NOT_FOUND:
                raise
            return set()
        await run.leave_off()
        return run.neighbours
