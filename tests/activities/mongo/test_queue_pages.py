"""A list of several pages: each item comes once, however much the queue moves meanwhile."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.mongo.client import Document
from activities.mongo.fila_list import QueueList, QueueQuery
from activities.mongo.store import Store
from domain.fila.commands import Prioritize, Remove
from domain.fila.state import QueueCommand, QueueItem
from domain.fila.vocabulary import Priority
from tests.activities.databases import in_memory
from tests.activities.mongo.queues import filled
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, added

MILLISECOND = timedelta(milliseconds=1)


def _orders(items: Sequence[Document]) -> list[int]:
    return [item["ordem_servico_id"] for item in items]


async def _rest(queue: QueueList, cursor: str | None, **query: object) -> list[list[int]]:
    pages = []
    while cursor:
        page = await queue.find(QueueQuery.model_validate({**query, "cursor": cursor}))
        pages.append(_orders(page.items))
        cursor = page.next_cursor
    return pages


@pytest.mark.parametrize(
    ("limit", "pages"),
    [
        (1, [[1], [2], [3], [4], [5], [6]]),
        (2, [[1, 2], [3, 4], [5, 6]]),
        (4, [[1, 2, 3, 4], [5, 6]]),
        (5, [[1, 2, 3, 4, 5], [6]]),
        (6, [[1, 2, 3, 4, 5, 6]]),
        (7, [[1, 2, 3, 4, 5, 6]]),
    ],
)
async def test_pages_put_together_are_the_whole_queue(
    store: Store, queue: QueueList, limit: int, pages: list[list[int]]
) -> None:
    await filled(store, 6)

    first = await queue.find(QueueQuery(limit=limit))
    rest = await _rest(queue, first.next_cursor, limite=limit)

    assert [_orders(first.items), *rest] == pages


async def test_positions_go_on_from_page_to_page(store: Store, queue: QueueList) -> None:
    await filled(store, 5)
    first = await queue.find(QueueQuery(limit=2))

    second = await queue.find(QueueQuery(limit=2, cursor=first.next_cursor))

    assert [first.positions[item["_id"]] for item in first.items] == [1, 2]
    assert [second.positions[item["_id"]] for item in second.items] == [3, 4]


async def test_pages_of_a_filtered_list_stay_within_the_filter(
    store: Store, queue: QueueList
) -> None:
    items = await filled(store, 8)
    for item in items[::2]:
        await store.save(driven(item, DIAGNOSIS[0]))

    first = await queue.find(QueueQuery(status=["EM_DIAGNOSTICO"], limit=3))
    rest = await _rest(queue, first.next_cursor, status=["EM_DIAGNOSTICO"], limite=3)

    assert [_orders(first.items), *rest] == [[1, 3, 5], [7]]


async def test_a_page_may_be_longer_or_shorter_than_the_one_before(
    store: Store, queue: QueueList
) -> None:
    await filled(store, 7)
    first = await queue.find(QueueQuery(limit=1))

    second = await queue.find(QueueQuery(limit=4, cursor=first.next_cursor))
    third = await queue.find(QueueQuery(limit=2, cursor=second.next_cursor))

    assert (_orders(second.items), _orders(third.items)) == ([2, 3, 4, 5], [6, 7])
    assert third.next_cursor is None


async def test_a_page_can_be_read_again(store: Store, queue: QueueList) -> None:
    await filled(store, 5)
    first = await queue.find(QueueQuery(limit=2))

    once, again = [await queue.find(QueueQuery(limit=2, cursor=first.next_cursor)) for _ in "ab"]

    assert once == again


async def test_two_lists_that_are_read_at_once_do_not_mix(store: Store, queue: QueueList) -> None:
    items = await filled(store, 4)
    one = await queue.find(QueueQuery(limit=2))
    await store.save(driven(items[3], Prioritize(priority=Priority.URGENT)))

    other = await queue.find(QueueQuery(limit=2))

    assert _orders(other.items) == [4, 1]
    assert await _rest(queue, one.next_cursor, limite=2) == [[3, 4]]
    assert await _rest(queue, other.next_cursor, limite=2) == [[2, 3]]


async def test_items_that_change_their_priority_are_neither_skipped_nor_repeated(
    store: Store, queue: QueueList
) -> None:
    items = await filled(store, 6)
    first = await queue.find(QueueQuery(limit=2))

    await store.save(driven(items[0], Prioritize(priority=Priority.LOW)))
    await store.save(driven(items[5], Prioritize(priority=Priority.URGENT)))

    assert _orders(first.items) == [1, 2]
    assert await _rest(queue, first.next_cursor, limite=2) == [[3, 4], [5, 6]]


async def test_an_item_is_shown_as_it_is_when_its_page_is_read(
    store: Store, queue: QueueList
) -> None:
    items = await filled(store, 4)
    first = await queue.find(QueueQuery(limit=3))

    await store.save(driven(items[3], Prioritize(priority=Priority.URGENT)))

    second = await queue.find(QueueQuery(limit=3, cursor=first.next_cursor))
    (last,) = second.items
    assert (last["prioridade"], last["versao"], second.positions[last["_id"]]) == ("URGENTE", 2, 1)


async def test_items_whose_work_begins_or_ends_are_seen_once(
    store: Store, queue: QueueList
) -> None:
    items = await filled(store, 6)
    first = await queue.find(QueueQuery(limit=2))

    for item in (items[1], items[2]):
        await store.save(driven(item, DIAGNOSIS[0]))
    for item in (items[0], items[4]):
        await store.save(driven(item, *REPAIR))

    assert await _rest(queue, first.next_cursor, limite=2) == [[3, 4], [5, 6]]


async def test_an_item_that_is_added_meanwhile_waits_for_the_next_list(
    store: Store, queue: QueueList
) -> None:
    await filled(store, 4)
    first = await queue.find(QueueQuery(limit=2))

    await store.save(added(9, priority=Priority.URGENT))
    await store.save(added(10, MORNING + 2 * MILLISECOND, unique="f" * 12))

    assert await _rest(queue, first.next_cursor, limite=2) == [[3, 4]]


async def test_an_item_that_is_removed_meanwhile_leaves_a_gap(
    store: Store, queue: QueueList
) -> None:
    items = await filled(store, 7)
    first = await queue.find(QueueQuery(limit=2))

    for item in (items[0], items[2], items[4], items[5]):
        await store.save(driven(item, Remove()))

    assert await _rest(queue, first.next_cursor, limite=2) == [[4], [], [7]]


async def test_an_item_that_leaves_the_filter_leaves_a_gap_and_may_come_back(
    store: Store, queue: QueueList
) -> None:
    items = await filled(store, 4)
    query = {"status": ["AGUARDANDO"], "limite": 2}
    first = await queue.find(QueueQuery.model_validate(query))

    begun = driven(items[2], DIAGNOSIS[0])
    await store.save(begun)
    without = await _rest(queue, first.next_cursor, **query)
    await store.save(driven(begun, DIAGNOSIS[1]))

    assert without == [[4]]
    assert await _rest(queue, first.next_cursor, **query) == [[3, 4]]


KINDS = ["raise", "lower", "begin", "finish", "remove", "add"]
CHANGES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 9)), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(limit=st.integers(1, 5), between=st.lists(CHANGES, min_size=1, max_size=4))
async def test_whatever_happens_between_pages_what_stays_is_seen_once_and_in_order(
    limit: int, between: list[list[tuple[str, int]]]
) -> None:
    database = in_memory()
    store, queue = Store(database), QueueList(database)
    now = {item.service_order_id: item for item in await filled(store, 9)}
    removed: set[int] = set()
    seen: list[int] = []
    cursor, changes = None, iter(between)

    while True:
        page = await queue.find(QueueQuery(limit=limit, cursor=cursor))
        seen += _orders(page.items)
        if (cursor := page.next_cursor) is None:
            break
        for kind, number in next(changes, []):
            if kind == "add":
                await store.save(added(100 + number, unique=f"{len(seen):012x}"))
            elif number not in removed:
                now[number] = _changed(now[number], kind)
                removed |= {number} if kind == "remove" else set()
                await store.save(now[number])

    assert seen == sorted(set(seen))
    assert set(range(1, 10)) - removed <= set(seen) <= set(range(1, 10))


def _changed(item: QueueItem, kind: str) -> QueueItem:
    """The item after a change, if its status allows it."""
    commands: dict[str, tuple[QueueCommand, ...]] = {
        "raise": (Prioritize(priority=Priority.URGENT),),
        "lower": (Prioritize(priority=Priority.LOW),),
        "begin": DIAGNOSIS[:1],
        "finish": REPAIR,
        "remove": (Remove(),),
    }
    allowed = commands[kind][0].ACTION in item.allowed_actions
    return driven(item, *commands[kind]) if allowed else item
