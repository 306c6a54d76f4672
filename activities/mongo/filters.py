"""Filters of lists in a normal form, and the count of what they find."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from activities.mongo.client import Database, Document
from domain.kernel.values import MILLISECOND

Bounds = dict[str, Any]
_INCLUSIVE = {"$gt": ("$gte", MILLISECOND), "$lt": ("$lte", -MILLISECOND)}


def any_of(values: Sequence[str]) -> object:
    distinct = sorted({str(value) for value in values})
    # One value stands for itself: behind it, an index goes on in the order of the list.
    return distinct[0] if len(distinct) == 1 else {"$in": distinct}


def inclusive(operator: str, at: datetime) -> tuple[str, datetime]:
    """The comparison that means the same and holds for its own bound: dates are whole milliseconds.
    So a field has one bound on each side, and the same range always the same filter."""
    if operator not in _INCLUSIVE:
        return operator, at
    compare, step = _INCLUSIVE[operator]
    try:
        return compare, at + step
    except OverflowError:
        return compare, at  # nothing happens at the end of all time


def narrow(bounds: Bounds, compare: str, value: Any) -> None:
    """Moves one bound, unless it is as narrow already."""
    tighter = max if compare == "$gte" else min
    bounds[compare] = tighter(value, bounds.get(compare, value))


async def count(database: Database, collection: str, wanted: Document) -> int:
    # The command, because `count_documents` is an aggregation, which costs far more.
    counted = await database.command("count", collection, query=wanted)
    return int(counted["n"])
