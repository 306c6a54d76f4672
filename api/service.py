"""What both doors can ask for: the rules that need the engine and the database together."""

import asyncio
from datetime import UTC, datetime

from pymongo.errors import PyMongoError

from activities.claims import BudgetClaims, Claim
from activities.search import ExecutionQuery, Page, Search
from activities.store import HistoryEntry, Store
from api.errors import NoWorkflow, Unavailable
from api.gateway import Gateway
from domain.errors import BudgetTaken, ExecutionExists, ExecutionNotFound
from domain.execution import Execution, ExecutionCommand, Opening, decide, open_execution
from domain.model import to_milliseconds
from workflows.contract import BUDGET_ID, Answer, Origin, execution_id, fingerprint

READABLE_WITHIN = 1.0
"""Seconds that a command waits for its snapshot, so that its sender reads what they wrote."""
FIRST_LOOK, LATER_LOOKS = 0.003, 0.02
"""Seconds between looks for a snapshot: it usually takes about ten milliseconds."""
CLAIM_PATIENCE, CLAIM_LOOKS = 0.1, 20


class ExecutionService:
    def __init__(
        self, gateway: Gateway, store: Store, search: Search, claims: BudgetClaims
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._search = search
        self._claims = claims

    async def create(self, new: Opening, origin: Origin) -> str:
        """Opens the one execution that a service order and a budget can have; returns its id.

        Raises ExecutionExists, BudgetTaken, Unavailable, OutcomeUnknown and PyMongoError.
        """
        new_id = execution_id(new.service_order_id)
        # Temporal forgets closed workflows after its retention; the database does not.
        if await self._store.get(new_id):
            raise _exists(new, new_id)
        claim = await self._claim(new.budget_id, new_id)
        if not await self._gateway.start(new_id, new, origin):
            if await self._budget_of(new_id) != new.budget_id:
                await self._claims.drop(new.budget_id, claim)
            raise _exists(new, new_id)
        return new_id

    async def created(self, new: Opening, new_id: str) -> tuple[Execution, bool]:
        """The execution that has just been created, and whether readers can see it yet."""
        if await self.is_readable(new_id, 1) and (execution := await self._store.get(new_id)):
            return execution, True
        described = await self._gateway.describe(new_id)
        if described is None:
            raise Unavailable("The execution cannot be shown just now")
        execution, _ = open_execution(new, new_id, to_milliseconds(described.start_time))
        return execution, False

    async def command(
        self, execution_id: str, command: ExecutionCommand, origin: Origin
    ) -> Answer[Execution]:
        """Raises the refusing DomainError, and what Gateway.command raises but NoWorkflow."""
        try:
            return await self._gateway.command(execution_id, command, origin)
        except NoWorkflow:
            return await self._command_closed(execution_id, command)

    async def signal(self, execution_id: str, command: ExecutionCommand, origin: Origin) -> None:
        """Like `command`, without waiting: an open execution drops what it may not do."""
        try:
            await self._gateway.signal(execution_id, command, origin)
        except NoWorkflow:
            await self._command_closed(execution_id, command)

    async def get(self, execution_id: str) -> Execution:
        """The snapshot that everybody sees. Raises ExecutionNotFound and PyMongoError."""
        execution = await self._store.get(execution_id)
        if execution is None:
            raise ExecutionNotFound.of(execution_id)
        return execution

    async def find(self, query: ExecutionQuery) -> Page:
        """Raises BadSort, BadCursor and PyMongoError."""
        return await self._search.find(query)

    async def history(self, execution_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """Raises ExecutionNotFound and PyMongoError."""
        entries = await self._store.history(execution_id, after, limit)
        if not entries:
            await self.get(execution_id)
        return entries

    async def get_strong(self, execution_id: str) -> Execution:
        """What the workflow says, or the snapshot of one that has ended."""
        try:
            return await self._gateway.snapshot(execution_id)
        except NoWorkflow:
            return await self.get(execution_id)

    async def is_readable(self, execution_id: str, version: int) -> bool:
        """Waits a moment for the snapshot; False if it is still older, or the database is down."""
        pause = FIRST_LOOK
        try:
            async with asyncio.timeout(READABLE_WITHIN):
                while not await self._store.has_version(execution_id, version):
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.2, LATER_LOOKS)
        except (TimeoutError, PyMongoError):
            return False
        return True

    async def _command_closed(
        self, execution_id: str, command: ExecutionCommand
    ) -> Answer[Execution]:
        """A workflow that has ended refuses as it would have, and so does its snapshot."""
        execution = await self.get(execution_id)
        _, events = decide(execution, command, to_milliseconds(datetime.now(UTC)))
        if events:
            raise Unavailable(
                "The execution's workflow is not running; an operator has to see to it"
            )
        return Answer(state=execution, fingerprint=fingerprint(command))

    async def _claim(self, budget_id: str, new_id: str) -> Claim:
        for _ in range(CLAIM_LOOKS):
            claim = await self._claims.take(budget_id, new_id)
            if claim.execution_id == new_id:
                return claim
            holds = await self._budget_of(claim.execution_id)
            if holds == budget_id:
                raise BudgetTaken(
                    f"Execution already exists for budget {budget_id}",
                    existing=link(claim.execution_id),
                )
            # The claim of a request that failed, or of one that is about to start.
            if holds or claim.is_settled:
                await self._claims.drop(budget_id, claim)
            else:
                await asyncio.sleep(CLAIM_PATIENCE)
        raise Unavailable(f"Budget {budget_id} is being claimed by another request")

    async def _budget_of(self, execution_id: str) -> str | None:
        """The budget of an execution, open or ended; None if there is no such execution."""
        if execution := await self._store.get(execution_id):
            return execution.budget_id
        described = await self._gateway.describe(execution_id)
        return await described.memo_value(BUDGET_ID, None, type_hint=str) if described else None


def link(execution_id: str) -> str:
    return f"/api/v1/executions/{execution_id}"


def _exists(new: Opening, existing: str) -> ExecutionExists:
    return ExecutionExists(
        f"Execution already exists for service order {new.service_order_id}",
        existing=link(existing),
    )
