"""Each way that a bay can go, once."""

from datetime import timedelta
from typing import Any

from domain.agenda.bookings import Block
from domain.agenda.resource_commands import Claim, DropHold, HoldTime, Release
from domain.bay.commands import ChangeBay, DeactivateBay, ReactivateBay, RemoveClosure
from domain.bay.state import Bay
from tests.conftest import eventually
from tests.domain.bay.builders import closure
from tests.domain.execution.builders import MORNING
from tests.histories.driving import DOWN, ONCE, outlast_patience, refused, until_another_run
from tests.starts import new_bay
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin
from workflows.kinds import BAY_KIND
from workflows.start_inputs import ContinuedState

LIFT, PIT = ChangeBay(name="By the gate", kind="LIFT"), ChangeBay(kind="PIT")
# What is long over makes room, by the clock of the server.
AHEAD = MORNING + timedelta(days=36_500)


async def closed_for_a_while(workshop: Workshop) -> None:
    bay = await registered(workshop)
    state = await bay.updates(LIFT, closure(AHEAD), closure(AHEAD + timedelta(days=1)))
    await refused(bay, closure(AHEAD))
    await bay.updates(RemoveClosure(closure_id=state.closures[0].closure_id))
    await bay.settled()


async def booked(workshop: Workshop) -> None:
    bay = await registered(workshop)
    times = Block(from_=AHEAD, to=AHEAD + timedelta(hours=1))
    of = {"execution_id": "e-1", "service_order_id": "OS-1", "blocks": (times,)}
    await bay.handle.execute_update("hold", HoldTime(hold_id="h-1", seconds=60, **of))
    await bay.handle.execute_update("drop_hold", DropHold(hold_id="h-1"))
    await bay.handle.execute_update("hold", HoldTime(hold_id="h-2", seconds=60, **of))
    await bay.handle.execute_update("claim", Claim(hold_id="h-2", plan_revision=1, **of))
    await bay.updates(closure(AHEAD))
    await eventually(bay.snapshot, lambda seen: not seen.disruption_unchecked)
    await bay.handle.execute_update("release", Release(execution_id="e-1", plan_revision=2))
    await bay.settled()


async def deactivated(workshop: Workshop) -> None:
    bay = await registered(workshop)
    await refused(bay, ReactivateBay())
    await bay.updates(closure(AHEAD), DeactivateBay(reason="gone"))
    await bay.handle.result()


async def deactivated_by_an_operator(workshop: Workshop) -> None:
    bay = await registered(workshop)
    await bay.updates(LIFT)
    await bay.settled()
    await bay.handle.cancel()
    await bay.handle.result()


async def reactivated(workshop: Workshop) -> None:
    bay = await registered(workshop)
    await bay.updates(LIFT, DeactivateBay())
    await bay.handle.result()
    state = bay.shown[-1]
    origin = Origin(via=Door.HTTP, aggregate_id=state.aggregate_id)
    carried = ContinuedState[Bay](state=state, told=state.revision)
    start = BAY_KIND.restart(state, origin, carried)
    await workshop.gateway(Bay).reopen(start, ReactivateBay(reason="back"), origin)
    await bay.updates(closure(AHEAD))
    await bay.settled()


async def signalled(workshop: Workshop) -> None:
    """Illegal ones, unreadable ones and repeats among them."""
    bay = await registered(workshop)
    await bay.signal(ReactivateBay())
    await bay.handle.signal("add_closure", "tomorrow")
    await bay.signal(closure(AHEAD), ONCE)
    await bay.signal(closure(AHEAD), ONCE)
    await bay.signal(DeactivateBay())
    await bay.handle.result()


async def asked_again_under_a_key(workshop: Workshop) -> None:
    bay = await registered(workshop, origin=Origin(key="key-0", request_id="request-0"))
    await bay.update(LIFT, origin=ONCE)
    await bay.updates(PIT)
    await bay.update(LIFT, origin=ONCE)
    await bay.settled()


async def delivery_replaced_during_an_outage(workshop: Workshop) -> None:
    bay = await registered(workshop)
    workshop.outside.fail(DOWN)
    await bay.updates(LIFT)
    await outlast_patience(bay)
    await bay.updates(closure(AHEAD))
    workshop.outside.recover()
    await bay.settled()


async def continued_as_new(workshop: Workshop) -> None:
    bay = await registered(workshop)
    await until_another_run(bay, LIFT, PIT)
    await bay.updates(DeactivateBay())
    await bay.handle.result()


async def registered(workshop: Workshop, **fields: Any) -> Driven[Bay]:
    return await workshop.begin(Bay, new_bay(**fields))


BAYS = (
    closed_for_a_while,
    booked,
    deactivated,
    deactivated_by_an_operator,
    reactivated,
    signalled,
    asked_again_under_a_key,
    delivery_replaced_during_an_outage,
    continued_as_new,
)
