"""The service's health, and the part of it that is down."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.mongo.store import Store
from activities.probes import Readiness
from api.composition import Services
from api.operations.readiness import service_readiness
from api.temporal.pollers import Pollers
from tests.activities.databases import Database
from tests.api.app_client import Frontage
from tests.api.probes import FakeTemporal
from workflows.client.connection import connect
from workflows.contract import TASK_QUEUE

LIVE = ["/api/v1/health", "/api/v1/health/live"]
READY = "/api/v1/health/ready"
UNREACHABLE = RPCError("tcp connect error to 127.0.0.1", RPCStatusCode.UNAVAILABLE, b"")


async def _parts(http: httpx.AsyncClient, status: int = 503) -> dict[str, str]:
    async with asyncio.timeout(5):
        answer = await http.get(READY)
    assert answer.status_code == status, answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "127.0.0.1" not in answer.text
    body: dict[str, Any] = answer.json()
    assert body["status"] == ("ok" if status == 200 else "unavailable")
    parts: dict[str, str] = body["parts"]
    return parts


def _pollers(client: Client) -> Pollers:
    return Pollers(client, TASK_QUEUE)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.probes.CHECK_SECONDS", 0.05)


@pytest.mark.parametrize("path", LIVE)
async def test_a_process_that_answers_is_alive(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)

    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "ok")
    assert set(body) == {"status", "timestamp"}
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() == timedelta()


async def test_with_every_part_there_the_service_is_ready(
    http: httpx.AsyncClient, temporal: FakeTemporal
) -> None:
    parts = await _parts(http, 200)

    assert parts == {"temporal": "ok", "workers": "ok", "database": "ok"}
    (asked,) = temporal.asked
    assert asked.task_queue.name == "execution-service"
    assert asked.task_queue_type == TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW


async def test_an_engine_that_cannot_be_reached_is_named(
    http: httpx.AsyncClient, temporal: FakeTemporal
) -> None:
    temporal.failure = UNREACHABLE

    parts = await _parts(http)

    assert (parts["temporal"], parts["workers"]) == ("cannot be reached", "cannot be reached")
    assert parts["database"] == "ok"


async def test_an_engine_that_does_not_serve_is_named(
    http: httpx.AsyncClient, temporal: FakeTemporal
) -> None:
    temporal.serving = False

    parts = await _parts(http)

    assert parts["temporal"] == "cannot be reached"
    assert parts["workers"] == "ok"


@pytest.mark.usefixtures("soon")
async def test_an_engine_that_hangs_is_named_within_the_deadline(
    http: httpx.AsyncClient, temporal: FakeTemporal
) -> None:
    temporal.hangs = True

    parts = await _parts(http)

    assert parts["temporal"] == parts["workers"] == "no answer within 0.05 s"
    assert parts["database"] == "ok"


async def test_without_a_worker_that_polls_the_service_is_not_ready(
    http: httpx.AsyncClient, temporal: FakeTemporal
) -> None:
    temporal.polls = []

    parts = await _parts(http)

    assert parts["workers"] == "no worker polls execution-service"
    assert parts["temporal"] == "ok"


async def test_a_database_that_cannot_be_reached_is_named(
    frontage: Frontage, services: Services, temporal: FakeTemporal, no_database: Database
) -> None:
    readiness = service_readiness(temporal.client, Store(no_database), _pollers(temporal.client))

    async with frontage.of(services, readiness) as http:
        parts = await _parts(http)

    assert parts == {"temporal": "ok", "workers": "ok", "database": "cannot be reached"}


@pytest.mark.usefixtures("soon")
async def test_a_database_that_hangs_is_named_within_the_deadline(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: Store) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Store, "ping", hang)
    client = FakeTemporal().client
    readiness = service_readiness(client, store, _pollers(client))

    failing = await readiness.failing()

    assert failing == {"database": "no answer within 0.05 s"}


async def test_a_mistake_of_ours_is_not_called_an_outage(
    readiness: Readiness, temporal: FakeTemporal
) -> None:
    temporal.failure = RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        await readiness.failing()


async def test_an_api_that_starts_before_the_engine_is_not_ready_and_says_why(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    client = await connect(lazy=True)
    readiness = service_readiness(client, store, _pollers(client))

    failing = await readiness.failing()

    assert failing == {"temporal": "cannot be reached", "workers": "cannot be reached"}
