"""Lists: what is asked for, in the order asked for, in pages that hold their place."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.keyset import BadSort
from activities.mongo.search import Search
from activities.mongo.store import Store
from domain.execution.commands import Assign
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.kernel.aggregate import decide
from tests.activities.databases import Database
from tests.domain.execution.builders import MORNING, WAY_TO, driven, opened

MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)


async def _fill(store: Store, moments: Sequence[datetime], **fields: Any) -> list[Execution]:
    """An execution for each moment, saved in an order that says nothing."""
    rows = [
        opened(at, **{"service_order_id": f"os-{index}", "budget_id": f"b-{index}"} | fields)
        for index, at in enumerate(moments)
    ]
    for row in random.Random(5).sample(rows, k=len(rows)):
        await store.save(row)
    return rows


async def _pages(search: Search, **query: Any) -> list[list[Execution]]:
    pages, cursor = [], None
    while True:
        page = await search.find(ExecutionQuery(**query, cursor=cursor))
        pages.append(page.executions)
        cursor = page.next_cursor
        if cursor is None:
            return pages


def _ids(rows: Sequence[Execution]) -> list[str]:
    return [row.execution_id for row in rows]


async def test_an_empty_list_has_no_next_page(store: Store, search: Search) -> None:
    page = await search.find(ExecutionQuery())

    assert (page.executions, page.total, page.next_cursor) == ([], 0, None)


async def test_the_newest_come_first_unless_asked_otherwise(store: Store, search: Search) -> None:
    rows = await _fill(store, [MORNING + n * SECOND for n in range(5)])

    page = await search.find(ExecutionQuery())

    assert page.executions == rows[::-1]
    assert (page.total, page.next_cursor) == (5, None)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"service_order_id": ["os-1"]}, [1]),
        ({"budget_id": ["b-2"]}, [2]),
        ({"technician_id": ["tech-1"]}, [0, 1, 2, 3]),
        ({"technician_id": ["tech-2"]}, []),
        ({"status": ["PAUSED"]}, [2]),
        ({"status": ["SCHEDULED", "IN_PROGRESS"]}, [0, 1]),
        ({"status": ["COMPLETED"], "technician_id": ["tech-1"]}, [3]),
        ({"status": ["COMPLETED"], "service_order_id": ["os-1"]}, []),
    ],
)
async def test_filters_narrow_the_list_together(
    store: Store, search: Search, wanted: dict[str, Any], found: list[int]
) -> None:
    rows = await _fill(store, [MORNING + n * SECOND for n in range(4)], technician_id="tech-1")
    for row, way in zip(rows, list(WAY_TO.values())[:4], strict=True):
        await store.save(driven(row, *way))

    page = await search.find(ExecutionQuery(**wanted, sort="createdAt"))

    assert _ids(page.executions) == [rows[index].execution_id for index in found]
    assert page.total == len(found)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("createdAt", [0, 1, 2, 3]),
        ("-createdAt", [3, 2, 1, 0]),
        ("updatedAt", [3, 2, 1, 0]),
        ("-updatedAt", [0, 1, 2, 3]),
        ("status,createdAt", [1, 3, 0, 2]),
        ("-status,-createdAt", [2, 0, 3, 1]),
        ("status,-updatedAt", [1, 3, 0, 2]),
    ],
)
async def test_a_list_is_sorted_as_asked(
    store: Store, search: Search, sort: str, order: list[int]
) -> None:
    rows = await _fill(store, [MORNING + n * SECOND for n in range(4)])
    for index, row in enumerate(rows):
        way = (
            WAY_TO[ExecutionStatus.IN_PROGRESS] if index % 2 else WAY_TO[ExecutionStatus.SCHEDULED]
        )
        later = MORNING + timedelta(hours=9 - index)
        await store.save(driven(row, Assign(technician_id="tech-1"), *way, at=later))

    page = await search.find(ExecutionQuery(sort=sort))

    assert _ids(page.executions) == [rows[index].execution_id for index in order]


@pytest.mark.parametrize(
    "sort",
    ["", "-", "colour", "createdAt,", "createdAt,createdAt", "createdAt,-createdAt", "--createdAt"],
)
async def test_a_sort_that_nobody_knows_is_refused(search: Search, sort: str) -> None:
    with pytest.raises(BadSort, match="createdAt, updatedAt, status"):
        await search.find(ExecutionQuery(sort=sort))


async def test_offset_and_limit_cut_a_piece_out(store: Store, search: Search) -> None:
    rows = await _fill(store, [MORNING + n * SECOND for n in range(6)])

    page = await search.find(ExecutionQuery(sort="createdAt", offset=2, limit=3))
    behind_the_end = await search.find(ExecutionQuery(sort="createdAt", offset=9))

    assert (page.executions, page.total) == (rows[2:5], 6)
    assert page.next_cursor is not None
    assert (behind_the_end.executions, behind_the_end.total) == ([], 6)


async def test_a_cursor_goes_on_where_an_offset_ended(store: Store, search: Search) -> None:
    rows = await _fill(store, [MORNING + n * SECOND for n in range(6)])
    first = await search.find(ExecutionQuery(sort="createdAt", offset=1, limit=2))

    second = await search.find(ExecutionQuery(sort="createdAt", cursor=first.next_cursor))

    assert second.executions == rows[3:]


async def test_the_total_is_counted_only_where_it_is_wanted(store: Store, search: Search) -> None:
    await _fill(store, [MORNING + n * SECOND for n in range(4)])

    first = await search.find(ExecutionQuery(limit=2))
    uncounted = await search.find(ExecutionQuery(limit=2, count=False))
    second = await search.find(ExecutionQuery(limit=2, cursor=first.next_cursor))

    assert (first.total, uncounted.total, second.total) == (4, None, None)


@pytest.mark.parametrize("limit", [1, 3, 7])
@pytest.mark.parametrize(
    "sort", ["createdAt", "-createdAt", "-updatedAt", "status,-createdAt", "createdAt,status"]
)
@pytest.mark.parametrize(
    "step", [timedelta(), MILLISECOND, 300 * MILLISECOND], ids=["same ms", "same s", "across s"]
)
async def test_pages_put_together_are_the_whole_list(
    store: Store, search: Search, limit: int, sort: str, step: timedelta
) -> None:
    rows = await _fill(store, [MORNING + n * step for n in range(7)])
    for row in rows[::2]:
        await store.save(driven(row, *WAY_TO[ExecutionStatus.IN_PROGRESS], at=row.created_at))

    whole = await search.find(ExecutionQuery(sort=sort))
    pages = await _pages(search, sort=sort, limit=limit)

    assert sorted(_ids(whole.executions)) == sorted(_ids(rows))
    assert [row for page in pages for row in page] == whole.executions
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.parametrize("step", [MILLISECOND, 300 * MILLISECOND], ids=["same s", "across s"])
async def test_rows_within_a_second_are_sorted_by_the_millisecond(
    store: Store, search: Search, step: timedelta
) -> None:
    rows = await _fill(store, [MORNING + n * step for n in range(9)])

    page = await search.find(ExecutionQuery(sort="-createdAt"))

    assert _ids(page.executions) == _ids(rows[::-1])


async def test_new_rows_do_not_shift_the_pages(store: Store, search: Search) -> None:
    rows = await _fill(store, [MORNING + n * MILLISECOND for n in range(9)])
    seen: list[str] = []
    cursor = None
    for number in range(3):
        page = await search.find(ExecutionQuery(limit=3, cursor=cursor))
        seen += _ids(page.executions)
        cursor = page.next_cursor
        newer = opened(MORNING + SECOND, service_order_id=f"new-{number}")
        await store.save(newer)

    assert seen == _ids(rows[::-1])


async def test_rows_that_change_meanwhile_are_seen_once(store: Store, search: Search) -> None:
    rows = await _fill(store, [MORNING + n * MILLISECOND for n in range(9)])
    seen: list[str] = []
    cursor = None
    for number in range(3):
        page = await search.find(ExecutionQuery(limit=3, cursor=cursor))
        seen += _ids(page.executions)
        cursor = page.next_cursor
        for row in rows:
            moved, _ = decide(row, Assign(technician_id=f"tech-{number}"), MORNING + SECOND)
            await store.save(moved.model_copy(update={"version": number + 2}))

    assert seen == _ids(rows[::-1])


async def test_rows_that_stay_are_seen_once_while_others_move_past_them(
    store: Store, search: Search
) -> None:
    rows = await _fill(store, [MORNING + n * MILLISECOND for n in range(8)])
    movers, stayers = rows[::2], rows[1::2]
    seen: list[str] = []
    cursor = None
    for mover in [*movers, movers[0]]:
        page = await search.find(ExecutionQuery(sort="updatedAt", limit=2, cursor=cursor))
        seen += _ids(page.executions)
        cursor = page.next_cursor
        if cursor is None:
            break
        await store.save(driven(mover, Assign(technician_id="tech-1"), at=MORNING + SECOND))

    assert [each for each in seen if each in _ids(stayers)] == _ids(stayers)


async def test_a_cursor_outlives_the_row_that_it_stands_on(store: Store, search: Search) -> None:
    rows = await _fill(store, [MORNING + n * MILLISECOND for n in range(4)])
    for row in rows:
        await store.save(driven(row, *WAY_TO[ExecutionStatus.IN_PROGRESS], at=row.created_at))
    first = await search.find(ExecutionQuery(status=["IN_PROGRESS"], limit=2))
    last = first.executions[-1]
    await store.save(driven(last, *WAY_TO[ExecutionStatus.PAUSED][1:], at=MORNING))

    second = await search.find(
        ExecutionQuery(status=["IN_PROGRESS"], limit=2, cursor=first.next_cursor)
    )

    assert _ids(second.executions) == _ids(rows[1::-1])


async def test_a_snapshot_that_somebody_has_spoilt_hides_no_other(
    store: Store, search: Search, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rows = await _fill(store, [MORNING + each * SECOND for each in range(4)])
    spoilt = {"status": "DONE"}, {"estimatedDuration": "long", "createdAt": None}
    for row, fields in zip(rows[1:3], spoilt, strict=True):
        await database["executions"].update_one({"_id": row.execution_id}, {"$set": fields})

    whole = await search.find(ExecutionQuery())
    for size in (1, 2):
        pages = await _pages(search, limit=size)

        assert [each for page in pages for each in _ids(page)] == _ids([rows[3], rows[0]])
    assert _ids(whole.executions) == _ids([rows[3], rows[0]])
    assert {each.id for each in caplog.records} == set(_ids(rows[1:3]))  # type: ignore[attr-defined]
