"""Lists of executions, page by page: served by an index of the store, or given up in time."""

from activities.mongo.client import Database, Document
from activities.mongo.collections import EXECUTION_SNAPSHOTS
from activities.mongo.deadline import in_time
from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.filters import count
from activities.mongo.keyset import Order, behind, cursor_behind, has_place, order_of, place_of
from activities.mongo.readable import readable
from domain.execution.state import Execution
from domain.kernel.values import Value

ADVICE = "narrow it by serviceOrderId, budgetId, technicianId or status, or by a range of dates"
"""The advice to those who ask for what no index serves: words, rare combinations."""


class Page(Value):
    executions: list[Execution]
    total: int | None
    next_cursor: str | None


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._executions = database[EXECUTION_SNAPSHOTS.collection]

    async def find(self, query: ExecutionQuery) -> Page:
        """Raises BadSort, BadCursor, QueryTooSlow and PyMongoError. `total` is not counted for a
        page behind a cursor."""
        with in_time("The list was not found", ADVICE):
            return await self._find(query)

    async def _find(self, query: ExecutionQuery) -> Page:
        order, wanted = order_of(query.sort), query.wanted
        place = place_of(query.cursor, order, wanted) if query.cursor else None
        shown = await self._some(query, behind(wanted, place, order) if place else wanted, order)
        more = len(shown) > query.limit
        del shown[query.limit :]
        last = next((each for each in reversed(shown) if has_place(each, order)), None)
        return Page(
            executions=readable(Execution, shown),
            total=await self._total(query, wanted, len(shown), more) if place is None else None,
            next_cursor=cursor_behind(last, order, wanted) if more and last else None,
        )

    async def _some(self, query: ExecutionQuery, wanted: Document, order: Order) -> list[Document]:
        """A page of documents, and one more if there is one."""
        size = query.limit + 1
        found = self._executions.find(wanted).sort(order).skip(query.offset)
        return await found.limit(size).batch_size(size).to_list(None)

    async def _total(
        self, query: ExecutionQuery, wanted: Document, shown: int, more: bool
    ) -> int | None:
        if not query.count:
            return None
        if not more and (shown or not query.offset):
            return query.offset + shown
        return await count(self._database, EXECUTION_SNAPSHOTS.collection, wanted)
