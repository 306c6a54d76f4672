"""What the doors can ask of any aggregate: its workflow while it runs, its snapshot afterwards."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Generic
from uuid import uuid4

from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription

from activities.mongo.claims import Reservations
from activities.mongo.store import HistoryEntry, Store
from api.aggregates.closed import ClosedWorkflows
from api.aggregates.creation_keys import Openings
from api.aggregates.explanation import Findings
from api.errors import (
    NoWorkflow,
    OutcomeUnknown,
    Unavailable,
    WorkflowStuck,
)
from api.temporal.gateway import Gateway, checked
from domain.kernel.aggregate import Answer, Command, State, decide
from domain.kernel.errors import DomainError, code_of
from domain.kernel.events import RefusedCommand
from domain.kernel.values import to_milliseconds
from workflows.client.forced_ends import is_forced_end
from workflows.contract import ContinuedState, Origin, Start, fingerprint, refused_command

log = logging.getLogger("api")

READABLE_WITHIN = 1.0
"""Seconds that a command waits for its snapshot, so that its sender reads what they wrote."""
TAKEN_DOWN_WITHIN = 0.5
"""Seconds that a refusal waits until it is kept."""
ENDING_LOOKS, ENDING_PAUSE = 100, 0.05
"""How often, and every how many seconds, to look whether a workflow that is ending has ended."""
FIRST_LOOK, LATER_LOOKS = 0.002, 0.02
"""Seconds between looks for a snapshot: it usually takes about ten milliseconds."""


class Service(Generic[State]):
    """A subclass says under which workflow id an aggregate is found."""

    KIND: type[State]

    def __init__(
        self,
        gateway: Gateway[State],
        store: Store,
        openings: Openings,
        reservations: Reservations,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._openings = openings
        self._reservations = reservations
        self._closed = ClosedWorkflows(self.KIND, store, self.workflow_id, self.described)

    def workflow_id(self, aggregate_id: str) -> str:
        raise NotImplementedError

    def restart(self, state: State, origin: Origin, carried: ContinuedState[State]) -> Start:
        """The input by which a workflow that has ended goes on from its snapshot."""
        raise NotImplementedError

    async def created(
        self, aggregate_id: str, opened_at: Callable[[datetime], State]
    ) -> tuple[State, bool]:
        """What has just been started, and whether readers can see it yet."""
        if await self.is_readable(aggregate_id, 1):
            return await self.get(aggregate_id), True
        described = await self._gateway.describe(self.workflow_id(aggregate_id))
        if described is None:
            raise Unavailable("It cannot be shown just now")
        return opened_at(to_milliseconds(described.start_time)), False

    async def command(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """Raises the refusing DomainError, and what Gateway.command raises but NoWorkflow."""
        try:
            return await self.attempt(aggregate_id, command, origin)
        except DomainError as refusal:
            await self._take_down(aggregate_id, command, origin, refusal)
            raise

    async def attempt(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """Like `command`, for those who know what else to try: a refusal leaves no trace."""
        origin = origin.model_copy(update={"aggregate_id": aggregate_id})
        try:
            return await self._gateway.command(self.workflow_id(aggregate_id), command, origin)
        except NoWorkflow:
            return await self._command_closed(aggregate_id, command, origin)

    async def signal(self, aggregate_id: str, command: Command[State], origin: Origin) -> None:
        """Like `command`, without waiting: an open workflow drops what may not be done."""
        origin = origin.model_copy(update={"aggregate_id": aggregate_id})
        try:
            await self._gateway.signal(self.workflow_id(aggregate_id), command, origin)
        except NoWorkflow:
            await self._command_closed(aggregate_id, command, origin)

    async def get(self, aggregate_id: str) -> State:
        """The snapshot that everybody sees. Raises the kind's not-found error and PyMongoError."""
        state = await self._store.get(self.KIND, aggregate_id)
        if state is None:
            raise self.KIND.not_found(aggregate_id)
        return state

    async def get_strong(self, aggregate_id: str) -> State:
        """What the workflow says, or the snapshot of one that has ended."""
        try:
            state = await self._gateway.snapshot(self.workflow_id(aggregate_id))
        except NoWorkflow:
            return await self._closed.read(aggregate_id)
        if state.is_gone or state.aggregate_id != aggregate_id:
            raise self.KIND.not_found(aggregate_id)
        return state

    async def history(self, aggregate_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """Raises the kind's not-found error and PyMongoError."""
        entries = await self._store.history(aggregate_id, after, limit)
        # The history of what is gone stays, and one that has been read to its end is no mistake.
        if not entries and not (after and await self._store.history(aggregate_id, 0, 1)):
            await self.get(aggregate_id)
        return entries

    async def refused(self, aggregate_id: str) -> list[RefusedCommand]:
        """The latest commands that were refused, oldest first. Raises PyMongoError."""
        return await self._store.refusals.latest(aggregate_id)

    async def explain(self, aggregate_id: str) -> Findings:
        """Why nothing moves. Raises the kind's not-found error, Unavailable, OutcomeUnknown, and
        PyMongoError where only the database could know of it."""
        described, workflow_id = await self.described(aggregate_id), self.workflow_id(aggregate_id)
        findings = Findings(described, await self._gateway.has_worker(workflow_id))
        if not findings.is_running:
            return await self._explain_closed(aggregate_id, findings)
        if not findings.has_worker:
            return findings
        try:
            untold = await self._gateway.undelivered(workflow_id)
        except WorkflowStuck:
            return replace(findings, task_fails=True)
        except (OutcomeUnknown, Unavailable, NoWorkflow):
            return findings
        return replace(findings, undelivered=untold)

    async def _explain_closed(self, aggregate_id: str, findings: Findings) -> Findings:
        if findings.was_forced:
            with suppress(PyMongoError, DomainError):
                return replace(findings, is_over=(await self._closed.read(aggregate_id)).is_over)
            return findings
        if findings.described is None:
            return replace(findings, is_over=(await self._closed.read(aggregate_id)).is_over)
        return findings

    async def retry_delivery(self, aggregate_id: str) -> None:
        """Has what is not told yet tried again at once. Raises like `signal`."""
        described = await self.described(aggregate_id)
        if described is None or is_forced_end(described):
            state = await self.get(aggregate_id)
            if not state.is_over:
                raise await self._closed.reason(state)
        with suppress(NoWorkflow):  # all of it has been told
            await self._gateway.retry_delivery(self.workflow_id(aggregate_id))

    async def described(self, aggregate_id: str) -> WorkflowExecutionDescription | None:
        """What Temporal knows of its workflow, without a worker."""
        return await self._gateway.describe(self.workflow_id(aggregate_id))

    async def is_readable(self, aggregate_id: str, version: int, revision: int = 0) -> bool:
        """Waits a moment for the snapshot; False if it is still older, or the database is down."""
        pause = FIRST_LOOK
        try:
            async with asyncio.timeout(READABLE_WITHIN):
                while not await self._store.has_version(self.KIND, aggregate_id, version, revision):
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.1, LATER_LOOKS)
        except (TimeoutError, PyMongoError):
            return False
        return True

    async def _command_closed(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """A workflow that has ended would have answered so, and its snapshot does the same."""
        if answer := await self._last_answer(aggregate_id, origin):
            return checked(answer, fingerprint(command), origin)
        state = await self._closed.snapshot(aggregate_id)
        if not state.is_over and not command.is_done(state):
            raise await self._closed.reason(state)
        state.expect(origin.expected_versions)
        _, events = decide(state, command, to_milliseconds(datetime.now(UTC)))
        if events:
            return await self._take_up(state, command, origin)
        return Answer(state=state, fingerprint=fingerprint(command))

    async def _first_answer(self, aggregate_id: str, start: Start) -> Answer[State] | None:
        """What a repeated opening is answered, if it was this one that opened the aggregate.

        Raises KeyReused, and what Gateway.snapshot raises but NoWorkflow.
        """
        origin = start.origin
        if origin.key is None:
            return None
        try:
            answer = await self._gateway.first_answer(start)
        except NoWorkflow:
            answer = None
        if answer is None or answer.state.aggregate_id != aggregate_id:
            answer = await self._last_answer(aggregate_id, origin)
        return checked(answer, start.fingerprint, origin) if answer else None

    async def _last_answer(self, aggregate_id: str, origin: Origin) -> Answer[State] | None:
        """What the key has led to while the aggregate was not over yet."""
        if origin.key is None:
            return None
        return (await self._store.answers.of(self.KIND, aggregate_id)).get(origin.key)

    async def _take_down(
        self, aggregate_id: str, command: Command[State], origin: Origin, refusal: DomainError
    ) -> None:
        """For those who ask why. The answer does not wait long for that, and never fails by it."""
        if isinstance(refusal, type(self.KIND.not_found(aggregate_id))):
            return
        code, at = code_of(type(refusal).__name__), to_milliseconds(datetime.now(UTC))
        try:
            async with asyncio.timeout(TAKEN_DOWN_WITHIN):
                state = await self.get(aggregate_id)
                refused = refused_command(
                    command.ACTION, state, code, refusal.message, origin, at, str(uuid4())
                )
                await self._store.refusals.add(aggregate_id, [refused])
        except (TimeoutError, PyMongoError, DomainError) as failure:
            log.warning("refusal not taken down", extra={"reason": str(failure), "code": code})

    async def _take_up(
        self, state: State, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """The workflow of what is over has ended; it goes on from the snapshot.

        By one request for each revision: after another has been there, the snapshot that was read
        is no longer the last word, and all is looked at again.
        """
        what = f"{state.aggregate_id}:retomada:{state.revision}"
        who = origin.key or token_hex(8)
        for _ in range(ENDING_LOOKS):
            if await self._reservations.reserve(what, who):
                break
            await asyncio.sleep(ENDING_PAUSE)
            if (await self.get(state.aggregate_id)).revision != state.revision:
                return await self.attempt(state.aggregate_id, command, origin)
        else:
            raise Unavailable("Another request has just taken this up")
        answers = await self._store.answers.of(self.KIND, state.aggregate_id)
        carried: ContinuedState[State] = ContinuedState(
            state=state, told=state.revision, answers=answers
        )
        try:
            start = self.restart(state, origin, carried)
            return await self._gateway.take_up(start, command, origin)
        except (Unavailable, DomainError):  # nothing was changed, so the next one need not wait
            await self._reservations.release(what, who)
            raise
