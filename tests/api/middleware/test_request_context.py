"""The context of every request, tried on small applications of its own."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.middleware.request_context import REQUEST_SECONDS, RequestContext

HTTP: Scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "query_string": b""}
START: Message = {"type": "http.response.start", "status": 200, "headers": []}


class Wire:
    """Messages of a server; nothing more comes from the client."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_what_is_no_request_passes_through(wire: Wire, kind: str) -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    await RequestContext(app)({"type": kind}, wire.receive, wire.send)

    assert seen == [{"type": kind}]
    assert wire.sent == []


async def test_an_answer_that_has_begun_is_not_followed_by_another(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("api.middleware.request_context.REQUEST_SECONDS", 0.02)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(dict(START))
        await asyncio.Event().wait()

    await RequestContext(app)(dict(HTTP), wire.receive, wire.send)

    assert [message["type"] for message in wire.sent] == ["http.response.start"]
    assert "deadline passed" in caplog.text


async def test_a_client_that_hangs_up_is_not_told_of_a_deadline(wire: Wire) -> None:
    reached = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.set()
        await asyncio.Event().wait()

    request = asyncio.ensure_future(RequestContext(app)(dict(HTTP), wire.receive, wire.send))
    await reached.wait()
    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request
    assert wire.sent == []


def test_the_deadline_keeps_the_promise_of_ten_seconds() -> None:
    assert REQUEST_SECONDS < 10
