"""The probes of a process, as Kubernetes asks them: `/health/live` and `/health/ready`.

Live means that the event loop turns. The server runs in that loop, so a loop that is stuck does not
answer; in a thread of its own it would go on saying that all is well. Ready means that every part
works that the process needs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus

import uvicorn
from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from temporalio.client import Client
from temporalio.service import RPCError

from activities.http_server import Server

CHECK_SECONDS = 2.0
"""Seconds for each part; they are asked at the same time. A probe should wait longer."""
LAST_ANSWER_SECONDS = 1
"""Time for an answer that is under way when the process ends."""

Check = Callable[[], Awaitable[None]]
"""Returns if the part works. Raises NotReady, RPCError, PyMongoError or ConnectionError."""


class NotReady(Exception):
    """A part does not work; the message says why, to anybody who asks"""


class Readiness:
    """Asks the parts that a process cannot work without."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self.checks = checks

    async def failing(self) -> dict[str, str]:
        """The parts that fail, and why; empty when all is well."""
        reasons = await asyncio.gather(*(_failure(check) for check in self.checks.values()))
        return {part: why for part, why in zip(self.checks, reasons, strict=True) if why}


async def _failure(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except NotReady as failure:
        return str(failure)
    except (RPCError, ConnectionError, PyMongoError):
        return "cannot be reached"
    return None


async def check_temporal(client: Client) -> None:
    """Raises RPCError and ConnectionError."""
    if not await client.service_client.check_health(timeout=timedelta(seconds=CHECK_SECONDS)):
        raise ConnectionError("not serving")


@asynccontextmanager
async def probed(readiness: Readiness, address: str) -> AsyncIterator[None]:
    """Answers probes while the block lasts; not at all without an address. Ends the process with a
    clear word if it cannot listen there."""
    if not address:
        yield
        return
    host, _, port = address.rpartition(":")
    config = uvicorn.Config(
        _app(readiness),
        host=host.strip("[]"),
        port=int(port),
        http="h11",  # it bounds a request's head; httptools reads one of any size
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_ANSWER_SECONDS,
    )
    async with Server(config, f"HEALTH_ADDRESS={address}").serving():
        yield


def _app(readiness: Readiness) -> Starlette:
    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> JSONResponse:
        failing = await readiness.failing()
        parts = {part: failing.get(part, "ok") for part in readiness.checks}
        return JSONResponse(
            {"status": "unavailable" if failing else "ok", "parts": parts},
            HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK,
        )

    return Starlette(routes=[Route("/health/live", live), Route("/health/ready", ready)])
