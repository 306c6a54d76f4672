"""The service of executions, for tests that ask it without HTTP."""

import pytest

from api.composition import Services
from api.executions.service import Executions


@pytest.fixture
def service(services: Services) -> Executions:
    return services.executions
