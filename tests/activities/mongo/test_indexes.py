"""Each list that matters is served by an index; what is asked is read off the wire.

An index serves a query if its first fields are those that the query holds to one value, and the
fields behind them are the sort, all in its direction or all in the other. Then the database reads
as many entries as it returns, from the place where they begin. A field that is held to one value
says nothing in a sort. Several values of a field, and ranges, do not change which index serves:
it is read in the order of the list, and what is not wanted is skipped.

Some filters leave so few documents that an index on them is enough, whatever the sort: one
service order or budget has one execution; what is scheduled within a span is sorted in memory, and
so is one technician's work by status. All the rest is given up in time: see test_slow_lists.
"""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import IndexModel

from activities.agendas.rosters import Rosters
from activities.mongo.client import Client, close
from activities.mongo.closures import Closures
from activities.mongo.collections import INDEXES
from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.fila_list import QueueList, QueueQuery
from activities.mongo.keyset import SORTABLE
from activities.mongo.planned_executions import PlannedExecutions
from activities.mongo.search import Search
from activities.mongo.store import Store
from domain.fila.lifecycle import QueueStage, QueueStatus
from tests.activities.databases import Database
from tests.activities.wire_commands import Asked
from tests.domain.execution.builders import MORNING, opened
from tests.domain.fila.builders import added
from tests.starts import SAO_PAULO

DAY = "2026-03-02"

Keys = list[tuple[str, int]]
Wanted = dict[str, Any]

NARROW = {"serviceOrderId", "budgetId", "scheduledDate", "ordem_servico_id"}
"""Fields whose filters leave next to nothing to sort, whatever else is asked."""
FEW = {"technicianId"}
"""Only where nothing serves better."""
CONTRACT = [
    *(["executionId"], ["status"], ["technicianId", "status"]),
    ["plan.technicianIds", "plan.start"],
]
"""Indexes that other teams rely on, and one that keeps ids unique."""

ONE_OF_EACH: dict[str, Any] = {
    "service_order_id": ["os-1"],
    "budget_id": ["b-1"],
    "technician_id": ["t-1"],
    "status": ["PAUSED"],
}
BY_DATE = ["createdAt", "-createdAt", "updatedAt", "-updatedAt"]
SUBSETS = [
    dict(chosen)
    for size in range(len(ONE_OF_EACH) + 1)
    for chosen in itertools.combinations(ONE_OF_EACH.items(), size)
]
SORTS = [
    *(sign + name for name in SORTABLE for sign in ("", "-")),
    *("status,createdAt", "-status,-createdAt", "status,updatedAt", "-status,-updatedAt"),
]


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
async def database(wire: str, asked: Asked) -> AsyncIterator[Database]:
    client = Client(wire, tz_aware=True, event_listeners=[asked])
    yield client["indexes"]
    await close(client)


def _keys(index: IndexModel) -> Keys:
    return list(index.document["key"].items())


def _held(wanted: Wanted) -> set[str]:
    return {name for name, value in wanted.items() if not isinstance(value, dict | list)}


def _spans(wanted: Wanted) -> set[str]:
    return {
        name
        for name, value in wanted.items()
        if isinstance(value, dict) and value.keys() >= {"$gte", "$lte"}
    }


def _serves(index: IndexModel, held: set[str], sort: Keys) -> bool:
    keys = _keys(index)
    behind = keys[len(held) :][: len(sort)]
    backwards = [(name, -direction) for name, direction in behind]
    return {name for name, _ in keys[: len(held)]} == held and sort in (behind, backwards)


def _read_in_order(collection: str, wanted: Wanted, sort: Keys) -> list[Keys]:
    held = _held(wanted)
    told_apart = [(name, direction) for name, direction in sort if name not in held]
    return [_keys(index) for index in INDEXES[collection] if _serves(index, held, told_apart)]


def _sorted_in_memory(collection: str, wanted: Wanted, few: set[str]) -> list[Keys]:
    first = few & (_held(wanted) | _spans(wanted))
    return [keys for keys in map(_keys, INDEXES[collection]) if keys[0][0] in first]


def _serving(collection: str, wanted: Wanted, sort: Keys) -> list[Keys]:
    return (
        _sorted_in_memory(collection, wanted, NARROW)
        or _read_in_order(collection, wanted, sort)
        or _sorted_in_memory(collection, wanted, FEW)
    )


def _parts(find: dict[str, Any]) -> tuple[str, Wanted, Keys]:
    return find["find"], find["filter"], list(find["sort"].items())


def test_no_filter_is_forgotten_here() -> None:
    filters = {name for name, field in ExecutionQuery.model_fields.items() if field.default == ()}

    assert filters == ONE_OF_EACH.keys()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("filters", SUBSETS, ids=lambda chosen: "+".join(chosen) or "all")
async def test_every_filter_in_every_order_has_an_index(
    database: Database, asked: Asked, filters: dict[str, Any], sort: str
) -> None:
    await Search(database).find(ExecutionQuery(**filters, sort=sort))

    (find,) = asked.finds
    assert _serving(*_parts(find)), find


