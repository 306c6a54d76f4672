"""Each request leaves a line: who finds a correlation id in an answer finds what happened."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from tests.api.answers import BASE, FILA, problem
from tests.captured_output import Printed, printing

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
NO_TRACE, NO_SPAN = "0" * 32, "0" * 16
HOSTILE = {
    "a line of its own": b'x\r\n{"message": "FORGED"}',
    "a carriage return": b"x\rFORGED",
    "a terminal's commands": b"\x1b[2J\x07FORGED",
    "what is no text": b"\xff\xfe\x00FORGED",
    "letters that turn around": "\u202eFORGED".encode(),
    "very much": b"FORGED" * 2000,
}
LISTENED_TO = ("X-Correlation-ID", "traceparent", "Idempotency-Key", "Prefer", "User-Agent")


@pytest.fixture
def printed() -> Iterator[Printed]:
    with printing() as printed:
        yield printed


async def test_a_request_leaves_a_line_that_names_its_route(
    http: httpx.AsyncClient, existing: str, printed: Printed
) -> None:
    answer = await http.patch(f"{existing}/start?secret=x", headers={"X-Correlation-ID": "corr-1"})

    (line,) = printed.of("answered")
    assert answer.status_code == 200
    assert (line["method"], line["route"]) == ("PATCH", f"{BASE}/{{id}}/start")
    assert line["status"] == 200
    assert line["correlationId"] == "corr-1"
    assert 0 <= line["durationMs"] < 10_000
    assert "secret" not in printed.text


@pytest.mark.parametrize(
    ("path", "route"),
    [
        (f"{FILA}/x/historico", f"{FILA}/{{fila_id}}/historico"),
        ("/api/v1/docs", "/api/v1/docs"),
        ("/nowhere?secret=x", "/nowhere"),
        (f"{BASE}/a/b/c", f"{BASE}/a/b/c"),
        ("/" + "x" * 500, "/" + "x" * 199),
    ],
)
async def test_a_route_is_named_as_in_the_document(
    http: httpx.AsyncClient, printed: Printed, path: str, route: str
) -> None:
    await http.get(path)

    assert printed.of("answered")[0]["route"] == route


async def test_a_refusal_at_the_door_leaves_one_too(
    http: httpx.AsyncClient, printed: Printed
) -> None:
    await http.post(BASE, content=b" " * 70_000)

    (line,) = printed.of("answered")
    assert (line["route"], line["status"]) == (BASE, 413)


async def test_whoever_asks_for_the_health_fills_no_log(http: httpx.AsyncClient) -> None:
    with printing() as usual:
        await http.get("/health")
    with printing(logging.DEBUG) as all_of_it:
        await http.get("/health")

    assert usual.of("answered") == []
    assert len(all_of_it.of("answered")) == 1


async def test_a_mistake_of_ours_is_found_by_the_correlation_id(
    http: httpx.AsyncClient, broken: None, printed: Printed
) -> None:
    answer = await http.get(BASE)

    (fault,) = printed.of("unexpected error")
    assert fault["correlationId"] == problem(answer, 500)["correlationId"]
    assert "secret-of-the-house" in fault["exc_info"]


@pytest.mark.parametrize(
    ("trace", "told"),
    [(TRACE, TRACE), ("0" * 16 + TRACE[16:], str(int(TRACE[16:], 16)))],
    ids=["128 bits", "64 bits"],
)
async def test_a_trace_is_named_as_datadog_names_it(
    http: httpx.AsyncClient, printed: Printed, trace: str, told: str
) -> None:
    await http.get(BASE, headers={"traceparent": f"00-{trace}-{SPAN}-01"})

    (line,) = printed.of("answered")
    assert (line["dd.trace_id"], line["dd.span_id"]) == (told, str(int(SPAN, 16)))
    assert line["correlationId"] == trace


@pytest.mark.parametrize(
    "traceparent",
    [
        f"00-{NO_TRACE}-{SPAN}-01",
        f"00-{TRACE}-{NO_SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}",
    ],
)
async def test_a_trace_that_is_none_is_not_named(
    http: httpx.AsyncClient, printed: Printed, traceparent: str
) -> None:
    await http.get(BASE, headers={"traceparent": traceparent})

    (line,) = printed.of("answered")
    assert "dd.trace_id" not in line
    assert line["correlationId"] != TRACE


@pytest.mark.parametrize("header", LISTENED_TO)
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_header_gets_nowhere(
    http: httpx.AsyncClient, existing: str, printed: Printed, header: str, value: bytes
) -> None:
    answer = await http.patch(f"{existing}/start", headers={header.encode(): value})

    history = await http.get(f"{existing}/history")
    assert answer.status_code in {200, 422}
    for place in (answer.text, str(answer.headers), printed.text, history.text):
        assert "FORGED" not in place
