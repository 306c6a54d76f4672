"""What every request gets: a correlation id, a deadline, and headers that keep answers private."""

import asyncio
import logging
import re
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import OutcomeUnknown
from api.problems import refusal

DEADLINE = 9.5
"""Seconds. Every outside call has a shorter one; this is for what nobody thought of."""
TOO_LATE = "The request took too long; repeat it with the same Idempotency-Key"

log = logging.getLogger("api")

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Envelope:
    """Pure ASGI, because Starlette's own middleware base costs a task per request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = _correlation_id(Headers(scope=scope))
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Correlation-ID"] = correlation_id
                headers["X-Content-Type-Options"] = "nosniff"
                if "ETag" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            async with asyncio.timeout(DEADLINE):
                await self._app(scope, receive, send_with_headers)
        except TimeoutError:
            log.error("deadline passed", extra={"path": scope["path"]})
            if not started:
                error = OutcomeUnknown(TOO_LATE)
                await refusal(Request(scope), error)(scope, receive, send_with_headers)


def _correlation_id(headers: Headers) -> str:
    """The client's own id if it is harmless, its trace's, or a new one."""
    given = headers.get("X-Correlation-ID", "")
    if _CORRELATION_ID.fullmatch(given):
        return given
    traced = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return traced[1] if traced else str(uuid4())
