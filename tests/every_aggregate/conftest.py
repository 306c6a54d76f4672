"""Every test of this suite runs once for each kind of aggregate."""

import pytest

from tests.every_aggregate.kinds import Kind
from tests.every_aggregate.table import KINDS


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found
