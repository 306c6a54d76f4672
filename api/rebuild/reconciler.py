"""Compares the database with all workflows that Temporal retains, and then looks for what it holds
beside them: reports the differences, and repairs them unless it is only to check.

It may be repeated, and stopped anywhere: what has been repaired stays so.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from bson.errors import BSONError
from pymongo.errors import OperationFailure

from activities.log import WORKFLOW_ID, begin
from activities.mongo.audit import AHEAD, Audit, Discrepancy, DiscrepancyKind, Record, Repair
from api.rebuild.claims import ClaimsAudit
from api.rebuild.histories import Histories, Runs
from api.rebuild.history_reader import UnreadableHistory
from workflows.kinds import KINDS

log = logging.getLogger("rebuild")

T = TypeVar("T")
S = TypeVar("S")

AT_ONCE = 8
"""Workflows that are looked at side by side: the service is at work meanwhile."""
PROGRESS_EVERY = 500


class Reconciler:
    """`drifted` counts the aggregates of which something can be repaired, and `refused` those of
    which the database refused a repair."""

    def __init__(
        self, histories: Histories, audit: Audit, claims: ClaimsAudit, *, only_check: bool
    ) -> None:
        self._histories, self._audit, self._claims = histories, audit, claims
        self._only_check = only_check
        self._known: set[str] = set()
        self._looked_at: set[str] = set()
        self._found: Counter[DiscrepancyKind] = Counter()
        self._pending = self._unreadable = self._unverifiable = 0
        self.drifted = self.refused = 0

    @property
    def facts(self) -> dict[str, object]:
        """Counts so far."""
        return {
            "workflows": len(self._looked_at),
            "aggregates": len(self._known),
            "drifted": self.drifted,
            "refused": self.refused,
            "drift": dict(self._found),
            "owing": self._pending,
            "unreadable": self._unreadable,
            "unverifiable": self._unverifiable,
        }

    async def everything(self, stop: asyncio.Event) -> None:
        """Raises RPCError and PyMongoError, in groups."""
        runs = await self._histories.all_runs(stop)
        await _side_by_side(self._workflow, runs.items(), stop)
        for kind in KINDS:
            async for page in self._audit.ids(kind.state):
                if stop.is_set():
                    return
                orphans = [(id_, kind.workflow_id(id_)) for id_ in page if id_ not in self._known]
                await _side_by_side(self._orphan, orphans, stop)

    async def only(self, workflow_ids: Iterable[str], stop: asyncio.Event) -> None:
        """Raises like `everything`."""
        runs = {each: await self._histories.runs(each) for each in workflow_ids}
        for unknown in [each for each, found in runs.items() if not found]:
            log.warning("Temporal knows no such workflow", extra={WORKFLOW_ID: unknown})
        await _side_by_side(self._workflow, runs.items(), stop)

    async def _orphan(self, aggregate_id: str, workflow_id: str | None) -> None:
        """Looks for a workflow that was not in the list: it has just begun, or Temporal has
        forgotten it."""
        if workflow_id and workflow_id not in self._looked_at:
            await self._workflow(workflow_id, await self._histories.runs(workflow_id))
        if aggregate_id not in self._known:
            self._unverifiable += 1

    async def _workflow(self, workflow_id: str, runs: Runs) -> None:
        if not runs:
            return
        begin({WORKFLOW_ID: workflow_id})
        self._looked_at.add(workflow_id)
        if len(self._looked_at) % PROGRESS_EVERY == 0:
            log.info("reconciling", extra=self.facts)
        try:
            recorded = await self._histories.of(workflow_id, runs)
            for record in recorded.records.values():
                self._known.add(record.aggregate_id)
                await self._settle(record, await self._discrepancies(workflow_id, runs, record))
        except UnreadableHistory as why:
            log.warning("history cannot be read", extra={"reason": str(why)})
            self._unreadable += 1
            return
        self._pending += recorded.has_pending

    async def _discrepancies(
        self, workflow_id: str, runs: Runs, record: Record
    ) -> list[Discrepancy]:
        found = [each async for each in self._audit.discrepancies(record)]
        ahead = [(each.kind, each.reached) for each in found if each.kind in AHEAD]
        if ahead:
            # The service was quicker than we, unless the records are behind the same one once more.
            recorded = await self._histories.of(
                workflow_id, runs | await self._histories.runs(workflow_id)
            )
            again = recorded.records.get(record.aggregate_id, record)
            found = [
                each
                async for each in self._audit.discrepancies(again)
                if each.kind not in AHEAD or (each.kind, each.reached) in ahead
            ]
        return found + [each async for each in self._claims.discrepancies(record)]

    async def _settle(self, record: Record, discrepancies: list[Discrepancy]) -> None:
        if not discrepancies:
            return
        self._found.update(each.kind for each in discrepancies)
        repairs = [each.repair for each in discrepancies if each.repair]
        self.drifted += bool(repairs)
        said = "drift" if self._only_check else await self._repair(repairs)
        facts = {"aggregateId": record.aggregate_id, "drift": [each.kind for each in discrepancies]}
        log.warning(said, extra=facts)

    async def _repair(self, repairs: Iterable[Repair]) -> str:
        """Carries the repairs out, and returns the outcome. A document that is refused keeps no
        other aggregate from its repairs."""
        try:
            for repair in repairs:
                await repair()
        except (OperationFailure, BSONError) as refusal:
            self.refused += 1
            return f"refused by the database: {refusal}"
        return "repaired"


async def _side_by_side(
    look: Callable[[T, S], Coroutine[Any, Any, None]],
    each: Iterable[tuple[T, S]],
    stop: asyncio.Event,
) -> None:
    """Runs a few at once, until all are done or no more are to be begun."""
    room = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for one, other in each:
            await room.acquire()
            if stop.is_set():
                return
            group.create_task(look(one, other)).add_done_callback(lambda _: room.release())
