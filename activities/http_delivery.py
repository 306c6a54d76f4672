"""A call that delivers something to another team's HTTP service: bound to a deadline, and answered
with what a retry depends on.

An answer counts by its status. Its body only explains, so little of it is read, and not for long.
"""

import asyncio
import re
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx

CONNECTS_WITHIN = 2.0
CALL_SECONDS = 5.0
"""Seconds until the service has answered with a status."""
READS_WITHIN = 1.0
"""Seconds more for the body."""
READS_AT_MOST = 2048
QUOTES_AT_MOST = 200
LONGEST_DELAY = 60

FAILURES = (httpx.HTTPError, httpx.InvalidURL, TimeoutError)
"""All that a call raises instead of an answer."""

# A token, a rate or a moment that was wrong: a later attempt may succeed.
_PASSING = {401, 403, 408, 425, 429}
_SECONDS = re.compile("[1-9][0-9]{0,8}")  # not 0: that would be a loop without a pause


@dataclass(frozen=True)
class HttpAnswer:
    """`quote` is the beginning of the body, legible and without the secret. `retry_after` is the
    pause that the service has asked for."""

    status: int
    is_success: bool
    is_final: bool
    """True of a refusal that the same call would always meet."""
    quote: str
    retry_after: timedelta | None


def http_client() -> httpx.AsyncClient:
    """A client for the whole process, closed after its worker."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(CALL_SECONDS, connect=CONNECTS_WITHIN),
        # As many as a worker runs activities, so that none waits for another's connection; kept
        # for less time than servers keep them, or a call may meet one that is being closed.
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2),
        headers={"Accept-Encoding": "identity"},  # or a small body may unfold into a huge one
        # A proxy that the environment names is used, but could not reach this very machine.
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )


async def deliver(
    http: httpx.AsyncClient, request: httpx.Request, secret: str | None
) -> HttpAnswer:
    """Sends the request. `secret` is kept out of the quote. Raises one of FAILURES."""
    async with asyncio.timeout(CALL_SECONDS):
        response = await http.send(request, stream=True, follow_redirects=False)
    async with aclosing(response):
        body = await _beginning(response)
    return HttpAnswer(
        status=response.status_code,
        is_success=response.is_success,
        is_final=response.is_client_error and response.status_code not in _PASSING,
        quote=_quote(body, secret),
        retry_after=_asked_delay(response),
    )


async def _beginning(response: httpx.Response) -> str:
    """The part of the body that comes soon. Short ones are read to the end, which lets the next
    call use the connection."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(READS_WITHIN):
            body = await anext(response.aiter_raw(READS_AT_MOST), b"")
            return body.decode(errors="replace")
    return ""


def _quote(body: str, secret: str | None) -> str:
    body = body.replace(secret, "[token]") if secret else body
    legible = "".join(character if character.isprintable() else " " for character in body)
    return " ".join(legible.split())[:QUOTES_AT_MOST]


def _asked_delay(response: httpx.Response) -> timedelta | None:
    asked = response.headers.get("Retry-After", "").strip()
    if response.status_code in (429, 503) and _SECONDS.fullmatch(asked):
        return timedelta(seconds=min(int(asked), LONGEST_DELAY))
    return None
