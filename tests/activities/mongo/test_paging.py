"""Pages by cursor show each item exactly once, whatever is in the workshop and however it is asked
for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.keyset import SORTABLE, order_of
from activities.mongo.search import Search
from activities.mongo.store import Store
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from tests.activities.databases import Database
from tests.domain.execution.builders import MORNING, opened

# Few of each, and close together, so that many rows are equal in what they are sorted by.
MOMENT = st.sampled_from([0, 1, 2, 999, 1000, 1001, 1700]).map(
    lambda ms: MORNING + timedelta(milliseconds=ms)
)
TECHNICIAN = st.sampled_from(["t-1", "t-2", "t-3"])
STATUS = st.sampled_from(ExecutionStatus)
NOTES = st.sampled_from([None, "left door", "right door"])
ROWS = st.lists(st.tuples(MOMENT, MOMENT, STATUS, TECHNICIAN, NOTES), max_size=14)
SORT = st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from(list(SORTABLE))),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each[1],
).map(lambda fields: ",".join(sign + name for sign, name in fields))
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(STATUS, min_size=1, max_size=3),
        "technician_id": st.lists(TECHNICIAN, min_size=1, max_size=2),
        "created_at_gte": MOMENT,
        "created_at_lt": MOMENT,
        "updated_at_gt": MOMENT,
        "updated_at_lte": MOMENT,
        "q": st.sampled_from(["DOOR", "door left"]),
    },
)

ALIKE = [(MORNING, MORNING, each, "t-1", None) for each in (*ExecutionStatus,) * 2]
"""Equal in all but the status that a filter asks for."""


def _fits(row: Execution, filters: Mapping[str, Any]) -> bool:
    return (
        row.status in filters.get("status", [row.status])
        and row.technician_id in filters.get("technician_id", [row.technician_id])
        and row.created_at >= filters.get("created_at_gte", row.created_at)
        and row.created_at < filters.get("created_at_lt", row.created_at + timedelta(1))
        and row.updated_at > filters.get("updated_at_gt", row.updated_at - timedelta(1))
        and row.updated_at <= filters.get("updated_at_lte", row.updated_at)
        and all(word in (row.notes or "") for word in filters.get("q", "").lower().split())
    )


def _sorted(rows: list[Execution], sort: str) -> list[Execution]:
    for name, direction in reversed(order_of(sort)):
        field = {str(each.alias): own for own, each in Execution.model_fields.items()}[name]
        rows = sorted(rows, key=attrgetter(field), reverse=direction < 0)
    return rows


def _row(
    number: int,
    opened_at: datetime,
    changed: datetime,
    status: ExecutionStatus,
    technician: str,
    notes: str | None,
) -> Execution:
    execution = opened(
        opened_at,
        service_order_id=f"os-{number}",
        budget_id=f"b-{number}",
        technician_id=technician,
        notes=notes,
    )
    return execution.model_copy(update={"status": status, "updated_at": changed})


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # emptied for each example
)
@example(rows=ALIKE, filters={"status": [ExecutionStatus.SCHEDULED]}, sort="-createdAt", limit=1)
@given(rows=ROWS, filters=FILTERS, sort=SORT, limit=st.integers(1, 6))
async def test_paging_by_cursor_meets_each_row_once_and_in_order(
    database: Database,
    store: Store,
    search: Search,
    rows: list[tuple[datetime, datetime, ExecutionStatus, str, str | None]],
    filters: dict[str, Any],
    sort: str,
    limit: int,
) -> None:
    await database["executions"].delete_many({})
    executions = [_row(number, *row) for number, row in enumerate(rows)]
    for execution in executions:
        await store.save(execution)
    seen: list[Execution] = []
    cursor = None

    for _ in range(len(rows) + 1):
        page = await search.find(ExecutionQuery(**filters, sort=sort, limit=limit, cursor=cursor))
        seen += page.executions
        cursor = page.next_cursor
        if cursor is None:
            break

    assert cursor is None
    assert seen == _sorted([each for each in executions if _fits(each, filters)], sort)
