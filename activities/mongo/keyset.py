"""Orders of a list of executions, and the places in them that cursors name.

A cursor comes back from outside, so nothing that it says is trusted: it is a place or refused. It
names its list by a digest of the filter, so the filter of a list must look as in former releases,
or their cursors would be refused.
"""

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pymongo import ASCENDING, DESCENDING

from activities.mongo.client import Document
from activities.mongo.filters import narrow
from domain.kernel.values import Instant

SORTABLE: dict[str, type] = {"createdAt": datetime, "updatedAt": datetime, "status": str}
"""Fields that every execution has, so that a cursor can name a place among them."""
BY_AGE, TIE_BREAK = "createdAt", "executionId"
_INSTANT = TypeAdapter(Instant)

Order = list[tuple[str, int]]
Place = list[Any]


class BadCursor(ValueError):
    """The cursor does not fit this list"""


class BadSort(ValueError):
    """The list cannot be sorted by that"""


def order_of(sort: str) -> Order:
    """Completes the order, so that no two executions are equal in it. Raises BadSort."""
    order: dict[str, int] = {}
    for field in sort.split(","):
        name = field.removeprefix("-")
        if name not in SORTABLE or name in order:
            raise BadSort(f"sort takes {', '.join(SORTABLE)}, each once, with - for descending")
        order[name] = DESCENDING if field.startswith("-") else ASCENDING
    # What completes it goes the same way as its end, so that one index, read forwards or
    # backwards, serves both directions.
    direction = order[name]
    if list(order) == ["status"]:
        order[BY_AGE] = direction
    return [*order.items(), (TIE_BREAK, direction)]


def has_place(document: Document, order: Order) -> bool:
    """False for a document that somebody has spoilt so that no cursor can name its place."""
    return all(isinstance(document.get(name), SORTABLE.get(name, str)) for name, _ in order)


def cursor_behind(last: Document, order: Order, wanted: Document) -> str:
    place = [_digest(wanted, order), *(_as_text(last[name]) for name, _ in order)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def place_of(cursor: str, order: Order, wanted: Document) -> Place:
    """Reads the sort values of the row that the cursor stands behind. Raises BadCursor."""
    try:
        made_for, *texts = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        if made_for == _digest(wanted, order):
            return [_as_value(name, text) for (name, _), text in zip(order, texts, strict=True)]
    except (binascii.Error, ValueError, TypeError) as unreadable:
        raise BadCursor("cursor is not one that this list has given") from unreadable
    raise BadCursor("cursor belongs to a list with other filters or another sort")


def behind(wanted: Document, place: Place, order: Order) -> Document:
    """The filter for what is wanted and comes after the place, so that an index begins to read
    there."""
    same: Document = {}
    steps = []
    for (name, direction), value in zip(order, place, strict=True):
        steps.append({**same, name: {"$gt" if direction == ASCENDING else "$lt": value}})
        same[name] = value
    # A field that is held to one value is no place for an index to begin; the id never is.
    leading = next(at for at, (name, _) in enumerate(order) if _is_open(wanted, name))
    name, direction = order[leading]
    bounds = dict(wanted.get(name, {}))
    narrow(bounds, "$gte" if direction == ASCENDING else "$lte", place[leading])
    return wanted | {name: bounds, "$or": steps}


def _is_open(wanted: Document, name: str) -> bool:
    return isinstance(wanted.get(name, {}), dict)


def _digest(wanted: Document, order: Order) -> str:
    """The name of the list that a cursor is made for: in another list it would be no place."""
    return hashlib.sha256(json.dumps([wanted, order], default=str).encode()).hexdigest()[:16]


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _as_value(name: str, text: object) -> object:
    if not isinstance(text, str):
        raise TypeError(name)
    text.encode()  # refuses lone surrogates, which JSON can name but no database can hold
    return _INSTANT.validate_python(text) if SORTABLE.get(name) is datetime else text
