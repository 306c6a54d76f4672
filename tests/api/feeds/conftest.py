"""An API with feeds, a technician and a bay that are booked, and their feeds."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from activities.mongo.store import Store
from activities.probes import Readiness
from api.composition import Services, assembled
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from domain.agenda.bookings import Booking
from domain.kernel.values import evolve
from tests.activities.databases import Database
from tests.api.app_client import Frontage
from tests.api.feeds.agendas import ANA, DAY, LIFT, agenda, block, booking
from tests.api.temporal_fake import FakeEngines
from tests.starts import SAO_PAULO

SECRET = "of-the-house-" * 3


@pytest.fixture
def services(engines: FakeEngines, database: Database, rules: QueueRules) -> Services:
    return assembled(engines, database, rules, PlanningRules(SAO_PAULO), SECRET)


@pytest.fixture
def tomorrow() -> Booking:
    """A booking of execution e1; the routes have the clock of the machine."""
    now = datetime.now(UTC)
    return booking(block(now + DAY), bay_id="2", changed_at=now)


@pytest.fixture(autouse=True)
async def booked(store: Store, tomorrow: Booking) -> None:
    for subject in (ANA, LIFT):
        await store.save(agenda(tomorrow, subject=subject))


@pytest.fixture
async def without_feeds(
    frontage: Frontage,
    engines: FakeEngines,
    database: Database,
    rules: QueueRules,
    readiness: Readiness,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API that has no secret for feeds."""
    services = assembled(engines, database, rules, PlanningRules(SAO_PAULO))
    async with frontage.of(services, readiness) as client:
        yield client


@pytest.fixture
def cancelled(tomorrow: Booking) -> Booking:
    return evolve(tomorrow, released=True, plan_revision=2, changed_at=datetime.now(UTC))
