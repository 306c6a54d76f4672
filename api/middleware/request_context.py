"""The context of every request: a correlation id, a deadline, headers that keep answers private,
and a line in the log."""

import asyncio
import logging
from collections.abc import Callable
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from activities.log import CORRELATION_ID, begin
from api.errors import OutcomeUnknown
from api.http.problems import refusal
from api.middleware.correlation import correlation_id, trace
from api.operations.health import PROBES

REQUEST_SECONDS = 9.5
"""Seconds. Every outside call has a shorter deadline; this one is for what nobody thought of."""
TOO_LATE = "The request took too long; repeat it with the same Idempotency-Key"

PATH_AT_MOST = 200
"""Characters, in the log, of a path that is none of ours."""

log = logging.getLogger("api")


class Deadline:
    """Answers in the place of what takes too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_on(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._app(scope, receive, send_on)
        except TimeoutError:
            log.error("deadline passed", extra={"path": scope["path"]})
            if not has_begun:
                await refusal(Request(scope), OutcomeUnknown(TOO_LATE))(scope, receive, send)


class RequestContext:
    """Pure ASGI, because Starlette's own middleware base costs a task per request. `cors`, if
    there is one, goes around all that answers, the deadline included."""

    def __init__(self, app: ASGIApp, cors: Callable[[ASGIApp], ASGIApp] | None = None) -> None:
        self._plain, within = app, Deadline(app)
        self._app = cors(within) if cors else within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._plain(scope, receive, send)
            return
        began, status = perf_counter(), None
        headers = Headers(scope=scope)
        correlated = correlation_id(headers)
        begin({CORRELATION_ID: correlated, **trace(headers)})
        scope.setdefault("state", {})["correlation_id"] = correlated

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.append("X-Correlation-ID", correlated)
                headers.append("X-Content-Type-Options", "nosniff")
                if "ETag" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            _log_answer(scope, status, perf_counter() - began)


def _log_answer(scope: Scope, status: int | None, seconds: float) -> None:
    """A line for every request: without its query, which may hold anything; `status` is null if
    the client has gone before it was answered."""
    log.log(
        logging.DEBUG if scope["path"] in PROBES else logging.INFO,
        "answered",
        extra={
            "method": scope["method"],
            "route": _route(scope),
            "status": status,
            "durationMs": round(seconds * 1000, 1),
        },
    )


def _route(scope: Scope) -> str:
    """The route as the API's document names it; of a path that is none of ours, the beginning."""
    path: str = scope["path"]
    return getattr(scope.get("route"), "path", path[:PATH_AT_MOST])
