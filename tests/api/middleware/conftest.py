"""The API behind a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn

from activities.http_server import Server
from activities.mongo.search import Search
from activities.probes import Readiness
from api.composition import Services
from api.middleware.connection import Connection
from tests.api.app_client import SITES, Frontage
from tests.api.middleware.sockets import Socket
from tests.conftest import eventually


@pytest.fixture(scope="session")
def with_pages() -> Frontage:
    """An API that the board's page may use, and that has another name."""
    return Frontage(sites=SITES)


@pytest.fixture
async def port(frontage: Frontage, services: Services, readiness: Readiness) -> AsyncIterator[int]:
    """Of the API, on a server as its process has it."""
    stop = asyncio.Event()
    config = uvicorn.Config(
        frontage.app, port=0, http=Connection, log_config=None, timeout_keep_alive=1
    )
    server = Server(config, "PORT")
    async with frontage.of(services, readiness):
        serving = asyncio.create_task(server.serve_until(stop))
        await eventually(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
        stop.set()
        await serving


@pytest.fixture
async def socket(port: int) -> AsyncIterator[Socket]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Socket(reader, writer)
    writer.close()


@pytest.fixture
async def client(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in the middle of a request, with words that nobody outside should see."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret-of-the-house")

    monkeypatch.setattr(Search, "find", fail)
