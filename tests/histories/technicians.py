"""Each way that a technician can go, once."""

from typing import Any

from domain.technician.commands import Deactivate, Reactivate, RemoveTimeOff, SetShifts
from domain.technician.state import Technician
from tests.domain.technician.builders import MONDAYS, ONE_OF_EACH
from tests.histories.driving import DOWN, ONCE, outlast_patience, refused, until_another_run
from tests.starts import new_technician
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin
from workflows.kinds import TECHNICIAN_KIND
from workflows.start_inputs import ContinuedState

PROFILE, SHIFTS, DAY, NO_DAY, TIME_OFF, *_ = ONE_OF_EACH
NO_SHIFTS = SetShifts(valid_from="2026-11-30", week=())
SHIFTS_AGAIN = SetShifts(valid_from="2026-11-30", week=MONDAYS)


async def working(workshop: Workshop) -> None:
    technician = await registered(workshop)
    await technician.updates(PROFILE, SHIFTS, DAY, NO_DAY, TIME_OFF)
    state = await technician.snapshot()
    await technician.updates(_removal(state))
    await technician.settled()


async def deactivated(workshop: Workshop) -> None:
    technician = await registered(workshop)
    await refused(technician, Reactivate())
    await technician.updates(SHIFTS, Deactivate(reason="gone"))
    await technician.handle.result()


async def deactivated_by_an_operator(workshop: Workshop) -> None:
    technician = await registered(workshop)
    await technician.updates(SHIFTS)
    await technician.settled()
    await technician.handle.cancel()
    await technician.handle.result()


async def reactivated(workshop: Workshop) -> None:
    technician = await registered(workshop)
    await technician.updates(SHIFTS, Deactivate())
    await technician.handle.result()
    state = technician.shown[-1]
    origin = Origin(via=Door.HTTP, aggregate_id=state.aggregate_id)
    carried = ContinuedState[Technician](state=state, told=state.revision)
    start = TECHNICIAN_KIND.restart(state, origin, carried)
    await workshop.gateway(Technician).reopen(start, Reactivate(reason="back"), origin)
    await technician.updates(NO_SHIFTS)
    await technician.settled()


async def signalled(workshop: Workshop) -> None:
    """Illegal ones, unreadable ones and repeats among them."""
    technician = await registered(workshop)
    await technician.signal(Reactivate())
    await technician.handle.signal("set_day", "no day")
    await technician.signal(SHIFTS, ONCE)
    await technician.signal(SHIFTS, ONCE)
    await technician.signal(Deactivate())
    await technician.handle.result()


async def asked_again_under_a_key(workshop: Workshop) -> None:
    technician = await registered(workshop, origin=Origin(key="key-0", request_id="request-0"))
    await technician.update(SHIFTS, origin=ONCE)
    await technician.updates(NO_SHIFTS)
    await technician.update(SHIFTS, origin=ONCE)
    await technician.settled()


async def delivery_replaced_during_an_outage(workshop: Workshop) -> None:
    technician = await registered(workshop)
    workshop.outside.fail(DOWN)
    await technician.updates(SHIFTS)
    await outlast_patience(technician)
    await technician.updates(NO_SHIFTS)
    workshop.outside.recover()
    await technician.settled()


async def continued_as_new(workshop: Workshop) -> None:
    technician = await registered(workshop)
    await until_another_run(technician, SHIFTS_AGAIN, NO_SHIFTS)
    await technician.updates(Deactivate())
    await technician.handle.result()


async def registered(workshop: Workshop, **fields: Any) -> Driven[Technician]:
    return await workshop.begin(Technician, new_technician(**fields))


def _removal(state: Technician) -> Any:
    return RemoveTimeOff(time_off_id=state.time_off[0].time_off_id)


TECHNICIANS = (
    working,
    deactivated,
    deactivated_by_an_operator,
    reactivated,
    signalled,
    asked_again_under_a_key,
    delivery_replaced_during_an_outage,
    continued_as_new,
)
