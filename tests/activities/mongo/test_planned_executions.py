"""Executions that planning asks for, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from activities.mongo.planned_executions import PlannedExecutions
from activities.mongo.store import Store
from domain.agenda.bookings import Block
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import Plan, PlanState
from domain.execution.state import Execution
from domain.kernel.values import evolve
from tests.activities.databases import Database, Raw
from tests.domain.execution.builders import MINUTE, MORNING, being


@pytest.fixture
def database(both: tuple[Database, Raw]) -> Database:
    return both[0]


def planned(
    name: str, status: ExecutionStatus, at: int = 0, state: PlanState = PlanState.BOOKED
) -> Execution:
    """One whose plan begins so many minutes after the morning."""
    start = MORNING + at * MINUTE
    end = start + timedelta(hours=1)
    plan = Plan(
        start=start,
        end=end,
        duration_minutes=60,
        technician_ids=("ana", "bruno"),
        blocks=(Block(from_=start, to=end),),
        revision=1,
        state=state,
    )
    return evolve(being(status, service_order_id=name), plan=plan, plan_revision=1)


def orders(found: Any) -> set[str]:
    return {each.service_order_id for each in found}


async def test_conflicts_are_those_of_what_is_not_finished(database: Database) -> None:
    store = Store(database)
    for status in ExecutionStatus:
        await store.save(planned(f"conflict-{status}", status, state=PlanState.CONFLICT))
        await store.save(planned(f"booked-{status}", status))

    found = await PlannedExecutions(database).in_conflict()

    assert orders(found) == {"conflict-SCHEDULED", "conflict-IN_PROGRESS", "conflict-PAUSED"}


async def test_what_has_begun_and_what_waits_are_told_apart(database: Database) -> None:
    store = Store(database)
    for name, status, at in (
        *(("early", ExecutionStatus.SCHEDULED, -60), ("late", ExecutionStatus.SCHEDULED, 60)),
        *(("on the minute", ExecutionStatus.SCHEDULED, 0), ("at work", ExecutionStatus.PAUSED, 0)),
    ):
        await store.save(planned(name, status, at))
    await store.save(being(ExecutionStatus.SCHEDULED, service_order_id="without a plan"))
    executions = PlannedExecutions(database)

    waiting, begun = await executions.waiting(MORNING), await executions.begun()

    assert (orders(waiting), orders(begun)) == ({"early"}, {"at work"})


async def test_some_are_found_by_their_ids(database: Database) -> None:
    store = Store(database)
    one, other = (planned(name, ExecutionStatus.SCHEDULED) for name in ("one", "other"))
    await store.save(one)
    await store.save(other)
    executions = PlannedExecutions(database)

    found = await executions.of([one.execution_id, "unknown"])

    assert found == {one.execution_id: one}
    assert await executions.of([]) == {}
