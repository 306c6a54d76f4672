"""Questions to a list over HTTP: what is refused, and how the answer is written down."""

from typing import Any

import httpx
import pytest

from activities.mongo.deadline import QueryTooSlow
from activities.mongo.search import Search
from tests.api.answers import BASE, NEW, problem

LONG_AGO, FAR_OFF = "2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
MANY = 21


@pytest.fixture
async def three(http: httpx.AsyncClient) -> list[str]:
    """The ids of three executions; the first has notes, the second a task."""
    ids = []
    for number in range(3):
        new = {**NEW, "serviceOrderId": f"os-{number}", "budgetId": f"b-{number}"}
        notes = {"notes": "Squeaks (left)"} if number == 0 else {}
        answer = await http.post(BASE, json={**new, **notes, "technicianId": f"t-{number}"})
        ids.append(answer.json()["id"])
    task = {"description": "Oil the left hinge", "estimatedDuration": 5}
    await http.post(f"{BASE}/{ids[1]}/tasks", json=task)
    return ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("serviceOrderId=os-0&serviceOrderId=os-2", [0, 2]),
        ("budgetId=b-1&budgetId=b-2&budgetId=b-9", [1, 2]),
        ("technicianId=t-1&technicianId=t-1", [1]),
        ("serviceOrderId=os-0&serviceOrderId=os-1&technicianId=t-1&technicianId=t-2", [1]),
        (f"createdAt[gte]={LONG_AGO}&createdAt[lt]={FAR_OFF}", [0, 1, 2]),
        (f"createdAt%5Bgt%5D={FAR_OFF}", []),
        (f"updatedAt[lte]={LONG_AGO}", []),
        ("createdAt[gte]=2001-01-01T00:00:00-03:00", [0, 1, 2]),
        (f"scheduledDate[gte]={LONG_AGO}", []),
        ("q=LEFT", [0, 1]),
        ("q=left+(left)", [0]),
        ("q=.*", []),
    ],
)
async def test_filters_may_be_repeated_ranges_and_words(
    http: httpx.AsyncClient, three: list[str], query: str, found: list[int]
) -> None:
    answer = await http.get(f"{BASE}?{query}")

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {each["id"] for each in body["executions"]} == {three[number] for number in found}
    assert body["total"] == len(found)


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "Status=PAUSED",
        "$where=x",
        "createdAt=2026-01-01T00:00:00Z",
        "createdAt[ne]=2026-01-01T00:00:00Z",
        "createdAt[$gte]=2026-01-01T00:00:00Z",
        "createdAt[gte][gte]=2026-01-01T00:00:00Z",
        "created_at_gte=2026-01-01T00:00:00Z",
        "startDate[gte]=2026-01-01T00:00:00Z",
        "status[gte]=PAUSED",
        "service_order_id=os-1",
        "Q=left",
    ],
)
async def test_a_filter_that_nobody_knows_is_a_bad_request(
    http: httpx.AsyncClient, query: str
) -> None:
    body = problem(await http.get(f"{BASE}?{query}"), 400, "unreadable-request")

    assert body["errors"][0]["pointer"].startswith("#query/")


@pytest.mark.parametrize(
    "query",
    [
        *("sort=colour", "sort=scheduledDate", "sort=createdAt[gte]", "sort=-", "sort=$natural"),
        "sort=createdAt,createdAt",
    ],
)
async def test_a_sort_that_nobody_knows_is_a_bad_request(
    http: httpx.AsyncClient, query: str
) -> None:
    problem(await http.get(f"{BASE}?{query}"), 400, "bad-sort")


@pytest.mark.parametrize(
    "query",
    [
        "createdAt[gte]=yesterday",
        "createdAt[gte]=2026-01-01",
        "createdAt[gte]=1767225600",
        "status=BROKEN",
        "status=PAUSED&status=BROKEN",
        "technicianId=t-1&technicianId=%00",
        "q=%00",
        f"q={'x' * 101}",
        f"q={'a+' * 10}a",
        "limit=0",
        "limit=501",
        "limit=many",
        "offset=-1",
        "offset=99999999999999999999",
        f"cursor={'x' * 1001}",
        "count=perhaps",
        "&".join(f"serviceOrderId=os-{number}" for number in range(MANY)),
        "&".join(f"technicianId=t-{number}" for number in range(MANY)),
        "&".join(["status=PAUSED"] * MANY),
    ],
)
async def test_a_value_of_the_wrong_kind_or_size_is_not_valid(
    http: httpx.AsyncClient, query: str
) -> None:
    problem(await http.get(f"{BASE}?{query}"), 422, "invalid-request")


async def test_the_links_keep_every_filter(http: httpx.AsyncClient, three: list[str]) -> None:
    asked: list[tuple[str, str | int | float | bool | None]] = [
        *(("serviceOrderId", f"os-{number}") for number in range(3)),
        ("createdAt[gte]", LONG_AGO),
        ("createdAt[lt]", FAR_OFF),
        ("sort", "-status"),
        ("limit", "1"),
    ]
    answer = await http.get(BASE, params=asked)
    seen = [each["id"] for each in answer.json()["executions"]]

    while following := answer.links.get("next"):
        url = httpx.URL(following["url"])
        assert [each for each in url.params.multi_items() if each[0] != "cursor"] == asked
        answer = await http.get(url)
        seen += [each["id"] for each in answer.json()["executions"]]

    assert sorted(seen) == sorted(three)


async def test_a_cursor_does_not_fit_other_filters(
    http: httpx.AsyncClient, three: list[str]
) -> None:
    first = (await http.get(f"{BASE}?limit=1&status=SCHEDULED")).json()

    answer = await http.get(BASE, params={"status": "PAUSED", "cursor": first["nextCursor"]})

    problem(answer, 400, "bad-cursor")


async def test_a_list_that_takes_too_long_says_what_to_do(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(*_: Any) -> None:
        raise QueryTooSlow("narrow it")

    monkeypatch.setattr(Search, "find", find)

    answer = await http.get(f"{BASE}?q=left")

    body = problem(answer, 503, "query-too-slow")
    assert body["title"] == "The list takes too long"
    assert body["detail"] == "narrow it"
    assert answer.headers["Retry-After"]


async def test_the_documentation_names_what_may_be_asked(http: httpx.AsyncClient) -> None:
    document = (await http.get("/api/v1/openapi.json")).json()
    parameters = {each["name"]: each for each in document["paths"][BASE]["get"]["parameters"]}

    ranges = [
        f"{field}[{operator}]"
        for field in ("createdAt", "updatedAt", "scheduledDate")
        for operator in ("gte", "gt", "lte", "lt")
    ]
    lists = ["serviceOrderId", "budgetId", "technicianId", "status"]
    page = ["q", "limit", "offset", "cursor", "sort", "count"]
    assert parameters.keys() >= {*ranges, *lists, *page}
    assert all(parameters[name]["description"] for name in [*ranges, *lists, "q", "sort"])
    assert all(parameters[name]["schema"]["maxItems"] == 20 for name in lists)
    assert "created_at_gte" not in parameters