@pytest.mark.parametrize("sort", BY_DATE)
@pytest.mark.parametrize("field", [None, "status", "technician_id"])
async def test_all_and_those_of_a_status_or_a_technician_are_read_in_order(
    database: Database, asked: Asked, field: str | None, sort: str
) -> None:
    filters = {field: ONE_OF_EACH[field]} if field else {}

    await Search(database).find(ExecutionQuery(**filters, sort=sort))

    (find,) = asked.finds
    assert _read_in_order(*_parts(find))


@pytest.mark.parametrize(
    "filters",
    [
        {"status": ["PAUSED", "SCHEDULED"]},
        {"technician_id": ["t-1", "t-2"]},
        {"service_order_id": ["os-1", "os-2"]},
        {"status": ["PAUSED"], "technician_id": ["t-1", "t-2"]},
        {"created_at_gte": MORNING},
        {"created_at_lt": MORNING, "status": ["PAUSED"]},
        {"scheduled_date_gte": MORNING, "scheduled_date_lt": MORNING + timedelta(days=1)},
        {"q": "brakes", "technician_id": ["t-1"]},
    ],
    ids=lambda chosen: "+".join(chosen),
)
@pytest.mark.parametrize("sort", BY_DATE)
async def test_what_is_skipped_is_skipped_in_the_order_of_an_index(
    database: Database, asked: Asked, filters: dict[str, Any], sort: str
) -> None:
    await Search(database).find(ExecutionQuery(**filters, sort=sort))

    (find,) = asked.finds
    assert _serving(*_parts(find)), find


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("status", [(), ("SCHEDULED",)])
async def test_a_page_behind_a_cursor_begins_near_its_place_in_the_index(
    database: Database, asked: Asked, status: tuple[str, ...], sort: str
) -> None:
    store = Store(database)
    for number in range(2):
        at = MORNING + timedelta(seconds=number)
        await store.save(opened(at, service_order_id=f"os-{number}"))
    first = await Search(database).find(ExecutionQuery(status=status, sort=sort, limit=1))
    asked.finds.clear()

    await Search(database).find(
        ExecutionQuery(status=status, sort=sort, limit=1, cursor=first.next_cursor)
    )

    (find,) = asked.finds
    leading = next(name for name in find["sort"] if name not in _held(find["filter"]))
    assert _serving(*_parts(find))
    assert find["filter"][leading].keys() & {"$gte", "$lte"}


async def test_the_queue_is_read_in_the_order_of_an_index(database: Database, asked: Asked) -> None:
    queue = QueueList(database)

    for status in ((), *((each,) for each in QueueStatus), tuple(QueueStatus)):
        await queue.find(QueueQuery(status=status))
    for stage in QueueStage:
        await queue.waiting([stage], limit=5)
    await queue.waiting([QueueStage.AWAITS_DIAGNOSIS, QueueStage.AWAITS_REPAIR], limit=5)
    await queue.of_service_order(7)
    await queue.position(added())

    assert all(_serving(*_parts(find)) for find in asked.finds)
    (counted,) = asked.counts
    assert _serving(counted["count"], counted["query"], [("lugar", 1)])


async def _planning(database: Database, asked: Asked) -> list[dict[str, Any]]:
    """All that planning asks for, but ids."""
    asked.finds.clear()
    executions = PlannedExecutions(database)
    await executions.in_conflict()
    await executions.begun()
    await executions.waiting(MORNING)
    await Rosters(database, Closures(database["closures"]), SAO_PAULO).active(DAY, DAY)
    return [find for find in asked.finds if find["find"] != "closures"]


def _looked_up(find: dict[str, Any]) -> list[Keys]:
    """The indexes that hold what is asked, and nothing else, in their first fields."""
    wanted = find["filter"].keys()
    known = [_keys(index) for index in INDEXES[find["find"]]]
    return [keys for keys in known if {name for name, _ in keys[: len(wanted)]} == wanted]


async def test_what_planning_asks_for_is_looked_up_in_an_index(
    database: Database, asked: Asked
) -> None:
    finds = await _planning(database, asked)

    assert len(finds) == 5
    assert all(_looked_up(find) for find in finds)


async def test_each_index_is_worth_its_price(database: Database, asked: Asked) -> None:
    """Each write pays for it."""
    span = {"scheduled_date_gte": MORNING, "scheduled_date_lte": MORNING}
    for filters, sort in itertools.product([*SUBSETS, span], SORTS):
        await Search(database).find(ExecutionQuery(**filters, sort=sort))

    used = [keys for find in asked.finds for keys in _serving(*_parts(find))]
    used += [keys for find in await _planning(database, asked) for keys in _looked_up(find)]
    idle = [
        [name for name, _ in _keys(index)]
        for index in INDEXES["executions"]
        if _keys(index) not in used
    ]
    assert [names for names in idle if names not in CONTRACT] == []


@pytest.mark.parametrize(
    ("wanted", "sort"),
    [
        ({}, [("status", 1), ("createdAt", -1), ("executionId", -1)]),
        ({}, [("createdAt", 1), ("executionId", -1)]),
        ({}, [("createdAt", 1), ("status", 1), ("executionId", 1)]),
        ({"notes": "brakes"}, [("createdAt", 1), ("executionId", 1)]),
        ({"scheduledDate": {"$gte": MORNING}}, [("status", 1), ("executionId", 1)]),
    ],
)
def test_what_no_index_serves_is_told_apart(wanted: dict[str, Any], sort: Keys) -> None:
    assert _serving("executions", wanted, sort) == []
