"""Errors as documents, and the headers that every answer carries."""

import re

import httpx
import pytest

from api.http.problems import RETRY_AFTER
from api.http.statuses import status_of
from tests.api.answers import BASE, NEW, problem
from tests.api.http.error_classes import error_classes

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_every_error_has_its_status() -> None:
    statuses = [status_of(kind) for kind in error_classes()]

    assert len(statuses) > 30
    assert all(400 <= status < 600 for status in statuses)


def test_the_statuses_are_those_of_the_contract() -> None:
    statuses = {kind.__name__: status_of(kind).value for kind in error_classes()}

    assert statuses["BadCursor"] == statuses["BadSort"] == 400
    assert statuses["ExecutionNotFound"] == statuses["TaskNotFound"] == 404
    assert statuses["InvalidTransition"] == statuses["ExecutionExists"] == 409
    assert statuses["KeyReused"] == 422
    assert (statuses["Unavailable"], statuses["OutcomeUnknown"]) == (503, 504)
    assert statuses["QueryTooSlow"] == statuses["DatabaseUnavailable"] == 503


async def test_a_problem_has_a_type_a_title_and_a_place(http: httpx.AsyncClient) -> None:
    body = problem(await http.get(f"{BASE}/nowhere"), 404)

    assert body["type"] == "urn:execution-service:execution-not-found"
    assert body["title"] == "There is no such execution"
    assert body["instance"] == f"{BASE}/nowhere"
    assert set(body) == {
        *("type", "title", "status", "detail", "instance", "code", "correlationId"),
    }


async def test_messages_about_fields_are_in_our_words(http: httpx.AsyncClient) -> None:
    wrong = {**NEW, "scheduledDate": 7, "notes": "a\x00b"}

    body = (await http.post(BASE, json=wrong)).json()

    messages = " ".join(error["message"] for error in body["errors"])
    assert "Value error" not in messages
    assert "pattern" not in messages


async def test_what_may_be_tried_again_says_when(offline: httpx.AsyncClient, existing: str) -> None:
    answer = await offline.get(existing)

    assert answer.headers["Retry-After"] == RETRY_AFTER
    assert int(RETRY_AFTER) > 0


async def test_the_documentation_holds_the_schema_of_problems(http: httpx.AsyncClient) -> None:
    schemas = (await http.get("/api/v1/openapi.json")).json()["components"]["schemas"]

    required = {"type", "title", "status", "detail", "instance", "code", "correlationId"}
    assert set(schemas["Problem"]["required"]) == required
    assert set(schemas["FieldError"]["properties"]) == {"pointer", "message"}
    assert "HTTPValidationError" not in schemas


@pytest.mark.parametrize("path", ["/nowhere", BASE, f"{BASE}/nowhere", "/api/v1/health"])
async def test_every_answer_is_guarded_and_not_kept(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Correlation-ID"]


async def test_an_answer_with_a_version_may_be_kept_by_it(
    http: httpx.AsyncClient, existing: str
) -> None:
    answer = await http.get(existing)

    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize("given", ["corr-1", "a" * 128, "A.b_c:d-9"])
async def test_a_harmless_correlation_id_comes_back(http: httpx.AsyncClient, given: str) -> None:
    answer = await http.get(f"{BASE}/nowhere", headers={"X-Correlation-ID": given})

    assert answer.headers["X-Correlation-ID"] == given
    assert problem(answer, 404)["correlationId"] == given


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"a" * 129,
        b"two words",
        b"<script>",
        b'"};drop',
        b"line%0abreak",
        b"caf\xc3\xa9",
        b"\xff\xfe",
        b"a\tb",
    ],
)
async def test_a_hostile_correlation_id_is_replaced(http: httpx.AsyncClient, given: bytes) -> None:
    answer = await http.get(f"{BASE}/nowhere", headers={b"X-Correlation-ID": given})

    replaced = answer.headers["X-Correlation-ID"]
    assert re.fullmatch(UUID, replaced)
    assert problem(answer, 404)["correlationId"] == replaced


async def test_a_trace_leads_to_the_correlation_id(http: httpx.AsyncClient) -> None:
    answer = await http.get(
        "/api/v1/health", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    )

    assert answer.headers["X-Correlation-ID"] == TRACE


async def test_the_clients_own_id_goes_before_its_trace(http: httpx.AsyncClient) -> None:
    answer = await http.get(
        "/api/v1/health",
        headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "X-Correlation-ID": "mine"},
    )

    assert answer.headers["X-Correlation-ID"] == "mine"


async def test_a_broken_trace_leads_to_a_new_id(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/health", headers={"traceparent": f"00-{TRACE[:-1]}-x-01"})

    assert answer.headers["X-Correlation-ID"] != TRACE


async def test_two_requests_without_an_id_get_two(http: httpx.AsyncClient) -> None:
    answers = [await http.get("/api/v1/health") for _ in range(2)]

    assert len({answer.headers["X-Correlation-ID"] for answer in answers}) == 2
