"""Commands that were refused: Temporal keeps no trace of them, and people ask why."""

from collections.abc import Sequence

from pymongo import DESCENDING

from activities.mongo.client import Collection, Cursor
from activities.mongo.once import insert_once
from domain.kernel.events import RefusedCommand

REFUSALS_KEPT = 100
"""Number of refusals that are kept of each aggregate: the latest."""


class Refusals:
    def __init__(self, collection: Collection) -> None:
        self._refused = collection

    async def add(self, aggregate_id: str, refused: Sequence[RefusedCommand]) -> None:
        """Adds those that are not there yet, and deletes the oldest beyond `REFUSALS_KEPT`."""
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
        surplus = self._of(aggregate_id, {"_id": 1}).skip(REFUSALS_KEPT)
        if ids := [each["_id"] async for each in surplus]:
            await self._refused.delete_many({"_id": {"$in": ids}})

    async def latest(self, aggregate_id: str) -> list[RefusedCommand]:
        """Returns them in the order in which they came."""
        found = await self._of(aggregate_id).limit(REFUSALS_KEPT).to_list(REFUSALS_KEPT)
        return [RefusedCommand.model_validate(each) for each in reversed(found)]

    def _of(self, aggregate_id: str, fields: dict[str, int] | None = None) -> Cursor:
        newest_first = [("occurredAt", DESCENDING), ("refusalId", DESCENDING)]
        return self._refused.find({"aggregateId": aggregate_id}, fields).sort(newest_first)
