"""The days on which the workshop is closed, over HTTP."""

from typing import Any

import httpx
import pytest

from activities.mongo.client import Database
from activities.probes import Readiness
from api.composition import assembled
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from tests.api.answers import CLOSURES, problem
from tests.api.app_client import Frontage
from tests.api.temporal_fake import FakeEngines
from tests.starts import SAO_PAULO

CHRISTMAS = f"{CLOSURES}/2026-12-25"


async def close(http: httpx.AsyncClient, *days: str) -> None:
    for day in days:
        closed = await http.put(f"{CLOSURES}/{day}", json={"name": f"name of {day}"})
        assert closed.status_code == 201, closed.text


async def days(http: httpx.AsyncClient, **query: Any) -> list[str]:
    found = await http.get(CLOSURES, params=query)
    assert found.status_code == 200, found.text
    return [each["date"] for each in found.json()["closures"]]


async def test_a_day_that_is_closed_is_created_and_can_be_read(http: httpx.AsyncClient) -> None:
    created = await http.put(CHRISTMAS, json={"name": "Christmas"})
    read = await http.get(CHRISTMAS)

    assert (created.status_code, read.status_code) == (201, 200)
    assert created.json() == read.json()
    assert read.json() == {"date": "2026-12-25", "name": "Christmas", "source": "manual"}


async def test_a_day_that_is_closed_again_is_replaced(http: httpx.AsyncClient) -> None:
    await http.put(CHRISTMAS, json={"name": "Christmas"})

    replaced = await http.put(CHRISTMAS, json={"name": "Natal"})

    assert (replaced.status_code, replaced.json()["name"]) == (200, "Natal")
    assert (await http.get(CHRISTMAS)).json() == replaced.json()


async def test_a_day_that_is_opened_is_closed_no_more(http: httpx.AsyncClient) -> None:
    await close(http, "2026-12-25", "2026-12-28")

    removed = await http.delete(CHRISTMAS)

    assert (removed.status_code, removed.content) == (204, b"")
    assert await days(http) == ["2026-12-28"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_day_without_a_closure_is_not_found(http: httpx.AsyncClient, method: str) -> None:
    refused = problem(await http.request(method, CHRISTMAS), 404, "closure-not-found")

    assert "2026-12-25" in refused["detail"]


async def test_all_closures_are_listed_in_the_order_of_their_days(http: httpx.AsyncClient) -> None:
    await close(http, "2027-01-01", "2026-09-07", "2026-12-25")

    found = await http.get(CLOSURES)

    assert [each["date"] for each in found.json()["closures"]] == [
        *("2026-09-07", "2026-12-25", "2027-01-01")
    ]
    assert found.json()["closures"][0] == {
        "date": "2026-09-07",
        "name": "name of 2026-09-07",
        "source": "manual",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"from": "2026-12-25"}, ["2026-12-25", "2027-01-01"]),
        ({"to": "2026-12-25"}, ["2026-09-07", "2026-12-25"]),
        ({"from": "2026-09-08", "to": "2026-12-25"}, ["2026-12-25"]),
        ({"from": "2026-12-25", "to": "2026-12-25"}, ["2026-12-25"]),
        ({"from": "2027-01-01", "to": "2026-09-07"}, []),
        ({"from": " 2026-12-26 ", "to": ""}, ["2027-01-01"]),
    ],
)
async def test_a_list_begins_and_ends_on_the_days_that_are_named(
    http: httpx.AsyncClient, query: dict[str, str], found: list[str]
) -> None:
    await close(http, "2026-09-07", "2026-12-25", "2027-01-01")

    assert await days(http, **query) == found


async def test_a_range_has_at_most_a_year_between_its_ends(http: httpx.AsyncClient) -> None:
    await close(http, "2026-12-25")

    longest = await days(http, **{"from": "2026-01-01", "to": "2027-01-02"})
    longer = await http.get(CLOSURES, params={"from": "2026-01-01", "to": "2027-01-03"})

    assert longest == ["2026-12-25"]
    assert "366" in problem(longer, 422, "range-too-long")["detail"]


@pytest.mark.parametrize("name", ["from", "to"])
async def test_a_range_with_one_end_may_be_as_long_as_it_likes(
    http: httpx.AsyncClient, name: str
) -> None:
    await close(http, "2026-12-25")

    assert await days(http, **{name: {"from": "1970-01-01", "to": "2199-12-31"}[name]}) == [
        "2026-12-25"
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "  "}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "n" * 201}, "/name"),
        ({"name": "Christmas", "date": "2026-12-25"}, "/date"),
        ({"name": "Christmas", "source": "manual"}, "/source"),
        ([], "/"),
    ],
)
async def test_a_closure_has_a_name_and_nothing_else(
    http: httpx.AsyncClient, body: object, pointer: str
) -> None:
    refused = problem(await http.put(CHRISTMAS, json=body), 422, "invalid-request")

    assert [each["pointer"] for each in refused["errors"]] == [pointer]
    assert await days(http) == []


async def test_a_name_may_have_two_hundred_characters(http: httpx.AsyncClient) -> None:
    closed = await http.put(CHRISTMAS, json={"name": f" {'n' * 200} "})

    assert (closed.status_code, closed.json()["name"]) == (201, "n" * 200)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("day", ["2026-02-29", "25-12-2026", "20261225", "2026-12-25T00:00:00Z"])
async def test_what_is_no_day_is_refused_with_how_to_write_one(
    http: httpx.AsyncClient, method: str, day: str
) -> None:
    body = {"name": "Christmas"} if method == "PUT" else None

    refused = problem(await http.request(method, f"{CLOSURES}/{day}", json=body), 422)

    assert "2026-11-30" in refused["detail"]
    assert [each["pointer"] for each in refused["errors"]] == ["#path/date"]


async def test_blanks_around_a_day_mean_nothing(http: httpx.AsyncClient) -> None:
    closed = await http.put(f"{CLOSURES}/%202026-12-25%20", json={"name": "Christmas"})

    assert closed.json()["date"] == "2026-12-25"
    assert (await http.get(CHRISTMAS)).status_code == 200


@pytest.mark.parametrize("query", [{"from": "tomorrow"}, {"to": "2026-13-01"}])
async def test_a_range_is_of_days(http: httpx.AsyncClient, query: dict[str, str]) -> None:
    problem(await http.get(CLOSURES, params=query), 422, "invalid-request")


@pytest.mark.parametrize("query", [{"from_": "2026-12-25"}, {"year": "2026"}])
async def test_a_filter_that_there_is_not_is_unreadable(
    http: httpx.AsyncClient, query: dict[str, str]
) -> None:
    problem(await http.get(CLOSURES, params=query), 400, "unreadable-request")


async def test_without_the_database_there_are_no_closures(
    frontage: Frontage,
    engines: FakeEngines,
    readiness: Readiness,
    rules: QueueRules,
    no_database: Database,
) -> None:
    services = assembled(engines, no_database, rules, PlanningRules(SAO_PAULO))

    async with frontage.of(services, readiness) as offline:
        answers = [
            await offline.get(CLOSURES),
            await offline.get(CHRISTMAS),
            await offline.put(CHRISTMAS, json={"name": "Christmas"}),
            await offline.delete(CHRISTMAS),
            await offline.post(f"{CLOSURES}/import", json={"country": "BR", "year": 2026}),
        ]

    for answer in answers:
        problem(answer, 503, "database-unavailable")
