"""Time that is asked for on agendas afterwards: whose clock says whether it is held long enough."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.agendas.errands import AgendaErrands
from activities.agendas.messages import TimeReserved, TimeWanted
from activities.agendas.planner import Planner
from activities.mongo.closures import Closures
from activities.mongo.store import Store
from domain.execution.plan import Plan, PlanState
from domain.technician.state import Registration, register
from tests.activities.databases import in_memory

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
"""The time by Temporal's clock."""
PLAN = Plan(
    start=NOW + timedelta(days=1),
    end=NOW + timedelta(days=1, hours=1),
    duration_minutes=60,
    technician_ids=("ana",),
    outside_shift=True,
    revision=1,
    state=PlanState.CLAIMING,
)
WANTED = TimeWanted(execution_id="e", service_order_id="1", plan=PLAN)
FAST, SLOW = timedelta(minutes=10), timedelta(minutes=-10)


class Agenda:
    """A client of Temporal's for which every agenda holds time for so many seconds."""

    def __init__(self, seconds: int) -> None:
        self._until = NOW + timedelta(seconds=seconds)

    def get_workflow_handle(self, workflow_id: str) -> "Agenda":
        return self

    async def execute_update(self, action: str, **_: Any) -> Any:
        return {"until": self._until.isoformat()}


async def reserved(wrong: timedelta, seconds: int) -> TimeReserved:
    """The outcome on a worker whose clock is wrong by so much."""
    database = in_memory()
    store, zone = Store(database), ZoneInfo("America/Sao_Paulo")
    await store.save(register(Registration(technician_id="ana"), NOW)[0])
    planner = Planner(store, Closures(database["closures"]), zone, timedelta(days=90))
    client: Any = Agenda(seconds)
    errands = AgendaErrands(client, store, planner, 60, lambda: NOW + wrong)
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, started_time=NOW)
    return await environment.run(errands.reserve, WANTED)


@pytest.mark.parametrize("wrong", [FAST, SLOW])
async def test_a_wrong_clock_of_the_worker_keeps_nobody_from_their_time(wrong: timedelta) -> None:
    found = await reserved(wrong, seconds=60)

    assert found.slot is not None
    assert found.slot.until == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("wrong", [FAST, SLOW])
async def test_time_that_is_not_held_much_longer_is_asked_for_again(wrong: timedelta) -> None:
    with pytest.raises(ApplicationError, match="held by an earlier attempt"):
        await reserved(wrong, seconds=35)
