"""Tombstones of what was called off before it came: a compensation may overtake the message that it
is about."""

from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from activities.mongo.client import Collection, database_of
from activities.mongo.clock import shared_time

TOMBSTONES_KEPT = timedelta(days=180)
"""Time that a tombstone is kept, far longer than any message lives: what is called off may still be
paid from another device."""


def order_tombstone(service_order_id: str) -> str:
    return f"order:{service_order_id}"


def payment_tombstone(payment_id: str) -> str:
    return f"payment:{payment_id}"


class Tombstones:
    def __init__(self, collection: Collection) -> None:
        self._tombstones = collection

    async def leave(self, what: str, reason: str) -> None:
        """Harmless when repeated; the first reason stands."""
        now = await shared_time(database_of(self._tombstones))
        try:
            await self._tombstones.insert_one({"_id": what, "reason": reason, "recordedAt": now})
        except DuplicateKeyError:
            return

    async def of(self, what: str) -> str | None:
        """Returns the reason; None if it was never called off."""
        found = await self._tombstones.find_one({"_id": what})
        return str(found["reason"]) if found else None
