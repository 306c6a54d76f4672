"""Filters of lists: how they are put to the database, and how what they leave is counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from activities.mongo.documents import Document
from domain.kernel.values import MILLISECOND

Bounds = dict[str, Any]
_INCLUSIVE = {"$gt": ("$gte", MILLISECOND), "$lt": ("$lte", -MILLISECOND)}


def any_of(values: Sequence[str]) -> object:
    distinct = sorted({str(value) for value in values})
    # One value stands for itself: behind it, an index goes on in the order of the list.
    return distinct[0] if len(distinct) == 1 else {"$in": distinct}


def including(operator: str, value: Any) -> tuple[str, Any]:
    """A comparison that means the same, and holds for its own bound where that is a date: dates
    are whole milliseconds. Stand-ins for MongoDB compare dates by the second; asked like this they
    find too much, never too little."""
    if not isinstance(value, datetime) or operator not in _INCLUSIVE:
        return operator, value
    inclusive, step = _INCLUSIVE[operator]
    try:
        return inclusive, value + step
    except OverflowError:
        return inclusive, value  # nothing happens at the end of all time


def narrow(bounds: Bounds, compare: str, value: Any) -> None:
    """Moves one bound, unless it is as narrow already."""
    tighter = max if compare == "$gte" else min
    bounds[compare] = tighter(value, bounds.get(compare, value))


async def count(
    database: "AsyncIOMotorDatabase[Document]", collection: str, wanted: Document
) -> int:
    # The command, because `count_documents` is an aggregation, which costs far more.
    counted = await database.command("count", collection, query=wanted)
    return int(counted["n"])
