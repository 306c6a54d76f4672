"""Every test of a repository runs twice: in memory, and against a real Mongo-wire server."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from activities.mongo.audit import Audit
from activities.mongo.claims import Claims
from activities.mongo.client import close, mongo_client
from activities.mongo.fila_list import QueueList
from activities.mongo.search import Search
from activities.mongo.store import Store
from deploy.dev.service_orders import ServiceOrdersStub
from tests.activities.bus import FakeBus
from tests.activities.databases import (
    Database,
    Raw,
    in_memory,
    mongo_wire,
    raw_in_memory,
    raw_on_the_wire,
)
from tests.activities.service_orders_activity import Teller, telling


@pytest.fixture(scope="session")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mongo_wire(tmp_path_factory.mktemp("wire")) as uri:
        yield uri


@pytest.fixture(params=["mongomock", "wire"])
async def both(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Database, Raw]]:
    if request.param == "mongomock":
        database = in_memory()
        yield database, raw_in_memory(database)
        return
    uri: str = request.getfixturevalue("wire")
    name = f"test-{uuid4().hex}"
    client = mongo_client(uri, 10_000)
    yield client[name], raw_on_the_wire(uri, name)
    await close(client)


@pytest.fixture
def database(both: tuple[Database, Raw]) -> Database:
    return both[0]


@pytest.fixture
def raw(both: tuple[Database, Raw]) -> Raw:
    return both[1]


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.ensure_indexes()
    return store


@pytest.fixture
def search(database: Database) -> Search:
    return Search(database)


@pytest.fixture
def queue(database: Database) -> QueueList:
    return QueueList(database)


@pytest.fixture
def claims(database: Database) -> Claims:
    return Claims(database["claims"])


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> FakeBus:
    monkeypatch.setattr("activities.eventbridge.PAUSE", 0)
    return FakeBus()


@pytest.fixture
def os_service() -> Iterator[ServiceOrdersStub]:
    with ServiceOrdersStub() as stub:
        yield stub


@pytest.fixture
async def tell(
    os_service: ServiceOrdersStub, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Teller]:
    async with telling(os_service, monkeypatch) as teller:
        yield teller
