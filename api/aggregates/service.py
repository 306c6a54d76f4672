"""Commands to any aggregate, and its state: from its workflow while it runs, else its snapshot."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Generic, NamedTuple

from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription

from activities.mongo.history import HistoryEntry
from activities.mongo.reservations import Reservations
from activities.mongo.store import Store
from api.aggregates.closed import ClosedWorkflows
from api.aggregates.refused_commands import RefusedCommands
from api.aggregates.reopening import Reopening
from api.errors import NoWorkflow, Unavailable
from api.temporal.gateway import Gateway, checked
from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.events import RefusedCommand
from domain.kernel.values import to_milliseconds
from workflows.client.forced_ends import aggregate_id_of, is_forced_end
from workflows.contract import Origin, fingerprint
from workflows.kinds import Kind
from workflows.start_inputs import StartInput

READABLE_WITHIN = 1.0
"""Seconds that a command waits for its snapshot, so that its sender reads what they wrote."""
FIRST_LOOK, LATER_LOOKS = 0.002, 0.02
"""Seconds between looks for a snapshot: it usually takes about ten milliseconds."""


class HistoryPage(NamedTuple):
    """`next_after` is the sequence behind which the next page begins, if there is one; `refused`
    are the latest refused commands, oldest first, if they were asked for."""

    entries: list[HistoryEntry]
    next_after: int | None
    refused: list[RefusedCommand] | None


class Aggregates(Generic[State]):
    """The aggregates of one kind."""

    def __init__(
        self,
        kind: Kind[State],
        gateway: Gateway[State],
        store: Store,
        reservations: Reservations,
    ) -> None:
        self._kind = kind
        self._gateway = gateway
        self._store = store
        self._reopening = Reopening(kind, gateway, store, reservations)
        self.refused = RefusedCommands(kind.state, store, self.get)
        self.closed = ClosedWorkflows(kind.state, store, self.workflow_id, self.describe)

    def workflow_id(self, aggregate_id: str) -> str:
        """Raises the kind's not-found error for what is no id."""
        workflow_id = self._kind.workflow_id(aggregate_id)
        if workflow_id is None:
            raise self._kind.state.not_found(aggregate_id)
        return workflow_id

    async def created(
        self, aggregate_id: str, opened_at: Callable[[datetime], State]
    ) -> tuple[State, bool]:
        """The state of what has just been started, and whether readers can see it yet."""
        if await self.is_readable(aggregate_id, 1):
            return await self.get(aggregate_id), True
        described = await self._gateway.describe(self.workflow_id(aggregate_id))
        if described is None:
            raise Unavailable("It cannot be shown just now")
        return opened_at(to_milliseconds(described.start_time)), False

    async def execute(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """Raises the refusing DomainError, and what Gateway.update raises but NoWorkflow."""
        async with self.refused.recorded(aggregate_id, command, origin):
            return await self.execute_unrecorded(aggregate_id, command, origin)

    async def execute_unrecorded(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """Executes like `execute`, for callers that have another thing to try: a refusal leaves no
        trace."""
        origin = origin.model_copy(update={"aggregate_id": aggregate_id})
        try:
            return await self._gateway.update(self.workflow_id(aggregate_id), command, origin)
        except NoWorkflow:
            return await self.execute_closed(aggregate_id, command, origin)

    async def signal(self, aggregate_id: str, command: Command[State], origin: Origin) -> None:
        """Sends a command like `execute`, without waiting: an open workflow drops what may not be
        done."""
        origin = origin.model_copy(update={"aggregate_id": aggregate_id})
        try:
            await self._gateway.signal(self.workflow_id(aggregate_id), command, origin)
        except NoWorkflow:
            await self.execute_closed(aggregate_id, command, origin)

    async def get(self, aggregate_id: str) -> State:
        """The snapshot that everybody sees. Raises the kind's not-found error and PyMongoError."""
        state = await self._store.get(self._kind.state, aggregate_id)
        if state is None:
            raise self._kind.state.not_found(aggregate_id)
        return state

    async def get_strong(self, aggregate_id: str) -> State:
        """The state as the workflow has it, or the snapshot of one that has ended."""
        try:
            state = await self._gateway.snapshot(self.workflow_id(aggregate_id))
        except NoWorkflow:
            return await self.closed.read(aggregate_id)
        if state.is_gone or state.aggregate_id != aggregate_id:
            raise self._kind.state.not_found(aggregate_id)
        return state

    async def history_page(
        self, aggregate_id: str, after: int, limit: int, *, with_refused: bool
    ) -> HistoryPage:
        """Raises the kind's not-found error and PyMongoError."""
        entries = await self._whole_history(aggregate_id, after, limit + 1)
        # The history of what is gone stays, and one that has been read to its end is no mistake.
        if not entries and not (after and await self._store.history(aggregate_id, 0, 1)):
            await self.get(aggregate_id)
        page = entries[:limit]
        refused = await self._store.refusals.latest(aggregate_id) if with_refused else None
        return HistoryPage(page, page[-1].sequence if len(entries) > limit else None, refused)

    async def retry_delivery(self, aggregate_id: str) -> None:
        """Starts the delivery of what is pending again at once. Raises like `signal`."""
        described = await self.describe(aggregate_id)
        if described is None or is_forced_end(described):
            state = await self.get(aggregate_id)
            if not state.is_over:
                raise await self.closed.reason(state)
        with suppress(NoWorkflow):  # all of it has been delivered
            await self._gateway.retry_delivery(self.workflow_id(aggregate_id))

    async def describe(self, aggregate_id: str) -> WorkflowExecutionDescription | None:
        """The description that Temporal has of its workflow; needs no worker."""
        described = await self._gateway.describe(self.workflow_id(aggregate_id))
        # Another aggregate may have taken its place under the workflow id.
        if described is None or await aggregate_id_of(self._kind, described) != aggregate_id:
            return None
        return described

    async def _whole_history(self, aggregate_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """Waits a moment for the entries of the versions that the snapshot shows already."""
        entries = await self._store.history(aggregate_id, after, limit)
        if len(entries) == limit:
            return entries  # a full page, however far the snapshot is
        shown = await self._store.version_of(self._kind.state, aggregate_id)
        for pause in _pauses():
            last = entries[-1].sequence if entries else after
            if last >= shown or len(entries) == limit:
                break
            await asyncio.sleep(pause)
            entries = await self._store.history(aggregate_id, after, limit)
        return entries

    async def show(self, state: State) -> bool:
        """Has readers see a state that Temporal has recorded, without waiting for its delivery,
        which finds it there. Returns like `is_readable`."""
        try:
            async with asyncio.timeout(READABLE_WITHIN):
                if await self._store.update_older(state):
                    return True
        except (TimeoutError, PyMongoError):
            return False
        # Readers may still see a higher version, of a run that has been given up.
        revision = state.revision if state.was_reset else 0
        return await self.is_readable(state.aggregate_id, state.version, revision)

    async def is_readable(self, aggregate_id: str, version: int, revision: int = 0) -> bool:
        """Waits a moment for the snapshot; False if it is still older, or the database is down."""
        kind = self._kind.state
        with suppress(TimeoutError, PyMongoError):
            async with asyncio.timeout(READABLE_WITHIN):
                for pause in _pauses():
                    if await self._store.has_version(kind, aggregate_id, version, revision):
                        return True
                    await asyncio.sleep(pause)
        return False

    async def execute_closed(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        """The answer that its workflow would have given, which has ended. Raises like `execute`."""
        ledger = await self.closed.ledger(aggregate_id, origin.key)
        state, is_repeat = ledger.state, ledger.find_answer(origin.key) is not None
        if not (is_repeat or state.is_over or command.is_done(state)):
            raise await self.closed.reason(state)
        answer, _ = ledger.apply(command, origin, to_milliseconds(datetime.now(UTC)))
        if ledger.state is not state:
            return await self._reopen(state, command, origin)
        return checked(answer, fingerprint(command), origin)

    async def first_answer(self, start: StartInput[State]) -> Answer[State] | None:
        """The answer to a repeated opening, if it was this one that opened the aggregate.

        Raises KeyReused, and what Gateway.snapshot raises but NoWorkflow.
        """
        origin, aggregate_id = start.origin, start.aggregate_id
        if origin.key is None:
            return None
        try:
            answer = await self._gateway.first_answer(start)
        except NoWorkflow:
            answer = None
        if answer is None or answer.state.aggregate_id != aggregate_id:
            answer = await self.closed.last_answer(aggregate_id, origin.key)
        return checked(answer, start.fingerprint, origin) if answer else None

    async def _reopen(self, state: State, command: Command[State], origin: Origin) -> Answer[State]:
        """Reopens the workflow of an aggregate that is over, with `command`. Where another request
        has been faster, the state is no longer the last word, and all is looked at again."""
        answer = await self._reopening.reopen(state, command, origin)
        return answer or await self.execute_unrecorded(state.aggregate_id, command, origin)


def _pauses() -> Iterator[float]:
    """Seconds between looks, growing, until a reader has waited long enough."""
    until, pause = time.monotonic() + READABLE_WITHIN, FIRST_LOOK
    while time.monotonic() < until:
        yield pause
        pause = min(pause * 1.1, LATER_LOOKS)
