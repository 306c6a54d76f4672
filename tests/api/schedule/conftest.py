"""A workshop whose agendas are as their workflows would have written them, at a known moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities.agendas.rosters import Rosters
from activities.mongo.closures import Closures
from activities.mongo.planned_executions import PlannedExecutions
from activities.mongo.store import Store
from api.composition import Services
from api.schedule.service import Schedule
from tests.activities.databases import Database
from tests.api.schedule.workshop import NOW, Workshop
from tests.starts import SAO_PAULO

HORIZON = timedelta(days=90)


@pytest.fixture
def services(services: Services, database: Database) -> Services:
    """The services, with a schedule whose clock stands."""
    rosters = Rosters(database, Closures(database["closures"]), SAO_PAULO)
    executions = PlannedExecutions(database)
    return replace(services, schedule=Schedule(rosters, executions, HORIZON, lambda: NOW))


@pytest.fixture
def workshop(store: Store) -> Workshop:
    return Workshop(store)
