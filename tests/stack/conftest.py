"""The service seen from outside: its HTTP, the bus, the queues and the database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing

import httpx
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev import bus, temporal_cli
from deploy.dev.screen import Screen
from deploy.dev.stack import ALL, Stack
from tests.conftest import eventually
from tests.stack.command_line import CommandLine
from tests.stack.customer import Customer, Document, Order
from tests.stack.listener import Listener
from tests.stack.os_service import OsService
from tests.stack.workshop import Workshop, root_of


@asynccontextmanager
async def client(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async def never_500(answer: httpx.Response) -> None:
        assert answer.status_code != 500, f"{answer.request.method} {answer.request.url}"

    async with httpx.AsyncClient(
        base_url=base_url,
        trust_env=False,
        timeout=15.0,
        limits=httpx.Limits(max_connections=100),
        event_hooks={"response": [never_500]},
    ) as http:
        yield http


@pytest.fixture
async def http(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with client(stack.api_url) as http:
        yield http


FAULTS = ("unexpected error", "message not handled", "Failed activation", "deadline passed")
"""Log lines of our processes about something that nobody thought of."""


@pytest.fixture(autouse=True)
def faultless(stack: Stack) -> Iterator[None]:
    """Checks that our processes know what to make of it, whatever a test breaks."""
    known = {name: len(stack.process(name).log.read_text()) for name in ALL}
    yield
    for name in ALL:
        news = stack.process(name).log.read_text()[known[name] :].splitlines()
        assert [line for line in news if any(fault in line for fault in FAULTS)] == []


@pytest.fixture(autouse=True)
async def healthy(stack: Stack, http: httpx.AsyncClient, faultless: None) -> None:
    """Every test finds the service whole: what it is asked is done, and seen to be done."""
    stack.wait_healthy()

    async def works() -> bool:
        created = await http.post("/executions", json=Order().request)
        return created.status_code == 201 and "X-Snapshot" not in created.headers

    await eventually(works, within=60)


@pytest.fixture
def aws(stack: Stack) -> Iterator[bus.Clients]:
    with closing(bus.clients(stack.env)) as clients:
        yield clients


@pytest.fixture
def queue(stack: Stack) -> str:
    """The consumer's."""
    return stack.queue_url


@pytest.fixture
def customer(stack: Stack, http: httpx.AsyncClient, aws: bus.Clients) -> Customer:
    return Customer(http, aws, stack.env["EVENT_BUS_NAME"])


@pytest.fixture
def listener(stack: Stack, aws: bus.Clients) -> Iterator[Listener]:
    with Listener(aws, stack.env["EVENT_BUS_NAME"]) as listening:
        yield listening


@pytest.fixture
async def workshop(stack: Stack) -> AsyncIterator[Workshop]:
    async with client(root_of(stack.api_url)) as http:
        yield Workshop(http)


@pytest.fixture
async def empty_queue(workshop: Workshop, healthy: None) -> None:
    """Nothing of what other tests have left in the workshop's queue."""
    await workshop.clears()


@pytest.fixture
def os_service(stack: Stack) -> Iterator[OsService]:
    with OsService(stack.service_orders_url) as service:
        yield service


@pytest.fixture
def database(stack: Stack) -> Iterator[Database[Document]]:
    with MongoClient[Document](stack.env["MONGODB_URI"], tz_aware=True) as mongo:
        yield mongo[stack.env["MONGODB_DATABASE"]]


@pytest.fixture
def command_line(stack: Stack) -> Iterator[CommandLine]:
    with closing(Screen.on_file(stack.logs / "command-line.log")) as screen:
        yield CommandLine(stack, temporal_cli.find(screen))
