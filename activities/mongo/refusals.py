"""Commands that were refused: the engine keeps no trace of them, and people ask why."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import DESCENDING

from activities.mongo.once import insert_once
from domain.kernel.events import RefusedCommand

KEPT = 100
"""The latest of each aggregate."""


class Refusals:
    def __init__(self, collection: "AsyncIOMotorCollection[dict[str, Any]]") -> None:
        self._refused = collection

    async def add(self, aggregate_id: str, refused: Sequence[RefusedCommand]) -> None:
        """Adds what is not there yet, and lets go of the oldest."""
        if not refused:
            return
        documents = [
            {
                "_id": each.refusal_id,
                "aggregateId": aggregate_id,
                **each.model_dump(exclude_none=True),
            }
            for each in refused
        ]
        await insert_once(self._refused, documents)
        surplus = self._of(aggregate_id, {"_id": 1}).skip(KEPT)
        if ids := [each["_id"] async for each in surplus]:
            await self._refused.delete_many({"_id": {"$in": ids}})

    async def latest(self, aggregate_id: str) -> list[RefusedCommand]:
        """In the order in which they came."""
        found = await self._of(aggregate_id).limit(KEPT).to_list(KEPT)
        return [RefusedCommand.model_validate(each) for each in reversed(found)]

    def _of(self, aggregate_id: str, fields: dict[str, int] | None = None) -> Any:
        newest_first = [("occurredAt", DESCENDING), ("refusalId", DESCENDING)]
        return self._refused.find({"aggregateId": aggregate_id}, fields).sort(newest_first)
