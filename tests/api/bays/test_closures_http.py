"""Closures of a bay, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.api.answers import problem, shown
from tests.api.bays.places import INSPECTION, KEY, LIFT, PIT


async def test_a_closure_is_added_and_taken_back(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    [closure] = shown(await http.post(f"{LIFT}/closures", json=INSPECTION), 201)["closures"]

    assert (closure["from"], closure["to"]) == ("2026-12-01T12:00:00Z", "2026-12-01T14:00:00Z")
    assert closure["reason"] == "inspection"
    assert "firstDay" not in closure

    removed = await http.delete(f"{LIFT}/closures/{closure['closureId']}")

    assert (removed.status_code, removed.content) == (204, b"")
    assert shown(await http.get(LIFT))["closures"] == []
    problem(await http.delete(f"{LIFT}/closures/none"), 404, "bay-closure-not-found")


async def test_whole_days_are_those_of_the_workshop(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    week = {"from": "2026-12-07", "to": "2026-12-11"}

    [closure] = shown(await http.post(f"{LIFT}/closures", json=week), 201)["closures"]

    assert (closure["from"], closure["to"]) == ("2026-12-07T03:00:00Z", "2026-12-12T03:00:00Z")
    assert (closure["firstDay"], closure["lastDay"]) == ("2026-12-07", "2026-12-11")
    overlapping = await http.post(f"{LIFT}/closures", json=week | {"from": "2026-12-10"})
    refusal = problem(overlapping, 409, "bay-closure-overlap")
    assert refusal["closureId"] == closure["closureId"]


async def test_a_closure_under_a_key_is_added_once(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    first = await http.post(f"{LIFT}/closures", json=INSPECTION, headers=KEY)
    again = await http.post(f"{LIFT}/closures", json=INSPECTION, headers=KEY)

    assert shown(first, 201) == shown(again, 201)


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("2026-12-02", "2026-12-01"),
        ("2026-12-01", "2026-12-02T00:00:00Z"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("tomorrow", "2026-12-02"),
    ],
)
async def test_a_closure_that_is_none_is_refused(
    http: httpx.AsyncClient, lift: dict[str, Any], from_: str, to: str
) -> None:
    answer = await http.post(f"{LIFT}/closures", json={"from": from_, "to": to})

    problem(answer, 422, "invalid-request")
    assert shown(await http.get(LIFT))["version"] == 1


async def test_a_bay_that_is_not_there_cannot_be_closed(http: httpx.AsyncClient) -> None:
    problem(await http.post(f"{PIT}/closures", json=INSPECTION), 404, "bay-not-found")
    problem(await http.delete(f"{PIT}/closures/pit-2-2"), 404, "bay-not-found")
