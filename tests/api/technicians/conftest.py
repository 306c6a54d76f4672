"""A technician who is there already."""

from typing import Any

import httpx
import pytest

from tests.api.technicians.people import ANA, PROFILE, shown


@pytest.fixture
async def ana(http: httpx.AsyncClient) -> dict[str, Any]:
    return shown(await http.put(ANA, json=PROFILE), 201)
