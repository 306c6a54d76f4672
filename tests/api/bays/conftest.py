"""A bay that is there already."""

from typing import Any

import httpx
import pytest

from tests.api.answers import shown
from tests.api.bays.places import LIFT, PROFILE


@pytest.fixture
async def lift(http: httpx.AsyncClient) -> dict[str, Any]:
    return shown(await http.put(LIFT, json=PROFILE), 201)
