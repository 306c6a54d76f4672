"""Lists over HTTP: filters, order, pages and the links between them."""

from typing import Any

import httpx
import pytest

from tests.api.answers import BASE, NEW, problem


@pytest.fixture
async def five(http: httpx.AsyncClient) -> list[str]:
    """The ids of five executions; the second and the fourth are in progress."""
    ids = []
    for number in range(5):
        new = {**NEW, "serviceOrderId": f"os-{number}", "budgetId": f"b-{number}"}
        answer = await http.post(BASE, json={**new, "technicianId": f"t-{number % 2}"})
        ids.append(answer.json()["id"])
    for number in (1, 3):
        await http.patch(f"{BASE}/{ids[number]}/start")
    return ids


async def _list(http: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await http.get(BASE + query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    return body


def _ids(body: dict[str, Any]) -> list[str]:
    return [each["id"] for each in body["executions"]]


async def test_an_empty_workshop_has_an_empty_list(http: httpx.AsyncClient) -> None:
    answer = await http.get(BASE)

    assert answer.json() == {"executions": [], "total": 0}
    assert "Link" not in answer.headers


async def test_a_list_shows_executions_as_they_show_themselves(
    http: httpx.AsyncClient, five: list[str]
) -> None:
    body = await _list(http)

    assert body["total"] == 5
    for shown in body["executions"]:
        assert shown == (await http.get(f"{BASE}/{shown['id']}")).json()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?serviceOrderId=os-2", [2]),
        ("?budgetId=b-4", [4]),
        ("?technicianId=t-1", [1, 3]),
        ("?status=IN_PROGRESS", [1, 3]),
        ("?status=IN_PROGRESS&status=SCHEDULED", [0, 1, 2, 3, 4]),
        ("?status=SCHEDULED&technicianId=t-0", [0, 2, 4]),
        ("?status=CANCELLED", []),
        ("?serviceOrderId=nowhere", []),
    ],
)
async def test_filters_narrow_the_list(
    http: httpx.AsyncClient, five: list[str], query: str, found: list[int]
) -> None:
    body = await _list(http, query)

    assert sorted(_ids(body)) == sorted(five[number] for number in found)
    assert body["total"] == len(found)


async def test_a_filter_is_a_value_and_never_an_operator(
    http: httpx.AsyncClient, five: list[str]
) -> None:
    body = await _list(http, '?serviceOrderId={"$gt":""}')

    assert body["executions"] == []


@pytest.mark.parametrize("sort", ["createdAt", "-createdAt", "status,-createdAt", "-updatedAt"])
async def test_the_links_lead_through_the_whole_list(
    http: httpx.AsyncClient, five: list[str], sort: str
) -> None:
    whole = await _list(http, f"?sort={sort}")
    path: str | None = f"{BASE}?sort={sort}&limit=2"
    seen: list[str] = []
    while path:
        answer = await http.get(path)
        seen += _ids(answer.json())
        path = answer.links["next"]["url"] if "next" in answer.links else None

    assert seen == _ids(whole)


async def test_a_link_keeps_the_filters_and_does_not_name_a_host(
    http: httpx.AsyncClient, five: list[str]
) -> None:
    answer = await http.get(f"{BASE}?status=SCHEDULED&technicianId=t-0&limit=1&offset=1")

    url = httpx.URL(answer.links["next"]["url"])
    assert url.is_relative_url
    assert url.params.multi_items() == [
        ("status", "SCHEDULED"),
        ("technicianId", "t-0"),
        ("limit", "1"),
        ("cursor", answer.json()["nextCursor"]),
    ]


async def test_the_last_page_has_no_link(http: httpx.AsyncClient, five: list[str]) -> None:
    answer = await http.get(f"{BASE}?limit=5")

    assert "Link" not in answer.headers
    assert "nextCursor" not in answer.json()


async def test_the_total_is_left_out_where_it_is_not_counted(
    http: httpx.AsyncClient, five: list[str]
) -> None:
    first = await _list(http, "?limit=2")
    uncounted = await _list(http, "?limit=2&count=false")
    second = await _list(http, f"?limit=2&cursor={first['nextCursor']}")

    assert first["total"] == 5
    assert "total" not in uncounted
    assert "total" not in second


async def test_an_offset_skips_and_still_counts_all(
    http: httpx.AsyncClient, five: list[str]
) -> None:
    body = await _list(http, "?sort=createdAt&offset=3&limit=10")

    assert (_ids(body), body["total"]) == (five[3:], 5)


async def test_a_cursor_does_not_fit_another_order(
    http: httpx.AsyncClient, five: list[str]
) -> None:
    first = await _list(http, "?sort=createdAt&limit=2")

    answer = await http.get(BASE, params={"sort": "-createdAt", "cursor": first["nextCursor"]})

    problem(answer, 400, "bad-cursor")


async def test_a_page_begins_at_an_offset_or_behind_a_cursor(http: httpx.AsyncClient) -> None:
    answer = await http.get(BASE, params={"offset": 5, "cursor": "anything"})

    problem(answer, 422)
