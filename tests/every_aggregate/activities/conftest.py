"""The database and the bus of the activities' tests, and an aggregate of each kind."""

import pytest

from activities.delivery import Delivery
from tests.activities.conftest import both as both
from tests.activities.conftest import bus as bus
from tests.activities.conftest import database as database
from tests.activities.conftest import raw as raw
from tests.activities.conftest import store as store
from tests.activities.conftest import wire as wire
from tests.every_aggregate.activities.lives import delivery_of
from tests.every_aggregate.kinds import Kind


@pytest.fixture
def delivery(kind: Kind) -> Delivery:
    """A whole life, and all its events."""
    return delivery_of(kind)
