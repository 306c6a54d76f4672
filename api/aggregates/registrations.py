"""Registers aggregates under ids that their clients choose, or changes those that are known."""

from typing import Generic

from api.aggregates.creation_keys import CreationKeys
from api.aggregates.service import Aggregates
from api.errors import KeyReused
from api.temporal.gateway import Gateway
from domain.kernel.aggregate import Answer, Command, State
from workflows.start_inputs import StartInput


class Registrations(Generic[State]):
    def __init__(
        self,
        aggregates: Aggregates[State],
        gateway: Gateway[State],
        creation_keys: CreationKeys,
    ) -> None:
        self._aggregates = aggregates
        self._gateway = gateway
        self._creation_keys = creation_keys

    async def put(
        self, start: StartInput[State], change: Command[State], *, may_start: bool
    ) -> Answer[State] | None:
        """Starts the workflow of what is new, or changes what Temporal knows. None once it has
        been started. `may_start` is false for what the database knows, which keeps what Temporal
        has forgotten. Raises KeyReused, PyMongoError, and what a command raises."""
        if may_start and await self._start(start):
            return None
        return await self._aggregates.execute(start.aggregate_id, change, start.origin)

    async def _start(self, start: StartInput[State]) -> bool:
        """False if Temporal knows it already."""
        wanted, origin = start.aggregate_id, start.origin
        async with self._creation_keys.under_key(start.ACTION, wanted, origin) as stands_for:
            if stands_for != wanted:
                raise KeyReused(f"Idempotency-Key {origin.key} has registered another one")
            return await self._gateway.start(start)
