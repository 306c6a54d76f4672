"""Plans on agendas: hold, commit, claim; and what happens when one of them is lost."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from activities.mongo.store import Store
from domain.agenda.errors import ScheduleConflict
from domain.execution.commands import Assign, Cancel, Complete, Schedule, Start
from domain.execution.plan import PlanState
from domain.execution.plan_commands import Unplan
from domain.technician.commands import AddTimeOff, Deactivate
from domain.technician.events import TimeOffKind
from domain.technician.state import Technician
from tests.activities.databases import in_memory
from tests.conftest import eventually
from tests.workflows.plans import (
    NINE,
    block,
    booked,
    held,
    hold,
    name_of,
    planned,
    take,
    technician,
)
from tests.workflows.workflow_driver import Driven, DrivenExecution
from tests.workflows.workshop import Workshop


@pytest.fixture(autouse=True)
def stored(unmanned: Workshop) -> None:
    unmanned.outside.store = Store(in_memory())


@pytest.fixture
async def ana(workshop: Workshop) -> Driven[Technician]:
    return await technician(workshop)


async def test_a_committed_plan_claims_the_time_that_is_held(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    plan = await held(ana, execution, block())

    answer = await execution.update(plan)

    assert answer.state.plan
    assert answer.state.plan.state is PlanState.BOOKED
    assert (await booked(ana, execution.id)).bookings[0].blocks == (block(),)
    await planned(execution, PlanState.BOOKED)
    types = [each.type for each in await ana.recent()]
    assert types == ["TechnicianRegistered", "ShiftsChanged", "BookingClaimed"]


async def test_a_hold_changes_nothing_that_readers_see(
    ana: Driven[Technician], execution: DrivenExecution
) -> None:
    before = await ana.snapshot()

    await take(ana, hold(execution, block()))

    after = await ana.snapshot()
    assert (after.revision, after.version) == (before.revision, before.version)
    assert len(after.holds) == 1
    await ana.settled()


async def test_a_time_is_held_once(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await take(ana, hold(execution, block()))
    other = await workshop.open()

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await take(ana, hold(other, block(0.5)))

    assert ScheduleConflict.__name__ in repr(refused.value.__cause__)


async def test_a_hold_that_nobody_commits_is_let_go_after_its_time(
    ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await take(ana, hold(execution, block(), seconds=1))

    assert not (await booked(ana)).bookings


async def test_a_hold_that_was_committed_becomes_a_booking_though_its_claim_is_late(
    workshop: Workshop,
    ana: Driven[Technician],
    execution: DrivenExecution,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.execution.planning.LEASE_LEFT", timedelta(0))
    monkeypatch.setattr("domain.execution.planning.claims", lambda *_: ())
    plan = await held(ana, execution, block(), seconds=1)

    await execution.update(plan)

    assert (await booked(ana, execution.id)).bookings[0].plan_revision == 1


async def test_what_is_cancelled_gives_its_time_back(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(ana, execution, block()))
    await booked(ana, execution.id)

    await execution.update(Cancel(reason="sold"))

    assert (await booked(ana)).bookings[0].released
    assert not await eventually(execution.is_running, lambda running: not running)


async def test_a_signal_without_a_hold_reserves_the_time_afterwards(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.signal(Schedule(scheduled_date=NINE))
    name = name_of(ana)

    await execution.signal(Assign(technician_id=name))

    state = await planned(execution, PlanState.BOOKED)
    assert state.plan
    assert state.plan.technician_ids == (name,)
    await booked(ana, execution.id)


async def test_a_signal_that_finds_the_time_taken_ends_in_conflict(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(ana, execution, block()))
    name = name_of(ana)
    other = await workshop.open(scheduled_date=NINE, technician_id=name)

    state = await planned(other, PlanState.CONFLICT)

    assert state.plan
    assert "is taken from" in (state.plan.problem or "")
    assert (await other.recent())[-1].type == "PlanConflicted"
    await booked(ana, execution.id)


async def test_a_technician_whom_nobody_has_registered_has_no_plan(
    workshop: Workshop,
) -> None:
    driven = await workshop.open(scheduled_date=NINE, technician_id="somebody")

    state = await eventually(driven.snapshot, lambda seen: not seen.plan_errands)

    assert (state.plan, state.version) == (None, 1)


async def test_what_is_completed_early_frees_the_rest(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(ana, execution, block()))
    await execution.updates(Start(), Complete())

    assert (await booked(ana)).bookings[0].released


async def test_unplanned_work_gives_its_time_back(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(ana, execution, block()))

    state = (await execution.update(Unplan())).state

    assert (state.plan, state.scheduled_date) == (None, NINE)
    await booked(ana)


async def test_time_off_over_a_booking_disrupts_it(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(ana, execution, block()))
    await booked(ana, execution.id)

    await ana.update(AddTimeOff(from_=NINE, to=NINE + timedelta(days=1), kind=TimeOffKind.SICK))

    await eventually(ana.snapshot, lambda seen: not seen.disruption_unchecked)
    last = (await ana.recent())[-1]
    assert (last.type, last.detail["executionIds"]) == ("BookingsDisrupted", [execution.id])


async def test_a_technician_who_is_gone_keeps_what_is_planned(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(ana, execution, block()))
    await booked(ana, execution.id)

    await ana.update(Deactivate())

    assert (await ana.snapshot()).bookings[0].execution_id == execution.id
    assert await ana.is_running()
