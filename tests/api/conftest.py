"""The API in one process: real routes and rules, an engine in memory, a database in memory."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pymongo.errors import AutoReconnect

from activities.mongo.client import close, mongo_client
from activities.mongo.store import Store
from activities.probes import Readiness
from api.composition import Services, assembled
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from api.operations.readiness import service_readiness
from api.temporal.pollers import Pollers
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from tests.activities.databases import Database, in_memory
from tests.api.answers import BASE, FILA, NEW
from tests.api.app_client import SITES, Frontage
from tests.api.openapi.document import Document
from tests.api.probes import FakeTemporal
from tests.api.security.issuer import Issuer, trusted
from tests.api.temporal_fake import ExecutionEngine, FakeEngines, QueueEngine
from tests.starts import SAO_PAULO
from workflows.contract import TASK_QUEUE

NOBODY_LISTENS = "mongodb://127.0.0.1:1"


@pytest.fixture
def database() -> Database:
    return in_memory()


@pytest.fixture
async def no_database() -> AsyncIterator[Database]:
    """A database that cannot be reached."""
    client = mongo_client(NOBODY_LISTENS, 30)
    yield client["executions"]
    await close(client)


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.ensure_indexes()
    return store


@pytest.fixture
def engines(store: Store) -> FakeEngines:
    """The workflows of every aggregate."""
    return FakeEngines(store)


@pytest.fixture
def engine(engines: FakeEngines) -> ExecutionEngine:
    """The workflows of executions."""
    return engines(Execution)


@pytest.fixture
def items(engines: FakeEngines) -> QueueEngine:
    """The workflows of the workshop's queue."""
    return engines(QueueItem)


@pytest.fixture
def rules() -> QueueRules:
    return QueueRules()


@pytest.fixture
def services(engines: FakeEngines, database: Database, rules: QueueRules) -> Services:
    return assembled(engines, database, rules, PlanningRules(SAO_PAULO))


@pytest.fixture
def temporal() -> FakeTemporal:
    return FakeTemporal()


@pytest.fixture
def readiness(temporal: FakeTemporal, store: Store) -> Readiness:
    return service_readiness(temporal.client, store, Pollers(temporal.client, TASK_QUEUE))


@pytest.fixture(scope="session")
def frontage() -> Frontage:
    return Frontage()


@pytest.fixture(scope="session")
def guarded_frontage() -> Frontage:
    """Of an API that asks for tokens."""
    return Frontage(SITES, guarded=True)


@pytest.fixture
async def http(
    frontage: Frontage, services: Services, readiness: Readiness
) -> AsyncIterator[httpx.AsyncClient]:
    async with frontage.of(services, readiness) as client:
        yield client


@pytest.fixture
async def asking_for_tokens(
    guarded_frontage: Frontage, services: Services, readiness: Readiness
) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token of an API that wants one."""
    issuer = Issuer.of("HS256")
    async with (
        trusted(issuer) as tokens,
        guarded_frontage.of(services, readiness, tokens) as client,
    ):
        yield client


@pytest.fixture
async def document(http: httpx.AsyncClient) -> Document:
    """The API's OpenAPI document."""
    described: Document = (await http.get("/api/v1/openapi.json")).json()
    return described


@pytest.fixture
async def existing(http: httpx.AsyncClient) -> str:
    """The URL of an execution that was created over HTTP."""
    answer = await http.post(BASE, json=NEW)
    assert answer.status_code == 201
    return answer.headers["Location"]


@pytest.fixture
async def queued(http: httpx.AsyncClient) -> str:
    """The URL of service order 7's item, which waits in the queue."""
    answer = await http.post(FILA, json={"ordem_servico_id": 7})
    assert answer.status_code == 201
    return answer.headers["Location"]


@pytest.fixture
async def offline(
    frontage: Frontage,
    no_database: Database,
    engines: FakeEngines,
    readiness: Readiness,
    rules: QueueRules,
    existing: str,
    queued: str,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API whose database has gone; the engines still have what was there."""
    engines.hold_deliveries()
    services = assembled(engines, no_database, rules, PlanningRules(SAO_PAULO))
    async with frontage.of(services, readiness) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands wait a moment for their snapshot, and not a second."""
    monkeypatch.setattr("api.aggregates.service.READABLE_WITHIN", 0.02)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails whenever somebody looks whether a snapshot is there."""

    def fail(*_: Any) -> None:
        raise AutoReconnect

    monkeypatch.setattr(Store, "has_version", fail)
