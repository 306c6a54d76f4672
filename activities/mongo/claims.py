"""Claims of things that only one holder may have, made before the work that they stand for.

A budget is claimed for its execution before that is started; an item of the queue for a mechanic
before the next one looks. The age of a claim is measured by the database's clock: by the clock of
another process, a new claim might be given up as old.
"""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from activities.mongo.client import Collection, Document, database_of
from activities.mongo.clock import shared_time
from domain.kernel.values import Instant, Value

SETTLED_AFTER = timedelta(seconds=60)
"""Age at which a claim without its work is void: no request lives as long, and what has not started
by then never will."""

KEYS_KEPT = timedelta(days=30)
"""Lifetime of the Idempotency-Key of an opening."""


def budget_claim(budget_id: str) -> str:
    return f"budget:{budget_id}"


class Claim(Value):
    holder: str
    claimed_at: Instant


class Claims:
    def __init__(self, collection: Collection) -> None:
        self._claims = collection

    async def take(self, what: str, holder: str) -> Claim:
        """The claim that holds now: ours, made or renewed, or the one that somebody else made."""
        while True:
            ours = Claim(holder=holder, claimed_at=await self._now())
            document = {"_id": what, **ours.model_dump()}
            try:
                await self._claims.insert_one(document)
                return ours
            except DuplicateKeyError:
                held = await self.held(what)
            if held and held.holder != holder:
                return held
            # Renewed only if nobody has dropped it meanwhile as one that never led to anything.
            if held and await self._swap({"_id": what, **held.model_dump()}, document):
                return ours

    async def held(self, what: str) -> Claim | None:
        found = await self._claims.find_one({"_id": what})
        return Claim.model_validate(found) if found else None

    async def drop(self, what: str, claim: Claim) -> None:
        """Gives the thing free again, unless the claim has been renewed or replaced."""
        await self._claims.delete_one({"_id": what, **claim.model_dump()})

    async def is_settled(self, claim: Claim) -> bool:
        """True if its holder has long come to an end, one way or the other."""
        return await self.is_older_than(claim, SETTLED_AFTER)

    async def is_older_than(self, claim: Claim, age: timedelta) -> bool:
        return await self._now() - claim.claimed_at > age

    async def _now(self) -> datetime:
        return await shared_time(database_of(self._claims))

    async def _swap(self, held: Document, document: Document) -> bool:
        result = await self._claims.replace_one(held, document)
        return result.matched_count == 1
