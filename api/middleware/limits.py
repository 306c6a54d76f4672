"""Limits of one request: what is larger or slower is refused before it reaches a route.

uvicorn reads a body of any size, and hands it on as it comes; here it is complete before anybody
else sees the request.
"""

import asyncio
from collections.abc import Iterable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import (
    BodyTooLarge,
    BodyTooSlow,
    HeadersTooLarge,
    ServiceError,
    UriTooLong,
)
from api.http.problems import refusal

KIB = 1024
URI_AT_MOST = 8 * KIB
HEADERS_AT_MOST = 16 * KIB
BODY_AT_MOST = 64 * KIB
BODY_WITHIN = 5.0
"""Seconds. The rest of the request's deadline is enough for a command."""

_BODY_TOO_LARGE = f"The body may have {BODY_AT_MOST // KIB} KiB"
_ANNOUNCE = (b"content-length", b"transfer-encoding")

Headers = Iterable[tuple[bytes, bytes]]


class ClientDisconnected(Exception):
    """The client has hung up in the middle of its request"""


class Limits:
    """Pure ASGI; goes around everything that reads a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await _admitted(scope, receive)
        except ClientDisconnected:
            return
        except ServiceError as error:
            await refusal(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, receive if body is None else _after(body, receive), send)


async def _admitted(scope: Scope, receive: Receive) -> bytes | None:
    """The body, if there is one."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > URI_AT_MOST:
        raise UriTooLong(f"Path and query may have {URI_AT_MOST // KIB} KiB together")
    headers: Headers = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > HEADERS_AT_MOST:
        raise HeadersTooLarge(f"The headers may have {HEADERS_AT_MOST // KIB} KiB together")
    announced = next((value for name, value in headers if name in _ANNOUNCE), b"0")
    if announced == b"0":
        return None
    if announced.isdigit() and (len(announced) > 9 or int(announced) > BODY_AT_MOST):
        raise BodyTooLarge(_BODY_TOO_LARGE)
    return await _read(receive)


async def _read(receive: Receive) -> bytes:
    try:
        async with asyncio.timeout(BODY_WITHIN):
            return await _bounded(receive)
    except TimeoutError:
        raise BodyTooSlow(f"The body was not complete within {BODY_WITHIN:g} s") from None


async def _bounded(receive: Receive) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        body += message.get("body", b"")
        if len(body) > BODY_AT_MOST:
            raise BodyTooLarge(_BODY_TOO_LARGE)
        more = message.get("more_body", False)
    return bytes(body)


def _after(body: bytes, receive: Receive) -> Receive:
    """Gives the whole body first, then whatever else the server has to say."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
