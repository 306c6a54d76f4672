"""Filters of lists: how they are put to the database, and how what they leave is counted."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from activities.documents import Document

Bounds = dict[str, Any]


def any_of(values: Sequence[str]) -> object:
    distinct = sorted({str(value) for value in values})
    # One value stands for itself: behind it, an index goes on in the order of the list.
    return distinct[0] if len(distinct) == 1 else {"$in": distinct}


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
