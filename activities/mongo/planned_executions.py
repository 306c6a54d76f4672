"""Executions that planning asks for, each time by an index. What a filter leaves too much of, as
databases compare dates by the second, the callers sort out."""

from collections.abc import Collection
from datetime import datetime

from activities.mongo.client import Database, Document
from activities.mongo.collections import EXECUTION_SNAPSHOTS
from activities.mongo.deadline import in_time
from activities.mongo.readable import readable
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import PlanState
from domain.execution.state import Execution

TOO_SLOW = "The planned executions were not found", "try again later"
_BEGUN = [ExecutionStatus.IN_PROGRESS.value, ExecutionStatus.PAUSED.value]
_SCHEDULED = ExecutionStatus.SCHEDULED.value


class PlannedExecutions:
    """Each call raises QueryTooSlow and PyMongoError."""

    def __init__(self, database: Database) -> None:
        self._executions = database[EXECUTION_SNAPSHOTS.collection]

    async def in_conflict(self) -> list[Execution]:
        """Executions that are not finished, and could not have the time of their plan."""
        of_status = {"$in": [_SCHEDULED, *_BEGUN]}
        return await self._find({"plan.state": PlanState.CONFLICT.value, "status": of_status})

    async def begun(self) -> list[Execution]:
        """Executions that are in progress or paused."""
        return await self._find({"status": {"$in": _BEGUN}})

    async def waiting(self, before: datetime) -> list[Execution]:
        """Executions that were to begin before the instant, and have not."""
        return await self._find({"status": _SCHEDULED, "plan.start": {"$lt": before}})

    async def of(self, ids: Collection[str]) -> dict[str, Execution]:
        """Executions that are known, by id."""
        found = await self._find({"_id": {"$in": sorted(ids)}}) if ids else []
        return {each.execution_id: each for each in found}

    async def _find(self, wanted: Document) -> list[Execution]:
        with in_time(*TOO_SLOW):
            return readable(Execution, await self._executions.find(wanted).to_list(None))
