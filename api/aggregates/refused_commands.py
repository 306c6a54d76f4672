"""Commands that were refused, kept for those who ask why nothing has changed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Generic
from uuid import uuid4

from pymongo.errors import PyMongoError

from activities.mongo.store import Store
from domain.kernel.aggregate import Command, State
from domain.kernel.errors import DomainError, code_of
from domain.kernel.ledger import refused_command
from domain.kernel.values import to_milliseconds
from workflows.contract import Origin

log = logging.getLogger("api")

RECORDED_WITHIN = 0.5
"""Seconds that a refusal waits until it is kept."""


class RefusedCommands(Generic[State]):
    def __init__(
        self, kind: type[State], store: Store, get: Callable[[str], Awaitable[State]]
    ) -> None:
        """`get` raises the kind's not-found error and PyMongoError."""
        self._kind, self._store, self._get = kind, store, get

    @asynccontextmanager
    async def recorded(
        self, aggregate_id: str, command: Command[State], origin: Origin
    ) -> AsyncIterator[None]:
        """Keeps the refusal that is raised inside."""
        try:
            yield
        except DomainError as refusal:
            if not isinstance(refusal, self._kind.NOT_FOUND):
                await self._record(aggregate_id, command, origin, refusal)
            raise

    async def _record(
        self, aggregate_id: str, command: Command[State], origin: Origin, refusal: DomainError
    ) -> None:
        """The answer does not wait long for that, and never fails by it."""
        code, at = code_of(type(refusal).__name__), to_milliseconds(datetime.now(UTC))
        try:
            async with asyncio.timeout(RECORDED_WITHIN):
                state = await self._get(aggregate_id)
                refused = refused_command(
                    command.ACTION, state, code, refusal.message, origin, at, str(uuid4())
                )
                await self._store.refusals.add(aggregate_id, [refused])
        except (TimeoutError, PyMongoError, DomainError) as failure:
            log.warning("refusal not recorded", extra={"reason": str(failure), "code": code})
