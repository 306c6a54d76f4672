"""Finds workflows that were ended before their work was over, and marks their snapshots.

A workflow that was terminated, timed out or failed cannot update its snapshot any more, which would
go on to promise what nobody can do. One that is reopened or reset replaces the mark by itself.
"""

import asyncio
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
)

from domain.kernel.aggregate import Aggregate
from domain.kernel.values import to_milliseconds
from workflows.delivery_health import with_ended_workflow
from workflows.kinds import BY_WORKFLOW_TYPE, Kind

A = TypeVar("A", bound=Aggregate)

FORCED_ENDS = {
    WorkflowExecutionStatus.FAILED: "Failed",
    WorkflowExecutionStatus.TERMINATED: "Terminated",
    WorkflowExecutionStatus.TIMED_OUT: "TimedOut",
    WorkflowExecutionStatus.CANCELED: "Canceled",
}
"""Statuses of a closed workflow whose work was not over, with their names in a query."""
NEWEST = 200
"""Number of the latest ends that are looked at."""
LOOKS = 4
"""Looks at each of them: an attempt that was under way may still deliver what it was given."""
LIST_TIMEOUT = timedelta(seconds=10)
"""Limit of one call to Temporal."""
LOOK_TIMEOUT = timedelta(seconds=30)
"""Limit of all calls of one look."""

_QUERY = (
    f"WorkflowType IN ({', '.join(map(repr, BY_WORKFLOW_TYPE))}) "
    f"AND ExecutionStatus IN ({', '.join(map(repr, FORCED_ENDS.values()))})"
)


def is_forced_end(described: WorkflowExecution) -> bool:
    """True if it is closed, and not because its work was over."""
    return described.status in FORCED_ENDS


async def aggregate_id_of(kind: Kind[Any], described: WorkflowExecution) -> str | None:
    """The id of the aggregate that a workflow of this kind carries; None if its starter has not
    said it."""
    if kind.id_memo is None:
        return kind.aggregate_id(described.id.removeprefix(kind.prefix))
    return await memo_text(described, kind.id_memo)


async def memo_text(described: WorkflowExecution, name: str) -> str | None:
    """The text of a memo; None if its starter has written something else."""
    try:
        value = await described.memo_value(name, None, type_hint=str)
    except Exception:  # each converter has its own way to fail
        return None
    return value if isinstance(value, str) else None


class SnapshotStore(Protocol):
    """The snapshots that readers see."""

    async def get(self, kind: type[A], aggregate_id: str) -> A | None: ...

    async def mark(self, aggregate: Aggregate) -> None: ...


class ForcedEnds:
    def __init__(self, client: Client, store: SnapshotStore) -> None:
        self._client, self._store = client, store
        self._looks: dict[str, int] = {}

    async def look(self) -> list[str]:
        """Marks what has been ended since the last look, and returns the aggregates' ids. Raises
        RPCError, TimeoutError, and what the database raises; the next look finds what is left."""
        marked = []
        async with asyncio.timeout(LOOK_TIMEOUT.total_seconds()):
            listed = self._client.list_workflows(_QUERY, limit=NEWEST, rpc_timeout=LIST_TIMEOUT)
            runs = [each async for each in listed]
            self._looks = {each.run_id: self._looks.get(each.run_id, 0) for each in runs}
            for run in runs:
                if self._looks[run.run_id] < LOOKS:
                    self._looks[run.run_id] += 1
                    marked += await self._look_at(run)
        return marked

    async def _look_at(self, run: WorkflowExecution) -> list[str]:
        kind = BY_WORKFLOW_TYPE[run.workflow_type]
        aggregate_id = await aggregate_id_of(kind, run)
        state = aggregate_id and await self._store.get(kind.state, aggregate_id)
        if not state or state.is_over or state.workflow_ended:
            return []
        latest = await self._latest(run.id)
        if not is_forced_end(latest) or await aggregate_id_of(kind, latest) != aggregate_id:
            return []
        ended_at = to_milliseconds(latest.close_time or state.updated_at)
        await self._store.mark(with_ended_workflow(state, ended_at))
        return [state.aggregate_id]

    async def _latest(self, workflow_id: str) -> WorkflowExecutionDescription:
        """The latest run under the id: the workflow may have been reopened since."""
        return await self._client.get_workflow_handle(workflow_id).describe(
            rpc_timeout=LIST_TIMEOUT
        )
