"""An aggregate of each kind, over the API's fixtures."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from activities.probes import Readiness
from api.composition import assembled
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from tests.activities.databases import Database
from tests.api.app_client import Frontage
from tests.api.conftest import blind as blind
from tests.api.conftest import database as database
from tests.api.conftest import engines as engines
from tests.api.conftest import frontage as frontage
from tests.api.conftest import http as http
from tests.api.conftest import impatient as impatient
from tests.api.conftest import no_database as no_database
from tests.api.conftest import readiness as readiness
from tests.api.conftest import rules as rules
from tests.api.conftest import services as services
from tests.api.conftest import store as store
from tests.api.conftest import temporal as temporal
from tests.api.temporal_fake import FakeEngine, FakeEngines
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import OverHttp
from tests.every_aggregate.table import OVER_HTTP
from tests.starts import SAO_PAULO


@pytest.fixture(params=OVER_HTTP, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> OverHttp:
    known: OverHttp = request.param
    return known


@pytest.fixture
def workflows(engines: FakeEngines, kind: OverHttp) -> FakeEngine[Any]:
    """The kind's."""
    return engines(kind.state)


async def create(kind: OverHttp, http: httpx.AsyncClient, number: int) -> Subject:
    answer = await http.post(kind.url, json=kind.new(number))
    assert answer.status_code == 201, answer.text
    return Subject(kind, http, answer.headers["Location"])


@pytest.fixture
async def subject(kind: OverHttp, http: httpx.AsyncClient) -> Subject:
    """One that has just been created."""
    return await create(kind, http, 1)


@pytest.fixture
async def another(kind: OverHttp, http: httpx.AsyncClient) -> Subject:
    """One of another service order."""
    return await create(kind, http, 2)


@pytest.fixture
async def offline(
    frontage: Frontage,
    no_database: Database,
    engines: FakeEngines,
    readiness: Readiness,
    rules: QueueRules,
    subject: Subject,
) -> AsyncIterator[Subject]:
    """The subject, by an API whose database has gone; the engines still have what was there."""
    engines.hold_deliveries()
    services = assembled(engines, no_database, rules, PlanningRules(SAO_PAULO))
    async with frontage.of(services, readiness) as client:
        yield replace(subject, http=client)
