"""Lists of executions: filters, order and pages, each served by an index of the store."""

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pydantic import Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError
from pymongo import ASCENDING, DESCENDING

from activities.documents import Document
from domain.execution import Execution
from domain.model import Identifier, Input, Instant, Value
from domain.status import ExecutionStatus

SORTABLE: dict[str, type] = {"createdAt": datetime, "updatedAt": datetime, "status": str}
"""Fields that every execution has, so that a cursor can name a place among them."""
_INSTANT = TypeAdapter(Instant)
TIE_BREAK = "executionId"

Order = list[tuple[str, int]]
Place = list[Any]


class BadCursor(ValueError):
    """The cursor does not fit this list"""


class BadSort(ValueError):
    """The list cannot be sorted by that"""


class ExecutionQuery(Input):
    """Which executions, in which order. `sort` is like `-createdAt,status`."""

    service_order_id: Identifier | None = None
    budget_id: Identifier | None = None
    technician_id: Identifier | None = None
    status: Annotated[tuple[ExecutionStatus, ...], Field(max_length=20)] = ()
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    cursor: Annotated[str, Field(max_length=1000)] | None = None
    sort: Annotated[str, Field(max_length=100)] = "-createdAt"
    count: bool = True

    @model_validator(mode="after")
    def _one_place_to_begin(self) -> "ExecutionQuery":
        if self.cursor and self.offset:
            raise PydanticCustomError("place", "a page begins at an offset or behind a cursor")
        return self


class Page(Value):
    executions: list[Execution]
    total: int | None
    next_cursor: str | None


class Search:
    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._executions = database["executions"]

    async def find(self, query: ExecutionQuery) -> Page:
        """Raises BadSort and BadCursor. `total` is not counted for a page behind a cursor."""
        order = _order(query.sort)
        wanted = _wanted(query)
        place = _place(query.cursor, query.sort, order) if query.cursor else None
        near = wanted | _near(place, order) if place else wanted
        shown: list[Document] = []
        async for document in self._executions.find(near).sort(order).skip(query.offset):
            if place is None or _is_behind(document, place, order):
                shown.append(document)
            if len(shown) > query.limit:
                break
        more = len(shown) > query.limit
        del shown[query.limit :]
        counted = query.count and place is None
        return Page(
            executions=[Execution.model_validate(document) for document in shown],
            total=await self._executions.count_documents(wanted) if counted else None,
            next_cursor=_cursor(shown[-1], query.sort, order) if more else None,
        )


def _wanted(query: ExecutionQuery) -> Document:
    wanted: Document = {
        "serviceOrderId": query.service_order_id,
        "budgetId": query.budget_id,
        "technicianId": query.technician_id,
        "status": {"$in": [str(status) for status in query.status]} if query.status else None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _order(sort: str) -> Order:
    order: Order = []
    for field in sort.split(","):
        name = field.removeprefix("-")
        if name not in SORTABLE or name in dict(order):
            raise BadSort(f"sort takes {', '.join(SORTABLE)}, each once, with - for descending")
        order.append((name, DESCENDING if field.startswith("-") else ASCENDING))
    return [*order, (TIE_BREAK, ASCENDING)]


def _cursor(last: Document, sort: str, order: Order) -> str:
    place = [sort, *(_as_text(last[name]) for name, _ in order)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str, sort: str, order: Order) -> Place:
    """The sort values of the row that the cursor stands behind. Never trusts what it reads."""
    try:
        made_for, *texts = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        place = [_as_value(name, text) for (name, _), text in zip(order, texts, strict=True)]
    except (binascii.Error, ValueError, TypeError) as unreadable:
        raise BadCursor("cursor is not one that this list has given") from unreadable
    if made_for != sort:
        known = str(made_for).encode("ascii", "replace").decode()
        raise BadCursor(f"cursor belongs to sort={known}")
    return place


def _near(place: Place, order: Order) -> Document:
    """All that comes after the place, as a condition that an index serves. Dates are compared
    inclusively: stand-ins for MongoDB compare them by the second."""
    same: Document = {}
    steps = []
    for (name, direction), value in zip(order, place, strict=True):
        compare = "$gt" if direction == ASCENDING else "$lt"
        inclusive = "e" if isinstance(value, datetime) else ""
        steps.append({**same, name: {compare + inclusive: value}})
        same[name] = value
    return {"$or": steps}


def _is_behind(document: Document, place: Place, order: Order) -> bool:
    for (name, direction), value in zip(order, place, strict=True):
        if document[name] != value:
            return bool((document[name] > value) == (direction == ASCENDING))
    return False


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _as_value(name: str, text: object) -> object:
    if not isinstance(text, str):
        raise TypeError(name)
    text.encode()  # refuses lone surrogates, which JSON can name but no database can hold
    return _INSTANT.validate_python(text) if SORTABLE.get(name) is datetime else text
