"""Temporal with a worker, as a fake with behaviour: keeps executions, answers as they would."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

from pydantic_core import from_json, to_json
from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription

from activities.store import Store
from api.errors import KeyReused, NoWorkflow, ServiceError
from api.gateway import Gateway
from domain.errors import DomainError, revive
from domain.events import Event, RecordedEvent
from domain.execution import Execution, ExecutionCommand, Opening, decide, open_execution
from domain.model import to_milliseconds
from domain.status import ExecutionStatus
from tests.domain.builders import WAY_TO, driven, recorded
from workflows.contract import BUDGET_ID, Answer, Origin, fingerprint


class Description:
    """What Temporal says of a workflow without asking it."""

    def __init__(self, execution: Execution) -> None:
        self.start_time = execution.created_at
        self._memo = {BUDGET_ID: execution.budget_id}

    async def memo_value(self, key: str, default: object, type_hint: type) -> object:
        return self._memo.get(key, default)


class FakeEngine(Gateway):
    """Ended workflows are closed; what is delivered goes to the store, unless held back."""

    def __init__(self, store: Store) -> None:
        self.states: dict[str, Execution] = {}
        self.origins: list[Origin] = []
        self.taken = asyncio.Event()
        self._store = store
        self._answers: dict[tuple[str, str], Answer[Execution]] = {}
        self._outbox: list[tuple[Execution, tuple[RecordedEvent, ...]]] = []
        self._holds = False
        self._failure: ServiceError | None = None
        self._hangs = False

    def fail(self, failure: ServiceError) -> None:
        """From here on every call fails like this, before anything has changed."""
        self._failure = failure

    def recover(self) -> None:
        self._failure = None

    def hang(self) -> None:
        """From here on no call ever answers."""
        self._hangs = True

    def hold_deliveries(self) -> None:
        self._holds = True
        self.taken.clear()

    async def release_deliveries(self) -> None:
        self._holds = False
        await self._deliver()

    def forget(self, execution_id: str) -> None:
        """As Temporal does after its retention."""
        del self.states[execution_id]

    async def reach(self, execution_id: str, status: ExecutionStatus) -> Execution:
        """Has somebody else drive a new execution to `status`, and deliver it."""
        new = self.states[execution_id]
        reached = driven(new, *WAY_TO[status], at=new.created_at)
        self.states[execution_id] = reached
        await self._store.save(reached)
        return reached

    async def start(self, execution_id: str, new: Opening, origin: Origin) -> bool:
        await self._trouble()
        if execution_id in self.states:
            return False
        execution, events = open_execution(new, execution_id, _now())
        await self._take(None, execution, events, "create", origin)
        return True

    async def command(
        self, execution_id: str, command: ExecutionCommand, origin: Origin
    ) -> Answer[Execution]:
        await self._trouble()
        before = self._open(execution_id)
        answer = self._answers.get((execution_id, origin.key or ""))
        if answer is None:
            after, events = self._decide(before, command)
            answer = Answer(
                state=after, fingerprint=fingerprint(command), request_id=origin.request_id
            )
            if origin.key:
                self._answers[execution_id, origin.key] = answer
            await self._take(before, after, events, command.ACTION, origin)
        if answer.fingerprint != fingerprint(command):
            raise KeyReused(f"Idempotency-Key {origin.key} was used with another command or body")
        return answer

    async def signal(self, execution_id: str, command: ExecutionCommand, origin: Origin) -> None:
        await self._trouble()
        before = self._open(execution_id)
        try:
            after, events = decide(before, command, _now())
        except DomainError:
            return
        await self._take(before, after, events, command.ACTION, origin)

    async def snapshot(self, execution_id: str) -> Execution:
        await self._trouble()
        return self._open(execution_id)

    async def describe(self, execution_id: str) -> WorkflowExecutionDescription | None:
        await self._trouble()
        known = self.states.get(execution_id)
        return cast(WorkflowExecutionDescription, Description(known)) if known else None

    def _open(self, execution_id: str) -> Execution:
        execution = self.states.get(execution_id)
        if execution is None or execution.is_over:
            raise NoWorkflow(execution_id)
        return execution

    def _decide(
        self, before: Execution, command: ExecutionCommand
    ) -> tuple[Execution, tuple[Event, ...]]:
        try:
            return decide(before, command, _now())
        except DomainError as refusal:
            facts: dict[str, Any] = from_json(to_json(refusal.facts))
            revived = revive(type(refusal).__name__, refusal.message, facts)
            raise revived or refusal from None

    async def _take(
        self,
        before: Execution | None,
        after: Execution,
        events: tuple[Event, ...],
        command: str,
        origin: Origin,
    ) -> None:
        self.states[after.execution_id] = after
        self.origins.append(origin)
        self.taken.set()
        self._outbox.append((after, recorded(before, after, events, command, origin)))
        await self._deliver()

    async def _deliver(self) -> None:
        while self._outbox and not self._holds:
            execution, events = self._outbox[0]
            try:
                if events:
                    await self._store.append(execution.execution_id, events)
                await self._store.save(execution)
            except PyMongoError:
                return  # the real one tries again for as long as it takes
            del self._outbox[0]

    async def _trouble(self) -> None:
        if self._hangs:
            await asyncio.Event().wait()
        if self._failure:
            raise self._failure


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))
