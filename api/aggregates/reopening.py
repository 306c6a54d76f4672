"""Reopens the workflow of an aggregate that is over, for a command that is still allowed."""

import asyncio
from dataclasses import dataclass
from secrets import token_hex
from typing import Generic

from activities.mongo.reservations import Reservations
from activities.mongo.store import Store
from api.errors import Unavailable
from api.temporal.gateway import Gateway
from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.errors import DomainError
from workflows.contract import Origin
from workflows.kinds import Kind
from workflows.start_inputs import ContinuedState

LOOKS, PAUSE = 100, 0.05
"""The number of looks whether another request has reopened it, and the seconds between them."""


@dataclass(frozen=True)
class ReopenLock:
    """A lock on one revision of an aggregate: two requests that reopened the same one would each
    undo what the other did."""

    aggregate_id: str
    revision: int

    @property
    def name(self) -> str:
        """The id under which it is stored."""
        return f"{self.aggregate_id}:retomada:{self.revision}"


class Reopening(Generic[State]):
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
        self._reservations = reservations

    async def reopen(
        self, state: State, command: Command[State], origin: Origin
    ) -> Answer[State] | None:
        """The answer of the workflow, which goes on from the snapshot `state`. None if another
        request has changed it meanwhile.

        Raises Unavailable, and what Gateway.reopen raises.
        """
        lock = ReopenLock(state.aggregate_id, state.revision).name
        holder = origin.key or token_hex(8)
        if not await self._has_locked(lock, holder, state):
            return None
        answers = await self._store.answers.of(self._kind.state, state.aggregate_id)
        carried: ContinuedState[State] = ContinuedState(
            state=state, told=state.revision, answers=answers
        )
        try:
            start = self._kind.restart(state, origin, carried)
            return await self._gateway.reopen(start, command, origin)
        except (Unavailable, DomainError):  # nothing was changed, so the next one need not wait
            await self._reservations.release(lock, holder)
            raise

    async def _has_locked(self, lock: str, holder: str, state: State) -> bool:
        """Waits for another's lock; False if its holder has changed the aggregate."""
        for _ in range(LOOKS):
            if await self._reservations.reserve(lock, holder):
                return True
            await asyncio.sleep(PAUSE)
            now = await self._store.get(self._kind.state, state.aggregate_id)
            if now is None:
                raise self._kind.state.not_found(state.aggregate_id)
            if now.revision != state.revision:
                return False
        raise Unavailable("Another request has just taken this up")
