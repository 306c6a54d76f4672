"""Pages of the origins that CORS_ORIGINS names may use the API from a browser; others may not."""

import asyncio
from typing import Any

import httpx
import pytest

from activities.mongo.search import Search
from tests.api.answers import BASE, problem
from tests.api.app_client import BOARD, Frontage

ALLOWED = "Access-Control-Allow-Origin"
ASKED = {
    "Origin": BOARD,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "content-type,authorization,idempotency-key,if-match,"
    "if-none-match,prefer,x-correlation-id,traceparent",
}


@pytest.fixture
def frontage(with_pages: Frontage) -> Frontage:
    return with_pages


def _listed(answer: httpx.Response, header: str) -> set[str]:
    return {each.strip().lower() for each in answer.headers[header].split(",")}


async def test_a_page_may_ask_without_a_token_what_it_may_send(
    asking_for_tokens: httpx.AsyncClient,
) -> None:
    answer = await asking_for_tokens.options(f"{BASE}/x/start", headers=ASKED)

    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == BOARD
    assert _listed(answer, "Access-Control-Allow-Methods") == {
        *("get", "head", "post", "put", "patch", "delete")
    }
    wanted = set(ASKED["Access-Control-Request-Headers"].split(","))
    assert _listed(answer, "Access-Control-Allow-Headers") >= wanted
    assert "origin" in _listed(answer, "Vary")
    assert "X-Correlation-ID" in answer.headers


async def test_what_else_a_page_would_send_its_browser_finds_missing(
    http: httpx.AsyncClient,
) -> None:
    asked = {**ASKED, "Access-Control-Request-Headers": "x-other"}

    answer = await http.options(BASE, headers={**asked, "Access-Control-Request-Method": "TRACE"})

    assert answer.status_code == 200
    assert "trace" not in _listed(answer, "Access-Control-Allow-Methods")
    assert "x-other" not in _listed(answer, "Access-Control-Allow-Headers")


@pytest.mark.parametrize("origin", ["http://localhost:5174", "null", f"{BOARD}.evil.example", ""])
async def test_a_foreign_page_is_told_that_it_may_not(http: httpx.AsyncClient, origin: str) -> None:
    answer = await http.options(BASE, headers={**ASKED, "Origin": origin})

    problem(answer, 403, "foreign-origin")
    assert ALLOWED not in answer.headers
    assert answer.headers["Vary"] == "Origin"


async def test_a_page_sees_all_that_we_say_in_headers(
    http: httpx.AsyncClient, existing: str
) -> None:
    answer = await http.get(existing, headers={"Origin": BOARD})

    assert answer.headers[ALLOWED] == BOARD
    assert _listed(answer, "Vary") == {"origin"}
    assert _listed(answer, "Access-Control-Expose-Headers") == {
        *("etag", "location", "link", "x-correlation-id", "x-snapshot", "idempotency-replayed"),
        *("preference-applied", "retry-after"),
    }


@pytest.mark.parametrize("sent", [{}, {"Origin": "https://evil.example"}])
async def test_no_other_page_is_shown_anything(
    http: httpx.AsyncClient, existing: str, sent: dict[str, str]
) -> None:
    answer = await http.get(existing, headers=sent)

    assert ALLOWED not in answer.headers
    assert answer.headers["Vary"] == "Origin"  # for whoever keeps it


@pytest.mark.usefixtures("broken")
async def test_a_page_can_read_what_went_wrong(
    http: httpx.AsyncClient,
    asking_for_tokens: httpx.AsyncClient,
    existing: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = {"Origin": BOARD}
    refused = await http.patch(f"{existing}/pause", headers=page)
    nobody = await asking_for_tokens.get(existing, headers=page)
    failed = await http.get(BASE, headers=page)

    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Search, "find", hang)
    monkeypatch.setattr("api.middleware.request_context.REQUEST_SECONDS", 0.02)
    late = await http.get(BASE, headers=page)

    answers = [refused, nobody, failed, late]
    assert [each.status_code for each in answers] == [409, 401, 500, 504]
    assert {each.headers[ALLOWED] for each in answers} == {BOARD}
