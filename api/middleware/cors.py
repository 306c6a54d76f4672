"""CORS: the headers by which browsers let pages of other origins use the API."""

from functools import partial

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ForeignOrigin
from api.http.problems import refusal
from api.middleware.origins import WRONG_ORIGIN, origin_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SENT = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    *("X-Correlation-ID", "traceparent"),
)
SHOWN = (
    *("ETag", "Location", "Link", "X-Correlation-ID", "X-Snapshot", "Idempotency-Replayed"),
    *("Preference-Applied", "Retry-After"),
)


class Cors(CORSMiddleware):
    """Answers preflights itself, before any limit: refusing one would cost as much."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=SENT,
            expose_headers=SHOWN,
            allow_private_network=True,  # a page on the internet, of an origin that is named
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        is_preflight = scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in headers
        if is_preflight and not self.is_allowed_origin(headers.get("Origin", "")):
            answer = refusal(Request(scope), ForeignOrigin(WRONG_ORIGIN))
            answer.headers["Vary"] = "Origin"
            await answer(scope, receive, send)
        elif "Origin" in headers:
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, partial(_send_varying, send))

    def is_allowed_origin(self, origin: str) -> bool:
        return origin_of(origin) in self.allow_origins

    def preflight_response(self, request_headers: Headers) -> Response:
        """Lists what may be sent; the browser itself refuses the page the rest."""
        known = {**request_headers, "access-control-request-method": METHODS[0]}
        known.pop("access-control-request-headers", None)
        return super().preflight_response(Headers(known))


async def _send_varying(send: Send, message: Message) -> None:
    """Sends the answer to a request without an origin, which another origin's would not be."""
    if message["type"] == "http.response.start":
        MutableHeaders(scope=message).add_vary_header("Origin")
    await send(message)
