"""The service of executions, for tests that ask it without HTTP, and a planner's desk."""

import httpx
import pytest

from api.composition import Services
from api.executions.service import Executions
from tests.api.executions.planners_desk import ANA, BRUNO, LIFT, WEEK, Desk


@pytest.fixture
def service(services: Services) -> Executions:
    return services.executions


@pytest.fixture
async def desk(http: httpx.AsyncClient) -> Desk:
    for technician in (ANA, BRUNO):
        assert (await http.put(technician, json={})).status_code == 201
        shifts = {"validFrom": "2026-01-01", "week": WEEK}
        assert (await http.put(f"{technician}/shifts", json=shifts)).status_code == 200
    assert (await http.put(LIFT, json={"kind": "LIFT"})).status_code == 201
    return Desk(http)
