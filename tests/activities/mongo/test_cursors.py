"""A cursor comes from outside: whatever it holds, it is the place we gave or it is refused."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.keyset import BadCursor, cursor_behind, order_of, place_of
from activities.mongo.search import Search
from activities.mongo.store import Store
from tests.domain.execution.builders import MORNING, opened

LONGEST = 1000


def _cursor(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _content(cursor: str) -> list[str]:
    content: list[str] = json.loads(base64.urlsafe_b64decode(cursor))
    return content


LAST = {"createdAt": MORNING, "executionId": "id"}
LIST, WHEN, _ = _content(cursor_behind(LAST, order_of("-createdAt"), ExecutionQuery().wanted))


WRONG: dict[str, str] = {
    "text": "nonsense",
    "not ASCII": "çãé",
    "a lone surrogate": "\ud800",
    "wrong padding": "abc",
    "wrong alphabet": "a+/=",
    "a NUL": "\x00",
    "base64 of no JSON": base64.urlsafe_b64encode(b"{oops").decode(),
    "base64 of no UTF-8": base64.urlsafe_b64encode(b"\xff\xfe[").decode(),
    "null": _cursor(None),
    "a number": _cursor(7),
    "a truth": _cursor(True),
    "a text": _cursor("place"),
    "an empty list": _cursor([]),
    "nothing but the list": _cursor([LIST]),
    "too few": _cursor([LIST, WHEN]),
    "too many": _cursor([LIST, WHEN, "id", "more"]),
    "a date that is a number": _cursor([LIST, 7, "id"]),
    "a date that is none": _cursor([LIST, "yesterday", "id"]),
    "a date without an offset": _cursor([LIST, "2026-03-02T08:00:00", "id"]),
    "a day": _cursor([LIST, "2026-03-02", "id"]),
    "a date before all time": _cursor([LIST, "0001-01-01T00:00:00+14:00", "id"]),
    "a date after all time": _cursor([LIST, "9999-12-31T23:59:59-14:00", "id"]),
    "a list as date": _cursor([LIST, [WHEN], "id"]),
    "an operator as id": _cursor([LIST, WHEN, {"$gt": ""}]),
    "a number as id": _cursor([LIST, WHEN, 7]),
    "null as id": _cursor([LIST, WHEN, None]),
    "a surrogate as id": _cursor([LIST, WHEN, "\ud800"]),
    "another list": _cursor(["createdAt", WHEN, "id"]),
    "a surrogate as list": _cursor(["\ud800", WHEN, "id"]),
    "a list as list": _cursor([[LIST], WHEN, "id"]),
    "nested lists": base64.urlsafe_b64encode(b"[" * 750).decode(),
    "an endless number": base64.urlsafe_b64encode(b"[" + b"9" * 700 + b"]").decode(),
    "not a number": base64.urlsafe_b64encode(b"[NaN, NaN, NaN]").decode(),
}


@pytest.mark.parametrize("cursor", WRONG.values(), ids=WRONG.keys())
async def test_a_cursor_that_we_never_gave_is_refused(
    store: Store, search: Search, cursor: str
) -> None:
    await store.save(opened())

    with pytest.raises(BadCursor) as refusal:
        await search.find(ExecutionQuery.model_construct(cursor=cursor))

    str(refusal.value).encode()  # an answer can say it


@pytest.mark.parametrize(
    "other",
    [
        {"sort": "createdAt"},
        {"sort": "-createdAt,status"},
        {"status": ["SCHEDULED"]},
        {"status": ["SCHEDULED", "PAUSED", "CANCELLED"]},
        {"technician_id": ["SCHEDULED", "PAUSED"]},
        {"created_at_gte": MORNING},
        {"q": "brakes"},
    ],
    ids=str,
)
async def test_a_cursor_belongs_to_its_list(
    store: Store, search: Search, other: dict[str, Any]
) -> None:
    for number in range(3):
        await store.save(opened(MORNING, service_order_id=f"os-{number}"))
    page = await search.find(ExecutionQuery(status=["SCHEDULED", "PAUSED"], limit=1))
    assert page.next_cursor

    with pytest.raises(BadCursor, match="other filters or another sort"):
        await search.find(
            ExecutionQuery(**{"status": ["SCHEDULED", "PAUSED"]} | other, cursor=page.next_cursor)
        )


OF_A_FORMER_RELEASE = [
    (
        {
            "status": ["SCHEDULED", "PAUSED"],
            "created_at_gt": MORNING - timedelta(days=1),
            "updated_at_lt": MORNING + timedelta(days=1),
            "scheduled_date_gte": MORNING,
            "q": "brakes Óleo",
            "sort": "-updatedAt,status",
        },
        "WyI3NTA5ODQ5YzdhM2FhNGE4IiwgIjIwMjYtMDMtMDJUMDg6MDA6MDArMDA6MDAiLCAiUEFVU0VEIiwgImUtNSJd",
        [MORNING, "PAUSED", "e-5"],
    ),
    (
        {"technician_id": ["t-1"]},
        "WyJlMTM4YTdmNzc4YzM2ZGJiIiwgIjIwMjYtMDMtMDJUMDg6MDA6MDArMDA6MDAiLCAiZS01Il0=",
        [MORNING, "e-5"],
    ),
]


@pytest.mark.parametrize(("asked", "cursor", "place"), OF_A_FORMER_RELEASE, ids=["most", "least"])
def test_a_cursor_of_a_former_release_is_still_a_place(
    asked: dict[str, Any], cursor: str, place: list[object]
) -> None:
    query = ExecutionQuery(**asked, cursor=cursor)

    assert place_of(cursor, order_of(query.sort), query.wanted) == place


async def test_the_same_list_may_be_put_in_other_words(store: Store, search: Search) -> None:
    for number in range(3):
        await store.save(opened(MORNING, service_order_id=f"os-{number}"))
    page = await search.find(ExecutionQuery(status=["SCHEDULED", "PAUSED"], limit=1, count=False))

    rest = await search.find(
        ExecutionQuery(status=["PAUSED", "SCHEDULED", "PAUSED"], limit=9, cursor=page.next_cursor)
    )

    assert len(rest.executions) == 2


async def test_a_cursor_is_short_enough_to_be_sent_back(store: Store, search: Search) -> None:
    for number in range(2):
        await store.save(opened(MORNING, service_order_id=f"os-{number}"))

    page = await search.find(ExecutionQuery(sort="-updatedAt,createdAt,-status", limit=1))

    assert page.next_cursor
    assert len(page.next_cursor) < LONGEST


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(WHEN) | st.just(LIST),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)
HOSTILE = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).decode()),
    JSON.map(_cursor),
    st.lists(JSON, min_size=2, max_size=2).map(lambda rest: _cursor([LIST, *rest])),
)


@settings(
    max_examples=100,
    deadline=None,
    # The fixtures keep nothing of an example: saving the same again changes nothing.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cursor=HOSTILE)
@example(cursor=_cursor([LIST, WHEN, "id"]))
async def test_whatever_comes_as_a_cursor_is_a_place_or_refused(
    store: Store, search: Search, cursor: str
) -> None:
    await store.save(opened())

    try:
        page = await search.find(ExecutionQuery.model_construct(cursor=cursor or " "))
    except BadCursor:
        return

    assert page.next_cursor is None
