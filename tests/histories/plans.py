"""Each way that a plan and the agendas that it is made on can go, once."""

from datetime import timedelta

from domain.agenda.resource_commands import DropHold
from domain.execution.commands import Assign, Cancel, Complete, Schedule, Start
from domain.execution.plan import PlanState
from domain.execution.plan_commands import Unplan
from domain.technician.commands import AddTimeOff, Deactivate
from domain.technician.events import TimeOffKind
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
from tests.workflows.workshop import Workshop


async def planned_and_moved(workshop: Workshop) -> None:
    ana, bruno = await technician(workshop), await technician(workshop)
    execution = await workshop.open()
    await execution.update(await held(ana, execution, block()))
    await booked(ana, execution.id)
    await execution.update(await held(bruno, execution, block(2), block(4), number=2))
    await booked(ana)
    await planned(execution, PlanState.BOOKED)


async def unplanned(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    await execution.update(await held(ana, execution, block()))
    await execution.update(Unplan())
    await booked(ana)
    await execution.settled()


async def planned_and_cancelled(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    await execution.update(await held(ana, execution, block()))
    await execution.update(Cancel(reason="sold"))
    await booked(ana)
    await execution.handle.result()


async def planned_and_completed(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    await execution.update(await held(ana, execution, block()))
    await execution.updates(Start(), Complete())
    await booked(ana)
    await execution.settled()


async def started_by_another(workshop: Workshop) -> None:
    ana, bruno = await technician(workshop), await technician(workshop)
    execution = await workshop.open()
    await execution.update(await held(ana, execution, block()))
    await execution.update(Start(technician_id=name_of(bruno)))
    await booked(bruno, execution.id)
    await booked(ana)
    await planned(execution, PlanState.BOOKED)


async def hold_left_behind(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    await take(ana, hold(execution, block(), seconds=1))
    await eventually(ana.snapshot, lambda seen: not seen.holds)
    await ana.settled()


async def hold_given_back(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    asked = hold(execution, block())
    await take(ana, asked)
    await ana.handle.execute_update("drop_hold", DropHold(hold_id=asked.hold_id))
    await ana.settled()


async def reserved_after_signals(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    await execution.signal(Schedule(scheduled_date=NINE))
    await execution.signal(Assign(technician_id=name_of(ana)))
    await planned(execution, PlanState.BOOKED)
    await booked(ana, execution.id)


async def reserved_at_its_opening(workshop: Workshop) -> None:
    ana = await technician(workshop)
    fields = {"scheduled_date": NINE, "technician_id": name_of(ana)}
    await planned(await workshop.open(**fields), PlanState.BOOKED)
    await planned(await workshop.open(**fields), PlanState.CONFLICT)
    unknown = await workshop.open(scheduled_date=NINE, technician_id="somebody")
    await eventually(unknown.snapshot, lambda seen: not seen.plan_errands)
    await unknown.settled()


async def disrupted(workshop: Workshop) -> None:
    ana, execution = await technician(workshop), await workshop.open()
    await execution.update(await held(ana, execution, block()))
    await booked(ana, execution.id)
    await ana.update(AddTimeOff(from_=NINE, to=NINE + timedelta(days=1), kind=TimeOffKind.SICK))
    await eventually(ana.snapshot, lambda seen: not seen.disruption_unchecked)
    await ana.update(Deactivate())
    await eventually(ana.snapshot, lambda seen: not seen.disruption_unchecked)
    await execution.update(Unplan())
    await ana.handle.result()


PLANS = (
    planned_and_moved,
    unplanned,
    planned_and_cancelled,
    planned_and_completed,
    started_by_another,
    hold_left_behind,
    hold_given_back,
    reserved_after_signals,
    reserved_at_its_opening,
    disrupted,
)
