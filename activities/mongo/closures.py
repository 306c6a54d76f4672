"""Closures: days on which the whole workshop does not work. They are documents and nothing else,
which people enter and planning reads."""

from collections.abc import Iterable

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from activities.mongo.client import Collection, Document
from domain.agenda.week import Day
from domain.kernel.values import Value

MANUAL = "manual"
"""The source of a closure that somebody has entered."""


class Closure(Value):
    """A day without work, and why; `source` tells days that were entered one by one from those of
    an import."""

    date: Day
    name: str
    source: str


class Closures:
    def __init__(self, collection: Collection) -> None:
        self._closures = collection

    async def of(self, day: str) -> Closure | None:
        found = await self._closures.find_one({"_id": day})
        return _closure(found) if found else None

    async def between(self, first: str | None, last: str | None) -> list[Closure]:
        """Closures in the order of their days, both ends included; an end that is None is open."""
        ends = {"$gte": first, "$lte": last}
        bounds = {operator: day for operator, day in ends.items() if day is not None}
        found = self._closures.find({"_id": bounds} if bounds else {}).sort("_id", ASCENDING)
        return [_closure(each) for each in await found.to_list(None)]

    async def put(self, closure: Closure) -> bool:
        """Returns whether the day was open until now; if not, the closure replaces that of the
        day."""
        replaced = await self._closures.replace_one(
            {"_id": closure.date}, _document(closure), upsert=True
        )
        return replaced.matched_count == 0

    async def add(self, closures: Iterable[Closure]) -> list[Closure]:
        """Returns those that were added: a day that is closed already stays as it is. A repeat goes
        on where a failure has left off."""
        return [each for each in closures if await self._is_added(each)]

    async def _is_added(self, closure: Closure) -> bool:
        try:
            await self._closures.insert_one(_document(closure))
        except DuplicateKeyError:
            return False
        return True

    async def remove(self, day: str) -> bool:
        """Returns whether the day was closed."""
        removed = await self._closures.delete_one({"_id": day})
        return removed.deleted_count > 0


def _document(closure: Closure) -> Document:
    return {"_id": closure.date, "name": closure.name, "source": closure.source}


def _closure(document: Document) -> Closure:
    return Closure(date=document["_id"], name=document["name"], source=document["source"])
