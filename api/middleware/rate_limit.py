"""Rate limits: requests of one address, and of one subject once its token has been verified."""

import math
from collections.abc import Callable, Container
from contextlib import suppress
from ipaddress import ip_network
from typing import NamedTuple

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from throttled import MemoryStore, RateLimiterType, Throttled, per_sec

from api.errors import TooManyRequests
from api.http.problems import refusal
from api.security.callers import Caller

REMEMBERED_CLIENTS = 10_000
"""Clients whose use is remembered. Beyond that the longest idle is forgotten, so that nobody fills
our memory by coming from ever new addresses."""

ClientOf = Callable[[Scope], str | None]
"""The client that is counted; None if nobody is."""


class Rate(NamedTuple):
    per_second: int = 0
    """0: no limit."""
    burst: int = 1
    """The requests that may come at once, after a pause."""


UNLIMITED = Rate()


class RateLimit:
    """Pure ASGI. Each process counts for itself."""

    def __init__(self, app: ASGIApp, rate: Rate, client: ClientOf, exempt: Container[str]) -> None:
        self._app = app
        self._client = client
        self._exempt = exempt
        # GCRA, because it has a monotonic clock and fractions of seconds; the library's token
        # bucket has neither. It never waits, so its thread lock is no harm to the event loop.
        self._bucket = Throttled(
            using=RateLimiterType.GCRA.value,
            quota=per_sec(rate.per_second, rate.burst),
            store=MemoryStore(options={"MAX_SIZE": REMEMBERED_CLIENTS}),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait = self._wait(scope) if scope["type"] == "http" else 0
        if wait:
            error = TooManyRequests(f"Nothing was changed; try again in {wait} s", wait)
            await refusal(Request(scope), error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _wait(self, scope: Scope) -> int:
        """Whole seconds to wait; 0 if the request may go on."""
        client = self._client(scope)
        if not client or scope["path"] in self._exempt:
            return 0
        result = self._bucket.limiter.limit(client)
        return max(1, math.ceil(result.state.retry_after)) if result.limited else 0


def limited(app: ASGIApp, rate: Rate, client: ClientOf, exempt: Container[str] = ()) -> ASGIApp:
    return RateLimit(app, rate, client, exempt) if rate.per_second else app


def address(scope: Scope) -> str | None:
    """The client's address; one of IPv6 has a whole network of them, and counts as one."""
    host: str = (scope.get("client") or ("",))[0]
    if ":" not in host:
        return host
    with suppress(ValueError):
        return str(ip_network(f"{host}/64", strict=False))
    return host


def subject(scope: Scope) -> str | None:
    """The subject of the token, which has been verified by then."""
    caller: Caller = scope["state"]["caller"]
    return caller.subject
