"""Technicians with shifts, time that is held at them, and plans that are committed with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.agenda.bookings import Block
from domain.agenda.resource_commands import HoldTime
from domain.agenda.week import Weekday, WeekTime
from domain.execution.plan import PlannedWork, PlanState, Slot
from domain.execution.plan_commands import MakePlan
from domain.execution.state import Execution
from domain.technician.commands import SetShifts
from domain.technician.state import Technician
from tests.conftest import eventually
from tests.starts import new_technician
from tests.workflows.workflow_driver import Driven, DrivenExecution
from tests.workflows.workshop import Workshop
from workflows.contract import Origin

NINE = (datetime.now(UTC) + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
"""Nine o'clock in São Paulo, some days ahead."""
ALWAYS = tuple(WeekTime(day=day, from_="06:00", to="22:00") for day in Weekday)


def block(hours: float = 0, minutes: int = 60) -> Block:
    start = NINE + timedelta(hours=hours)
    return Block(from_=start, to=start + timedelta(minutes=minutes))


async def technician(workshop: Workshop, **fields: Any) -> Driven[Technician]:
    driven = await workshop.begin(Technician, new_technician(**fields))
    await driven.update(SetShifts(valid_from="2020-01-01", week=ALWAYS))
    await driven.settled()
    return driven


def name_of(driven: Driven[Technician]) -> str:
    return driven.id.removeprefix("technician-")


def hold(
    execution: DrivenExecution, *blocks: Block, seconds: int = 60, number: int = 1
) -> HoldTime:
    return HoldTime(
        hold_id=f"{execution.id}:{number}",
        execution_id=execution.id,
        service_order_id="1",
        blocks=blocks,
        seconds=seconds,
    )


async def take(driven: Driven[Technician], asked: HoldTime) -> Any:
    return await driven.handle.execute_update("hold", args=[asked, Origin()])


async def held(
    driven: Driven[Technician], execution: DrivenExecution, *blocks: Block, **options: int
) -> MakePlan:
    """The plan that is to be committed with a hold."""
    asked = hold(execution, *blocks, **options)
    answer = await take(driven, asked)
    work = PlannedWork(
        start=blocks[0].from_,
        end=blocks[-1].to,
        duration_minutes=60,
        technician_ids=(name_of(driven),),
        blocks=blocks,
    )
    slot = Slot(hold_id=asked.hold_id, until=answer["until"], work=work)
    return MakePlan(start=blocks[0].from_, technician_ids=work.technician_ids, slot=slot)


async def booked(driven: Driven[Technician], *execution_ids: str) -> Technician:
    """The technician, once these executions are booked and nothing is held."""

    def is_so(seen: Technician) -> bool:
        return {each.execution_id for each in seen.taken} == {*execution_ids} and not seen.holds

    return await eventually(driven.snapshot, is_so)


async def planned(driven: DrivenExecution, state: PlanState) -> Execution:
    """The execution, once its plan has come so far and all is said to the agendas."""

    def is_so(seen: Execution) -> bool:
        return seen.plan is not None and seen.plan.state is state and not seen.plan_errands

    return await eventually(driven.snapshot, is_so)
