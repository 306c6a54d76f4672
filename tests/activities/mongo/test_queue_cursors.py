"""A cursor of the queue comes from outside: it is one that we gave, for this list, or refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.mongo.fila_list import QueueList, QueueQuery
from activities.mongo.keyset import BadCursor
from activities.mongo.store import Store
from tests.activities.databases import Database, Raw
from tests.activities.mongo.queues import filled
from tests.clocks import WRONG, put_wrong

NOT_OF_THIS_LIST = "O cursor não é desta lista ou expirou; comece a lista de novo"


async def test_the_order_of_a_list_is_kept_for_ten_minutes_and_only_if_it_has_pages(
    store: Store, queue: QueueList, raw: Raw
) -> None:
    await filled(store, 4)
    before = datetime.now(UTC)

    await queue.find(QueueQuery(limit=4))
    unpaged = raw("fila_paginas")
    await queue.find(QueueQuery(limit=3))

    (paged,) = raw("fila_paginas")
    kept_for = paged["expira_em"] - before
    assert unpaged == []
    assert timedelta(minutes=9, seconds=59) <= kept_for <= timedelta(minutes=10, seconds=30)


async def test_a_cursor_ends_with_its_ten_minutes(
    store: Store, queue: QueueList, database: Database, raw: Raw
) -> None:
    await filled(store, 4)
    first = await queue.find(QueueQuery(limit=2))

    # The database clears such things away in its own time, and may be late.
    pages = database["fila_paginas"]
    await pages.drop_indexes()
    (kept,) = raw("fila_paginas")
    a_moment_ago = datetime.now(UTC) - timedelta(seconds=1)
    await pages.replace_one({"_id": kept["_id"]}, {**kept, "expira_em": a_moment_ago})

    with pytest.raises(BadCursor, match=NOT_OF_THIS_LIST):
        await queue.find(QueueQuery(limit=2, cursor=first.next_cursor))


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_cursor_outlives_clocks_of_ours_that_contradict_each_other(
    store: Store, queue: QueueList, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    await filled(store, 4)
    with monkeypatch.context() as elsewhere:
        put_wrong(lambda _: wrong, elsewhere.setattr)
        first = await queue.find(QueueQuery(limit=2))
    put_wrong(lambda _: -wrong, monkeypatch.setattr)

    last = await queue.find(QueueQuery(limit=2, cursor=first.next_cursor))

    assert (len(last.items), last.next_cursor) == (2, None)


@pytest.mark.parametrize(
    ("made_for", "used_for"),
    [
        ([], ["AGUARDANDO"]),
        (["AGUARDANDO"], []),
        (["AGUARDANDO"], ["AGUARDANDO", "FINALIZADA"]),
        (["AGUARDANDO", "FINALIZADA"], ["AGUARDANDO", "EM_REPARO"]),
    ],
    ids=str,
)
async def test_a_cursor_belongs_to_its_filter(
    store: Store, queue: QueueList, made_for: list[str], used_for: list[str]
) -> None:
    await filled(store, 4)
    first = await queue.find(QueueQuery(status=made_for, limit=2))

    with pytest.raises(BadCursor, match="O cursor pertence a uma lista com outro filtro de status"):
        await queue.find(QueueQuery(status=used_for, limit=2, cursor=first.next_cursor))


HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "cursor",
    [
        " ",
        "nonsense",
        HEX,
        f"{HEX}.",
        f"{HEX}.2",
        f"{HEX}.-1",
        f"{HEX}.2\n",
        f"{HEX}.\u0662",
        f"{HEX.upper()}.2",
        f"{HEX}.99999999",
        "WyItY3JlYXRlZEF0Il0=",
        '{"$gt": ""}.2',
        "\x00",
        "\ud800",
    ],
    ids=ascii,
)
async def test_a_cursor_that_we_never_gave_is_refused(
    store: Store, queue: QueueList, cursor: str
) -> None:
    await filled(store, 3)
    await queue.find(QueueQuery(limit=1))

    with pytest.raises(BadCursor, match=NOT_OF_THIS_LIST):
        await queue.find(QueueQuery.model_construct(status=(), limit=1, cursor=cursor))


async def test_a_place_behind_the_end_is_an_empty_last_page(store: Store, queue: QueueList) -> None:
    await filled(store, 3)
    first = await queue.find(QueueQuery(limit=1))
    token = str(first.next_cursor).partition(".")[0]

    page = await queue.find(QueueQuery(limit=1, cursor=f"{token}.9999999"))

    assert (page.items, page.next_cursor) == ([], None)


@settings(
    max_examples=60,
    deadline=None,
    # The fixtures keep nothing of an example: nothing is written here.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cursor=st.text(min_size=1, max_size=100) | st.from_regex(r"[0-9a-f]{32}\.[0-9]{1,9}"))
async def test_whatever_comes_as_a_cursor_is_refused(queue: QueueList, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await queue.find(QueueQuery.model_construct(status=(), limit=1, cursor=cursor))
