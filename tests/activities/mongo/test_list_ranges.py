"""Ranges of dates, to the millisecond, however the database compares them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.search import Search
from activities.mongo.store import Store
from tests.domain.execution.builders import MORNING, opened

STEP = timedelta(milliseconds=300)
END_OF_TIME = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
MOMENTS = [MORNING + n * STEP for n in range(8)]


@pytest.fixture
async def search(store: Store, search: Search) -> Search:
    """Finds eight executions, opened one after the other; each is scheduled for a day later."""
    for number, at in enumerate(MOMENTS):
        names = {"service_order_id": f"os-{number}", "budget_id": f"b-{number}"}
        await store.save(opened(at, scheduled_date=at + timedelta(days=1), **names))
    await store.save(opened(MORNING - timedelta(days=9), service_order_id="os-8", budget_id="b-8"))
    return search


async def _found(search: Search, **query: Any) -> list[int]:
    page = await search.find(ExecutionQuery(sort="createdAt", **query))
    return [int(each.service_order_id.removeprefix("os-")) for each in page.executions]


@pytest.mark.parametrize("status", [(), ("SCHEDULED",), ("SCHEDULED", "PAUSED")], ids=len)
@pytest.mark.parametrize("field", ["created_at", "updated_at", "scheduled_date"])
@pytest.mark.parametrize(
    ("operators", "found"),
    [
        ({"gte": 5}, [5, 6, 7]),
        ({"gt": 5}, [6, 7]),
        ({"gte": 3, "lte": 5}, [3, 4, 5]),
        ({"gt": 3, "lt": 5}, [4]),
        ({"gte": 3, "gt": 3, "lte": 5, "lt": 5}, [4]),
        ({"gte": 5, "gt": 3, "lte": 7, "lt": 7}, [5, 6]),
        ({"gte": 4, "lte": 4}, [4]),
        ({"gt": 4, "lt": 4}, []),
        ({"gte": 5, "lte": 3}, []),
    ],
    ids=str,
)
async def test_a_range_is_exact(
    search: Search, field: str, operators: dict[str, int], found: list[int], status: tuple[str, ...]
) -> None:
    later = timedelta(days=1) if field == "scheduled_date" else timedelta()
    bounds = {f"{field}_{name}": MOMENTS[number] + later for name, number in operators.items()}

    assert await _found(search, **bounds, status=status) == found


@pytest.mark.parametrize("operator", ["lt", "lte"])
async def test_a_range_without_a_beginning_holds_all_before(search: Search, operator: str) -> None:
    found = await _found(search, **{f"created_at_{operator}": MOMENTS[1]})

    assert found == [8, 0, 1][: 2 + (operator == "lte")]


async def test_what_has_no_date_is_in_no_range_of_it(search: Search) -> None:
    assert await _found(search, scheduled_date_lte=END_OF_TIME) == list(range(8))


async def test_ranges_of_several_dates_hold_together(search: Search) -> None:
    found = await _found(
        search,
        created_at_gte=MOMENTS[2],
        updated_at_lt=MOMENTS[6],
        scheduled_date_gt=MOMENTS[3] + timedelta(days=1),
    )

    assert found == [4, 5]


@pytest.mark.parametrize("operator", ["gt", "gte", "lt", "lte"])
@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), END_OF_TIME], ids=["first", "last"])
async def test_the_ends_of_time_are_moments_too(
    search: Search, operator: str, at: datetime
) -> None:
    found = await _found(search, **{f"created_at_{operator}": at})

    assert len(found) == (9 if (at == END_OF_TIME) == operator.startswith("l") else 0)


async def test_a_range_that_ends_on_this_page_is_counted_exactly(search: Search) -> None:
    page = await search.find(ExecutionQuery(created_at_gt=MOMENTS[5]))

    assert page.total == 2


async def test_a_range_of_whole_seconds_is_counted_exactly(search: Search) -> None:
    page = await search.find(
        ExecutionQuery(
            created_at_gte=MORNING, created_at_lt=MORNING + timedelta(seconds=2), limit=1
        )
    )

    assert page.total == 7
