"""Headers and queries as clients really write them."""

import httpx
import pytest

from tests.api.answers import BASE, problem, shown
from tests.api.fila.fila import problema

NO_WAIT = [
    *("wait=0;x=1", 'wait="0"', "wait = 0", "wait=0 ; x", 'Wait\t=\t"0";a="b,c"', "wait=0;"),
    *('x="a,b", wait=0', ", ,wait=0,", "wait=0, wait=9", 'x="wait=9", wait=0', "x;wait=1,wait=0"),
    *('x=", wait=0', "wait=0,respond-asyncx", "wait=0\t,\thandling=strict"),
]
WAITS = ["wait=9, wait=0", 'x="wait=0"', "x;wait=0", "wait;x=0", "wait=00x", "await=0", '"wait=0"']


@pytest.mark.parametrize("prefer", NO_WAIT)
async def test_a_preference_is_understood_however_it_is_written(
    http: httpx.AsyncClient, existing: str, prefer: str
) -> None:
    answer = await http.patch(f"{existing}/start", headers={"Prefer": prefer})

    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait=0")


@pytest.mark.parametrize("prefer", WAITS)
async def test_what_only_looks_like_it_is_another_preference(
    http: httpx.AsyncClient, existing: str, prefer: str
) -> None:
    answer = await http.patch(f"{existing}/start", headers={"Prefer": prefer})

    assert answer.status_code == 200
    assert "Preference-Applied" not in answer.headers


@pytest.mark.parametrize("prefer", ["respond-async;x=1", 'respond-async=""', "Respond-Async , x"])
async def test_a_signal_is_asked_for_in_several_ways_too(
    http: httpx.AsyncClient, existing: str, prefer: str
) -> None:
    answer = await http.patch(f"{existing}/start", headers={"Prefer": prefer})

    assert answer.status_code == 202


@pytest.mark.parametrize("prefer", ["return=minimal", "x" * 5000, 'x="', ""])
async def test_a_preference_may_stand_on_a_line_of_its_own(
    http: httpx.AsyncClient, existing: str, prefer: str
) -> None:
    lines = [("Prefer", "handling=lenient"), ("PREFER", "wait=0"), ("Prefer", prefer)]

    answer = await http.patch(f"{existing}/start", headers=lines)

    assert answer.headers["Preference-Applied"] == "wait=0"


async def test_a_list_of_versions_may_be_spread_over_lines(
    http: httpx.AsyncClient, existing: str
) -> None:
    lines = [("If-Match", '"7"'), ("if-match", '"8", "1"')]
    done = await http.patch(f"{existing}/start", headers=lines)

    late = await http.patch(f"{existing}/pause", headers=lines)
    known = await http.get(existing, headers=[("If-None-Match", '"1"'), ("If-None-Match", '"2"')])

    assert shown(done)["version"] == 2
    problem(late, 412, "version-mismatch")
    assert known.status_code == 304


@pytest.mark.parametrize("tag", ["3", "W/3", "'3'"])
async def test_who_leaves_the_quotes_out_is_told_to_send_them(
    http: httpx.AsyncClient, existing: str, queued: str, tag: str
) -> None:
    english = await http.patch(f"{existing}/start", headers={"If-Match": tag})
    portuguese = await http.delete(queued, headers={"If-Match": tag})

    assert 'with its quotes: `"3"`' in problem(english, 422)["detail"]
    assert 'com as aspas: `"3"`' in problema(portuguese, 422)["detail"]


async def test_who_sends_a_weak_tag_is_told_why_it_does_not_match(
    http: httpx.AsyncClient, existing: str, queued: str
) -> None:
    weak = {"If-Match": 'W/"1"'}

    english = await http.patch(f"{existing}/start", headers=weak)
    portuguese = await http.delete(queued, headers=weak)
    late = await http.patch(f"{existing}/start", headers={"If-Match": '"7"'})

    assert "without its `W/`" in problem(english, 412, "version-mismatch")["detail"]
    assert "sem o `W/`" in problema(portuguese, 412, "version-mismatch")["detail"]
    assert "W/" not in problem(late, 412)["detail"]


@pytest.mark.parametrize("zone", ["+03:00", "+0300", "+00:00"])
async def test_a_plus_that_came_as_a_blank_is_recognized(
    http: httpx.AsyncClient, zone: str
) -> None:
    url = f"{BASE}?createdAt[gte]=2026-01-01T00:00:00"

    raw = await http.get(f"{url}{zone}")
    encoded = await http.get(f"{url}{zone.replace('+', '%2B')}")

    assert "`%2B`" in problem(raw, 422, "invalid-request")["detail"]
    assert encoded.status_code == 200


async def test_a_date_that_is_wrong_otherwise_is_not_taken_for_that(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get(BASE, params={"createdAt[gte]": "2026-01-01 00:00"})

    assert "%2B" not in problem(answer, 422)["detail"]
