"""Plans on agendas: hold, commit, claim; and what happens when one of them is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from activities.mongo.store import Store
from domain.agenda.bookings import Block
from domain.agenda.errors import ScheduleConflict
from domain.agenda.resource_commands import HoldTime
from domain.agenda.week import WeekTime
from domain.execution.commands import Assign, Cancel, Complete, Schedule, Start
from domain.execution.plan import PlannedWork, PlanState, Slot
from domain.execution.plan_commands import MakePlan, Unplan
from domain.execution.state import Execution
from domain.technician.commands import AddTimeOff, Deactivate, SetShifts
from domain.technician.events import TimeOffKind
from domain.technician.state import Technician
from tests.activities.databases import in_memory
from tests.conftest import eventually
from tests.starts import new_technician
from tests.workflows.workflow_driver import Driven, DrivenExecution
from tests.workflows.workshop import Workshop
from workflows.contract import Origin

NINE = (datetime.now(UTC) + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
"""Nine o'clock in São Paulo, some days ahead."""
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ALWAYS = [WeekTime(day=day, from_="06:00", to="22:00") for day in DAYS]


def block(hours: float = 0, minutes: int = 60) -> Block:
    start = NINE + timedelta(hours=hours)
    return Block(from_=start, to=start + timedelta(minutes=minutes))


@pytest.fixture(autouse=True)
def stored(unmanned: Workshop) -> None:
    unmanned.outside.store = Store(in_memory())


async def technician(workshop: Workshop, name: str) -> Driven[Technician]:
    driven = await workshop.begin(Technician, new_technician(technician_id=name))
    await driven.update(SetShifts(valid_from="2020-01-01", week=ALWAYS))
    await driven.settled()
    return driven


@pytest.fixture
async def ana(workshop: Workshop, suffix: str) -> Driven[Technician]:
    return await technician(workshop, f"ana-{suffix}")


@pytest.fixture
def suffix(request: pytest.FixtureRequest, unmanned: Workshop) -> str:
    return unmanned.task_queue[-12:]


def hold(execution: DrivenExecution, *blocks: Block, seconds: int = 60, id_: str = "") -> HoldTime:
    return HoldTime(
        hold_id=id_ or f"{execution.id}:1",
        execution_id=execution.id,
        service_order_id="1",
        blocks=blocks,
        seconds=seconds,
    )


async def held(
    workshop: Workshop,
    driven: Driven[Technician],
    execution: DrivenExecution,
    *blocks: Block,
    seconds: int = 60,
) -> MakePlan:
    """The plan that is to be committed with a hold."""
    asked = hold(execution, *blocks, seconds=seconds)
    answer: Any = await driven.handle.execute_update("hold", args=[asked, Origin()])
    name = driven.id.removeprefix("technician-")
    work = PlannedWork(
        start=blocks[0].from_,
        end=blocks[-1].to,
        duration_minutes=60,
        technician_ids=(name,),
        blocks=blocks,
    )
    slot = Slot(hold_id=asked.hold_id, until=answer["until"], work=work)
    return MakePlan(start=blocks[0].from_, technician_ids=(name,), slot=slot)


async def booked(driven: Driven[Technician], *execution_ids: str) -> Technician:
    def is_so(seen: Technician) -> bool:
        taken = {each.execution_id for each in seen.bookings if not each.released}
        return taken == set(execution_ids) and not seen.holds

    return await eventually(driven.snapshot, is_so)


async def planned(driven: DrivenExecution, state: PlanState) -> Execution:
    return await eventually(
        driven.snapshot,
        lambda seen: seen.plan and seen.plan.state is state and not seen.plan_errands,
    )


async def test_a_committed_plan_claims_the_time_that_is_held(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    plan = await held(workshop, ana, execution, block())

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

    await ana.handle.execute_update("hold", args=[hold(execution, block()), Origin()])

    after = await ana.snapshot()
    assert (after.revision, after.version) == (before.revision, before.version)
    assert len(after.holds) == 1
    await ana.settled()


async def test_a_time_is_held_once(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await ana.handle.execute_update("hold", args=[hold(execution, block()), Origin()])
    other = await workshop.open()

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await ana.handle.execute_update("hold", args=[hold(other, block(0.5)), Origin()])

    assert ScheduleConflict.__name__ in repr(refused.value.__cause__)


async def test_a_hold_that_nobody_commits_is_let_go_after_its_time(
    ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await ana.handle.execute_update("hold", args=[hold(execution, block(), seconds=1), Origin()])

    assert not (await booked(ana)).bookings


async def test_a_hold_that_was_committed_becomes_a_booking_though_its_claim_is_late(
    workshop: Workshop,
    ana: Driven[Technician],
    execution: DrivenExecution,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.execution.planning.LEASE_LEFT", timedelta(0))
    monkeypatch.setattr("domain.execution.planning.claims", lambda plan: ())
    plan = await held(workshop, ana, execution, block(), seconds=1)

    await execution.update(plan)

    assert (await booked(ana, execution.id)).bookings[0].plan_revision == 1


async def test_what_is_cancelled_gives_its_time_back(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(workshop, ana, execution, block()))
    await booked(ana, execution.id)

    await execution.update(Cancel(reason="sold"))

    assert (await booked(ana)).bookings[0].released
    assert not await eventually(execution.is_running, lambda running: not running)


async def test_a_signal_without_a_hold_reserves_the_time_afterwards(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.signal(Schedule(scheduled_date=NINE))
    name = ana.id.removeprefix("technician-")

    await execution.signal(Assign(technician_id=name))

    state = await planned(execution, PlanState.BOOKED)
    assert state.plan
    assert state.plan.technician_ids == (name,)
    await booked(ana, execution.id)


async def test_a_signal_that_finds_the_time_taken_ends_in_conflict(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(workshop, ana, execution, block()))
    name = ana.id.removeprefix("technician-")
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
    await execution.update(await held(workshop, ana, execution, block()))
    await execution.updates(Start(), Complete())

    assert (await booked(ana)).bookings[0].released


async def test_unplanned_work_gives_its_time_back(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(workshop, ana, execution, block()))

    state = (await execution.update(Unplan())).state

    assert (state.plan, state.scheduled_date) == (None, NINE)
    await booked(ana)


async def test_time_off_over_a_booking_disrupts_it(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(workshop, ana, execution, block()))
    await booked(ana, execution.id)

    await ana.update(AddTimeOff(from_=NINE, to=NINE + timedelta(days=1), kind=TimeOffKind.SICK))

    await eventually(ana.snapshot, lambda seen: not seen.disruption_unchecked)
    last = (await ana.recent())[-1]
    assert (last.type, last.detail["executionIds"]) == ("BookingsDisrupted", [execution.id])


async def test_a_technician_who_is_gone_keeps_what_is_planned(
    workshop: Workshop, ana: Driven[Technician], execution: DrivenExecution
) -> None:
    await execution.update(await held(workshop, ana, execution, block()))
    await booked(ana, execution.id)

    await ana.update(Deactivate())

    assert (await ana.snapshot()).bookings[0].execution_id == execution.id
    assert await ana.is_running()
