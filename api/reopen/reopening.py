"""Reopens workflows that were ended before their time, in the way of continue-as-new.

The ended workflow is asked what it knew: a closed one answers too, while Temporal retains it and a
worker can read its history. Otherwise what it has handed over has to do.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from activities.mongo.audit import Audit
from activities.mongo.client import Database
from activities.mongo.store import Store
from api.rebuild.claims import ClaimsAudit
from api.rebuild.histories import Histories
from api.rebuild.history_reader import UnreadableHistory
from api.rebuild.reconciler import Reconciler
from api.temporal.gateway import Gateway
from api.temporal.pollers import Pollers
from domain.kernel.aggregate import Aggregate
from domain.kernel.values import evolve
from workflows.client.forced_ends import memo_text
from workflows.contract import CORRELATION_ID, TASK_QUEUE, Origin
from workflows.kinds import KINDS, Kind, kind_of_workflow
from workflows.start_inputs import ContinuedState

REPUBLISHED = 100
"""Events that are published once more where it is not known which of them were: as many as one
delivery may hold. Consumers drop what they have seen."""
LOOKS, PAUSE = 100, 0.1
"""The number of looks, and the seconds between them, until readers see it."""


class Refused(Exception):
    """There is nothing to reopen"""


class Reopened(NamedTuple):
    """`is_shown` is true if readers see it already."""

    version: int
    is_shown: bool


class Reopener:
    """Reopens aggregates whose workflows have ended. With `from_snapshot`, the ended workflow is
    not asked."""

    def __init__(
        self,
        client: Client,
        database: Database,
        *,
        from_snapshot: bool,
    ) -> None:
        self._histories, self._store = Histories(client), Store(database)
        self._stock, self._claims = Audit(database), ClaimsAudit(database)
        pollers = Pollers(client, TASK_QUEUE)
        self._gateways: Mapping[type[Aggregate], Gateway[Any]] = {
            kind.state: Gateway(client, kind.state, pollers) for kind in KINDS
        }
        self._from_snapshot = from_snapshot

    async def reopen(self, workflow_id: str) -> Reopened:
        """Harmless when repeated, also many times at once: one of them starts it.

        Raises Refused; Unavailable, OutcomeUnknown, RPCError and PyMongoError, maybe in groups.
        """
        kind = _kind_of(workflow_id)
        gateway = self._gateways[kind.state]
        described = await gateway.describe(workflow_id)
        if described:
            _check_closed(workflow_id, described)
            if not await gateway.has_begun(workflow_id):
                raise Refused("it never began; open its service order again")
        reconciler = Reconciler(self._histories, self._stock, self._claims, only_check=False)
        await reconciler.only([workflow_id] if described else [], asyncio.Event())
        carried = await self._carried(gateway, workflow_id, described)
        if carried.state.is_over and not _owes(carried):
            raise Refused("it is over, and everything has been delivered")
        carried = evolve(carried, state=carried.state.reopened())
        # Another one may have been faster; then the workflow goes on all the same.
        start = kind.restart(carried.state, await _origin(described), carried)
        await gateway.start(start, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY)
        return Reopened(carried.state.version, await self._is_shown(carried.state))

    async def _carried(
        self,
        gateway: Gateway[Any],
        workflow_id: str,
        described: WorkflowExecutionDescription | None,
    ) -> ContinuedState[Any]:
        if described and not self._from_snapshot:
            return await gateway.carried(workflow_id)
        return await self._handed_over(workflow_id)

    async def _handed_over(self, workflow_id: str) -> ContinuedState[Any]:
        """The state in the database, and the deliveries that the histories hold."""
        state = await self._snapshot(workflow_id)
        if state is None:
            raise Refused("neither Temporal nor the database knows it")
        try:
            runs = await self._histories.runs(workflow_id)
            recorded = await self._histories.of(workflow_id, runs)
        except UnreadableHistory as why:
            raise Refused(f"its history cannot be read: {why}") from why
        record = recorded.records.get(state.aggregate_id)
        known = sorted(record.events.items()) if record else []
        latest = tuple(event for number, event in known if number <= state.version)[-REPUBLISHED:]
        answers = await self._store.answers.of(type(state), state.aggregate_id)
        return ContinuedState(
            state=state, told=state.revision, outbox=latest, recent=latest, answers=answers
        )

    async def _snapshot(self, workflow_id: str) -> Aggregate | None:
        kind = _kind_of(workflow_id)
        fields = kind.fields(workflow_id.removeprefix(kind.prefix))
        state: Aggregate | None = await self._store.latest(kind.state, fields)
        return state

    async def _is_shown(self, state: Aggregate) -> bool:
        for _ in range(LOOKS):
            seen = await self._store.get(type(state), state.aggregate_id)
            if seen is None or seen.revision >= state.revision:
                return True
            await asyncio.sleep(PAUSE)
        return False


def _kind_of(workflow_id: str) -> Kind[Any]:
    kind = kind_of_workflow(workflow_id)
    if kind is None:
        forms = " or ".join(f"{each.prefix}<{each.suffix}>" for each in KINDS)
        raise Refused(f"an id is {forms}")
    return kind


def _check_closed(workflow_id: str, described: WorkflowExecutionDescription) -> None:
    if described.status is WorkflowExecutionStatus.RUNNING:
        raise Refused("it is open")
    if described.status is WorkflowExecutionStatus.COMPLETED:
        raise Refused("it is over, and everything has been delivered")


def _owes(carried: ContinuedState[Any]) -> bool:
    state = carried.state
    return state.has_errands or bool(carried.outbox) or carried.told < state.revision


async def _origin(described: WorkflowExecutionDescription | None) -> Origin:
    """The request that the workflow was first started by, as far as it is known."""
    request = await memo_text(described, CORRELATION_ID) if described else None
    return Origin(correlation_id=request)
