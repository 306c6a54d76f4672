"""Requests that are too large, too deep or too slow are refused before anybody reads them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from api.http.json_depth import DEPTH_AT_MOST
from api.middleware.limits import BODY_AT_MOST, HEADERS_AT_MOST, URI_AT_MOST, Limits
from tests.api.answers import BASE, FILA, NEW, problem

JSON = {"Content-Type": "application/json"}
DEEP = b"[" * (DEPTH_AT_MOST + 1)


async def _chunks(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Sent without a Content-Length."""
    for part in parts:
        yield part


def _filled(size: int) -> bytes:
    """The body of a good request, of just that many bytes."""
    body = json.dumps(NEW).encode()
    return body + b" " * (size - len(body))


async def test_a_body_as_large_as_may_be_is_read(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, content=_filled(BODY_AT_MOST), headers=JSON)

    assert answer.status_code == 201


async def test_a_body_that_comes_in_pieces_is_read_whole(http: httpx.AsyncClient) -> None:
    body = json.dumps(NEW).encode()

    answer = await http.post(BASE, content=_chunks([body[:5], b"", body[5:]]), headers=JSON)

    assert answer.status_code == 201


async def test_a_body_that_is_a_byte_too_large_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, content=_filled(BODY_AT_MOST + 1), headers=JSON)

    problem(answer, 413, "body-too-large")
    assert (await http.get(BASE)).json()["total"] == 0


async def test_a_body_of_unknown_length_is_refused_once_it_is_too_large(
    http: httpx.AsyncClient,
) -> None:
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            sent.append(1)
            yield b" " * 1024

    answer = await http.post(BASE, content=endless(), headers=JSON)

    problem(answer, 413, "body-too-large")
    assert len(sent) < 70


@pytest.mark.parametrize("length", ["65537", "9" * 5000])
async def test_a_length_that_is_announced_is_refused_unread(
    http: httpx.AsyncClient, length: str
) -> None:
    async def unread() -> AsyncIterator[bytes]:
        pytest.fail("it was read")
        yield b""

    answer = await http.post(BASE, content=unread(), headers={**JSON, "Content-Length": length})

    problem(answer, 413, "body-too-large")


@pytest.mark.parametrize(
    "body", [DEEP, b'{"a":' * 40, b"[{}," * 40, b'["\\\\",' * 40], ids=["[", "{", "[{", "strings"]
)
async def test_a_body_that_is_nested_too_deeply_is_refused(
    http: httpx.AsyncClient, body: bytes
) -> None:
    answer = await http.post(BASE, content=body, headers=JSON)

    problem(answer, 400, "nested-too-deeply")


@pytest.mark.parametrize(
    "notes", ["[" * 100, '"' + "{[" * 100, "\\" * 3 + "[" * 100, '\\"[' * 100], ids=range(4)
)
async def test_brackets_in_a_text_are_no_nesting(http: httpx.AsyncClient, notes: str) -> None:
    answer = await http.post(BASE, json={**NEW, "notes": notes})

    assert answer.status_code == 201
    assert answer.json()["notes"] == notes


async def test_many_brackets_side_by_side_are_no_nesting(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, json={**NEW, "notes": [[], {}] * 50})

    problem(answer, 422, "invalid-request")


@pytest.mark.parametrize("path", [f"{BASE}?q={'x' * URI_AT_MOST}", f"{BASE}/{'x' * URI_AT_MOST}"])
async def test_an_address_that_is_too_long_is_refused(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)

    problem(answer, 414, "uri-too-long")


async def test_headers_count_together(http: httpx.AsyncClient) -> None:
    half = "x" * (HEADERS_AT_MOST // 2)

    one = await http.get(BASE, headers={"X-One": half})
    both = await http.get(BASE, headers={"X-One": half, "X-Two": half})

    assert one.status_code == 200
    problem(both, 431, "headers-too-large")


async def test_a_body_that_does_not_come_is_not_waited_for(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.middleware.limits.BODY_WITHIN", 0.02)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await http.post(BASE, content=stuck(), headers=JSON)

    problem(answer, 408, "body-too-slow")
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize(
    ("content", "path", "headers", "status"),
    [
        (_filled(BODY_AT_MOST + 1), FILA, {}, 413),
        (DEEP, FILA, {}, 400),
        (b"{}", f"{FILA}?x={'x' * URI_AT_MOST}", {}, 414),
        (b"{}", FILA, {"X": "x" * HEADERS_AT_MOST}, 431),
    ],
)
async def test_the_queues_clients_are_told_the_same_number_in_portuguese(
    http: httpx.AsyncClient, content: bytes, path: str, headers: dict[str, str], status: int
) -> None:
    english = await http.post(path.replace(FILA, BASE), content=content, headers=JSON | headers)

    answer = await http.post(path, content=content, headers=JSON | headers)

    told, meant = problem(answer, status), problem(english, status)
    assert told["title"] != meant["title"]
    assert _numbers(told["detail"]) == _numbers(meant["detail"]) != []


def _numbers(text: str) -> list[str]:
    return [word for word in text.split() if word.isdigit()]


async def test_who_hangs_up_in_the_middle_reaches_nobody() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pytest.fail("it was reached")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        pytest.fail("it was answered")

    scope = {**SCOPE, "headers": [(b"transfer-encoding", b"chunked")]}
    await Limits(app)(scope, receive, send)


async def test_what_the_server_says_after_the_body_is_heard() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    said: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"{}"}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(said)

    async def send(message: Message) -> None: ...

    await Limits(app)({**SCOPE, "headers": [(b"content-length", b"2")]}, receive, send)

    assert heard == ["http.request", "http.disconnect"]


SCOPE: Scope = {"type": "http", "raw_path": b"/x", "query_string": b"", "headers": []}
