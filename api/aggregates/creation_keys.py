"""The Idempotency-Keys that aggregates were created under, so that a repeat creates no second one.

A command's key belongs to its aggregate, whose workflow knows it. Before there is an aggregate, the
key is claimed here, for each client apart.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.mongo.claims import Claims
from domain.kernel.errors import DomainError
from workflows.contract import Origin


def creation_claim(action: str, origin: Origin) -> str:
    """The name under which the key of a creation is claimed."""
    return f"{action}:{origin.actor or ''}:{origin.key}"


class CreationKeys:
    def __init__(self, claims: Claims) -> None:
        self._claims = claims

    @asynccontextmanager
    async def under_key(self, action: str, wanted: str, origin: Origin) -> AsyncIterator[str]:
        """The id that the key stands for: `wanted`, or one that it was given before. A refusal
        does not use the key up. Raises PyMongoError."""
        if origin.key is None:
            yield wanted
            return
        what = creation_claim(action, origin)
        claim = await self._claims.take(what, wanted)
        try:
            yield claim.holder
        except DomainError:
            if claim.holder == wanted:
                await self._claims.drop(what, claim)
            raise
