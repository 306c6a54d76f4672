"""Which execution a budget belongs to: a claim, made before the execution is started."""

from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import DuplicateKeyError

from domain.model import Instant, Value

SETTLED_AFTER = timedelta(seconds=60)
"""Longer than any request lives: what has not started by then never will."""


class Claim(Value):
    execution_id: str
    claimed_at: Instant

    @property
    def is_settled(self) -> bool:
        return datetime.now(UTC) - self.claimed_at > SETTLED_AFTER


class BudgetClaims:
    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._claims = database["claims"]

    async def take(self, budget_id: str, execution_id: str) -> Claim:
        """The claim that holds now: ours, made or renewed, or the one that somebody else made."""
        key = {"_id": f"budget:{budget_id}"}
        while True:
            ours = Claim(execution_id=execution_id, claimed_at=datetime.now(UTC))
            document = {**key, **ours.model_dump()}
            try:
                await self._claims.insert_one(document)
                return ours
            except DuplicateKeyError:
                found = await self._claims.find_one(key)
            held = Claim.model_validate(found) if found else None
            if held and held.execution_id != execution_id:
                return held
            # Renewed only if nobody has dropped it meanwhile as one that never led to anything.
            if held and await self._swap(key | held.model_dump(), document):
                return ours

    async def drop(self, budget_id: str, claim: Claim) -> None:
        """Gives the budget free again, unless the claim has been renewed or replaced."""
        await self._claims.delete_one({"_id": f"budget:{budget_id}", **claim.model_dump()})

    async def _swap(self, held: dict[str, Any], document: dict[str, Any]) -> bool:
        result = await self._claims.replace_one(held, document)
        return result.matched_count == 1
