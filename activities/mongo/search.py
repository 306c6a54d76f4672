"""Lists of executions, page by page: served by an index of the store, or given up in time."""

from collections.abc import Mapping

import pymongo
from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import ExecutionTimeout, NetworkTimeout

from activities.mongo.documents import Document
from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.filters import Bounds, count
from activities.mongo.keyset import (
    Order,
    Place,
    behind,
    cursor_behind,
    is_behind,
    order_of,
    place_of,
)
from domain.execution.state import Execution
from domain.kernel.values import Value

WITHIN = 2.0
"""Seconds for a page and its total. What no index serves (words, rare combinations) takes longer
the more there is, and must not hold the database up for everybody else."""
COLLECTION = "executions"


class QueryTooSlow(Exception):
    """The list takes too long"""


class Page(Value):
    executions: list[Execution]
    total: int | None
    next_cursor: str | None


class Search:
    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._database = database

    async def find(self, query: ExecutionQuery) -> Page:
        """Raises BadSort, BadCursor, QueryTooSlow and PyMongoError. `total` is not counted for a
        page behind a cursor."""
        try:
            # Sets the server's `maxTimeMS` as well: with a client that has a timeout of its own,
            # the driver would overwrite one that stands on the query.
            with pymongo.timeout(WITHIN):
                return await self._find(query)
        except (ExecutionTimeout, NetworkTimeout) as failure:
            raise QueryTooSlow(
                f"The list was not found within {WITHIN:g} seconds; narrow it by serviceOrderId, "
                "budgetId, technicianId or status, or by a range of dates"
            ) from failure

    async def _find(self, query: ExecutionQuery) -> Page:
        order, wanted = order_of(query.sort), query.wanted
        place = place_of(query.cursor, order, wanted) if query.cursor else None
        shown = await self._some(query, order, place)
        more = len(shown) > query.limit
        del shown[query.limit :]
        return Page(
            executions=[Execution.model_validate(document) for document in shown],
            total=await self._total(query, len(shown), more) if place is None else None,
            next_cursor=cursor_behind(shown[-1], order, wanted) if more else None,
        )

    async def _some(
        self, query: ExecutionQuery, order: Order, place: Place | None
    ) -> list[Document]:
        """A page of documents, and one more if there is one."""
        near = behind(query.wanted, place, order) if place else query.wanted
        bounds = query.bounds
        # Where dates are compared by the second, the row that a cursor stands on is found too.
        size = query.limit + (2 if place else 1)
        while True:
            found = self._database[COLLECTION].find(near).sort(order).skip(query.offset)
            documents = await found.limit(size).batch_size(size).to_list(None)
            fitting = [
                document
                for document in documents
                if _is_within(document, bounds) and is_behind(document, place, order)
            ]
            if len(fitting) > query.limit or len(documents) < size:
                return fitting[: query.limit + 1]
            # There too, with many rows in a second. From the start, and not only the rest: a row
            # may have moved meanwhile.
            size *= 4

    async def _total(self, query: ExecutionQuery, shown: int, more: bool) -> int | None:
        if not query.count:
            return None
        if not more and (shown or not query.offset):
            return query.offset + shown
        # A stand-in that compares dates by the second counts, beside a range of dates, the rest of
        # its first and its last second as well. MongoDB and DocumentDB count exactly.
        return await count(self._database, COLLECTION, query.wanted)


def _is_within(document: Document, bounds: Mapping[str, Bounds]) -> bool:
    """Exactly, where the query may have been answered by the second."""
    return all(
        bound.get("$gte", document[name]) <= document[name] <= bound.get("$lte", document[name])
        for name, bound in bounds.items()
    )
