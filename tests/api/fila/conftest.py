"""The service of the queue, for tests that ask it without HTTP."""

import pytest

from api.composition import Services
from api.fila.service import Fila


@pytest.fixture
def workshop(services: Services) -> Fila:
    return services.fila
