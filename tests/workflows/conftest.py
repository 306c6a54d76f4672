"""A workshop for each test, and what one usually finds in it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.common import RetryPolicy

from activities.mongo.store import Store
from tests.activities.bus import FakeBus
from tests.activities.databases import Database, in_memory
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.rebuilding import Operator
from tests.workflows.resetting import RESUMED, Resets, delivering
from tests.workflows.workflow_driver import DrivenExecution, DrivenItem
from tests.workflows.workshop import Workshop

FIRST_PAUSE, LONGEST_PAUSE = timedelta(milliseconds=50), timedelta(milliseconds=200)


@pytest.fixture
async def unmanned(temporal: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workshop]:
    """A workshop without a worker. Its task queue is its own, so that no other test's worker, and
    not the stack's, takes its work."""
    task_queue = f"workshop-{uuid4()}"
    monkeypatch.setattr("api.temporal.gateway.TASK_QUEUE", task_queue)
    workshop = Workshop(temporal, task_queue)
    yield workshop
    await workshop.check_histories()


@pytest.fixture
async def workshop(unmanned: Workshop) -> AsyncIterator[Workshop]:
    async with unmanned.worker():
        yield unmanned
        for each in (unmanned.outside, unmanned.orders):  # or the worker would wait for them
            each.release()


@pytest.fixture
def outside(unmanned: Workshop) -> Outside:
    return unmanned.outside


@pytest.fixture
def orders(unmanned: Workshop) -> OrdersOffice:
    return unmanned.orders


@pytest.fixture
async def execution(workshop: Workshop) -> DrivenExecution:
    """One that has just been opened, is known outside, and is at rest."""
    driven = await workshop.open()
    await driven.settled()
    return driven


@pytest.fixture
async def item(workshop: Workshop) -> DrivenItem:
    """One that has just been added to the queue, is known outside, and is at rest."""
    driven = await workshop.add()
    await driven.settled()
    return driven


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery is soon replaced by one with fresher news."""
    monkeypatch.setattr("workflows.outbox.REPLACED_AFTER", timedelta(milliseconds=100))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries failing deliveries again soon."""
    forever = RetryPolicy(initial_interval=FIRST_PAUSE, maximum_interval=LONGEST_PAUSE)
    monkeypatch.setattr("workflows.outbox.FIRST_ATTEMPTS", replace(forever, maximum_attempts=3))
    monkeypatch.setattr("workflows.outbox.UNLIMITED_ATTEMPTS", forever)
    monkeypatch.setattr("workflows.notices.RETRIES", forever)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt to tell the OS service may not last long, and is not waited for long."""
    monkeypatch.setattr("workflows.notices.NOTICE_ATTEMPT", timedelta(seconds=1))


@pytest.fixture
def database() -> Database:
    """Empty: the workflows' deliveries have gone elsewhere."""
    return in_memory()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def operator(temporal: Client, database: Database) -> Operator:
    return Operator(temporal, database)


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def resets(temporal: Client, store: Store) -> Resets:
    return Resets(temporal, store)


@pytest.fixture
async def working(unmanned: Workshop, store: Store, bus: FakeBus) -> AsyncIterator[Workshop]:
    """A workshop whose deliveries reach the database and the bus."""
    async with delivering(unmanned, store, bus):
        yield unmanned


@pytest.fixture
async def worked_on(working: Workshop, resets: Resets, operator: Operator) -> DrivenExecution:
    """An execution at version 4, which readers see."""
    execution = await working.open()
    for command in RESUMED:
        await execution.update(command)
        await resets.shown(execution)
    await operator.rebuilds(execution.workflow_id)  # for the claims
    return execution
