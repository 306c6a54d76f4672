"""Opens executions, each service order and each budget once, which takes Temporal and the database
together."""

from collections.abc import Callable
from contextlib import suppress

from temporalio.common import WorkflowIDReusePolicy

from activities.mongo.claims import Claim, Claims, budget_claim
from activities.mongo.search import Search
from activities.mongo.store import Store
from api.aggregates.claiming import take_once_void
from api.aggregates.creation_keys import CreationKeys
from api.aggregates.diagnosis import Diagnosis
from api.aggregates.service import Aggregates
from api.errors import KeyReused, OutcomeUnknown, ServiceError, Unavailable, WorkflowEnded
from api.executions.planning import Planning
from api.temporal.gateway import Gateway
from domain.execution.commands import Cancel
from domain.execution.errors import BudgetTaken, ExecutionExists
from domain.execution.lifecycle import ExecutionAction
from domain.execution.state import Execution, Opening
from domain.kernel.aggregate import Answer
from domain.kernel.errors import DomainError, VersionMismatch
from domain.kernel.values import evolve, widen
from workflows.client.forced_ends import is_forced_end, memo_text
from workflows.contract import BUDGET_ID, Door, Origin, execution_id, execution_workflow_id
from workflows.start_inputs import StartExecution

CANCEL_ATTEMPTS = 10


class Executions:
    def __init__(
        self,
        aggregates: Aggregates[Execution],
        gateway: Gateway[Execution],
        store: Store,
        creation_keys: CreationKeys,
        search: Search,
        claims: Claims,
        planning: Planning,
    ) -> None:
        self.aggregates = aggregates
        self.diagnosis = Diagnosis(aggregates, gateway)
        self.search = search
        self.planning = planning
        self._gateway = gateway
        self._store = store
        self._creation_keys = creation_keys
        self._claims = claims

    async def create(self, new: Opening, origin: Origin) -> Answer[Execution] | None:
        """Opens the one execution that a service order and a budget can have. None once it has
        been started; for a repeat under the same key, the answer that the first one was given.

        Raises ExecutionExists, BudgetTaken, KeyReused, Unavailable, OutcomeUnknown, PyMongoError.
        """
        new_id = execution_id(new.service_order_id)
        start = widen(new, StartExecution, origin=origin)
        async with self._creation_keys.under_key(start.ACTION, new_id, origin) as stands_for:
            if stands_for != new_id:
                raise KeyReused(f"Idempotency-Key {origin.key} has opened another execution")
            # Temporal forgets closed workflows after its retention; the database does not.
            known = await self._store.get(Execution, new_id)
            if known is None and await self._start_planned(start, new, new_id):
                return None
            if answer := await self.aggregates.first_answer(start):
                return answer
            raise ExecutionExists(
                f"Execution already exists for service order {new.service_order_id}",
                existing=link(new_id),
            )

    async def _start_planned(self, start: StartExecution, new: Opening, new_id: str) -> bool:
        """Starts it on the time that is held for it, if it is opened by a client with a technician
        and a date. False if there is one already; raises what Planning.opening raises."""
        if start.origin.via is not Door.HTTP:  # what has been paid for is never refused
            return await self._start(start, new_id)
        slot = await self.planning.opening(new_id, new)
        try:
            started = await self._start(evolve(start, slot=slot), new_id)
        except OutcomeUnknown:  # it may have been opened with this time
            raise
        except (DomainError, ServiceError):
            await self.planning.slots.give_back(slot)
            raise
        if not started:
            await self.planning.slots.give_back(slot)
        return started

    async def cancel_if(
        self,
        aggregate_id: str,
        is_due: Callable[[Execution], bool],
        reason: str,
        origin: Origin,
    ) -> None:
        """Cancels what may be cancelled, as long as the workflow itself says that it `is_due`.

        Raises ExecutionNotFound, and what Gateway.update raises.
        """
        for _ in range(CANCEL_ATTEMPTS):
            state = await self.aggregates.get_strong(aggregate_id)
            if not is_due(state) or ExecutionAction.CANCEL not in state.allowed_actions:
                return
            unchanged = origin.model_copy(update={"expected_versions": (state.version,)})
            with suppress(VersionMismatch):  # somebody has been faster, perhaps with a payment
                cancel = Cancel(reason=reason)
                await self.aggregates.execute_unrecorded(aggregate_id, cancel, unchanged)
                return
        raise Unavailable(f"Execution {aggregate_id} is being changed by many others")

    async def _start(self, start: StartExecution, new_id: str) -> bool:
        """False if there is one already."""
        claim = await self._claim(start.budget_id, new_id)
        started = await self._gateway.start(start) or await self._start_anew(start)
        if not started and await self._budget_of(new_id) != start.budget_id:
            await self._claims.drop(budget_claim(start.budget_id), claim)
        return started

    async def _start_anew(self, start: StartExecution) -> bool:
        """Replaces one that came to an end before it had begun; False if there is no such one."""
        described = await self._gateway.describe(start.workflow_id)
        if described is None or not is_forced_end(described):
            return False
        if await self._gateway.has_begun(start.workflow_id):
            raise WorkflowEnded.of(start.workflow_id)
        return await self._gateway.start(start, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY)

    async def _claim(self, budget_id: str, new_id: str) -> Claim:
        async def is_void(claim: Claim) -> bool:
            holds = await self._budget_of(claim.holder)
            if holds == budget_id:
                raise BudgetTaken(
                    f"Execution already exists for budget {budget_id}",
                    existing=link(claim.holder),
                )
            return bool(holds) or await self._claims.is_settled(claim)

        claim = await take_once_void(self._claims, budget_claim(budget_id), new_id, is_void)
        if claim is None:
            raise Unavailable(f"Budget {budget_id} is being claimed by another request")
        return claim

    async def _budget_of(self, execution_id: str) -> str | None:
        """The budget of an execution, open or ended; None if there is no such execution."""
        if execution := await self._store.get(Execution, execution_id):
            return execution.budget_id
        workflow_id = execution_workflow_id(execution_id)
        described = await self._gateway.describe(workflow_id)
        if described is None:
            return None
        if is_forced_end(described) and not await self._gateway.has_begun(workflow_id):
            return None
        return await memo_text(described, BUDGET_ID)


def link(execution_id: str) -> str:
    return f"/api/v1/executions/{execution_id}"
