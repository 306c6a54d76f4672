"""The API in one process: real routes and rules, an engine in memory, a database in memory."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pymongo.errors import AutoReconnect

from activities.claims import BudgetClaims
from activities.search import Search
from activities.store import Store, mongo_client
from api.gateway import Gateway
from api.health import Readiness
from api.intake import Intake
from api.service import ExecutionService
from tests.activities.bus import FakeBus
from tests.activities.databases import Database, in_memory
from tests.api.answers import BASE, NEW
from tests.api.consuming import FakeIntake
from tests.api.engine import FakeEngine
from tests.api.frontage import Frontage
from tests.api.probes import FakeTemporal
from tests.api.queue import FakeQueue
from tests.api.temporal import FakeClient

NOBODY_LISTENS = "mongodb://127.0.0.1:1"


@pytest.fixture
def database() -> Database:
    return in_memory()


@pytest.fixture
async def no_database() -> AsyncIterator[Database]:
    """A database that cannot be reached."""
    client = mongo_client(NOBODY_LISTENS, 30)
    yield client["executions"]
    client.close()


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.ensure_indexes()
    return store


@pytest.fixture
def engine(store: Store) -> FakeEngine:
    return FakeEngine(store)


@pytest.fixture
def service(engine: FakeEngine, store: Store, database: Database) -> ExecutionService:
    return ExecutionService(engine, store, Search(database), BudgetClaims(database))


@pytest.fixture
def temporal() -> FakeTemporal:
    return FakeTemporal()


@pytest.fixture
def readiness(temporal: FakeTemporal, store: Store) -> Readiness:
    return Readiness(temporal.client, store)


@pytest.fixture(scope="session")
def frontage() -> Frontage:
    return Frontage()


@pytest.fixture
async def http(
    frontage: Frontage, service: ExecutionService, readiness: Readiness
) -> AsyncIterator[httpx.AsyncClient]:
    async with frontage.of(service, readiness) as client:
        yield client


@pytest.fixture
async def existing(http: httpx.AsyncClient) -> str:
    """The URL of an execution that was created over HTTP."""
    answer = await http.post(BASE, json=NEW)
    assert answer.status_code == 201
    return answer.headers["Location"]


@pytest.fixture
async def offline(
    frontage: Frontage,
    no_database: Database,
    engine: FakeEngine,
    readiness: Readiness,
    existing: str,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API whose database has gone; the engine still has `existing`."""
    store = Store(no_database)
    claims, search = BudgetClaims(no_database), Search(no_database)
    engine.hold_deliveries()
    async with frontage.of(ExecutionService(engine, store, search, claims), readiness) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands wait a moment for their snapshot, and not a second."""
    monkeypatch.setattr("api.service.READABLE_WITHIN", 0.02)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails whenever somebody looks whether a snapshot is there."""

    def fail(*_: Any) -> None:
        raise AutoReconnect

    monkeypatch.setattr(Store, "has_version", fail)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in the middle of a request, with words that nobody outside should see."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret-of-the-house")

    monkeypatch.setattr(ExecutionService, "find", fail)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A consumer that does not wait long, whatever for."""
    monkeypatch.setattr("api.consumer.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("api.consumer.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("api.consumer.GRACE", 0.1)


@pytest.fixture
def queue(quick: None) -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def taker(queue: FakeQueue) -> FakeIntake:
    return FakeIntake(queue)


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def intake(service: ExecutionService, bus: FakeBus) -> Intake:
    return Intake(service, bus.publisher(), precreates=False)


@pytest.fixture
def precreating(service: ExecutionService, bus: FakeBus) -> Intake:
    return Intake(service, bus.publisher(), precreates=True)


@pytest.fixture
def client() -> FakeClient:
    """Of Temporal, for those who test the gateway itself."""
    return FakeClient()


@pytest.fixture
def gateway(client: FakeClient) -> Gateway:
    return Gateway(client.client)
