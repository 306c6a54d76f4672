"""All agendas as they are at one moment, on both databases."""

from typing import Any

import pytest

from activities.agendas.rosters import Rosters
from activities.mongo.closures import MANUAL, Closure, Closures
from activities.mongo.store import Store
from domain.agenda.bookings import Block, Booking
from domain.bay.commands import DeactivateBay
from domain.kernel.values import evolve
from domain.planning.roster import Reserved
from domain.technician.commands import Deactivate
from tests.activities.databases import Database, Raw
from tests.domain.agenda.builders import ANA, pattern
from tests.domain.bay import builders as bays
from tests.domain.planning.builders import time
from tests.domain.technician import builders as technicians
from tests.starts import SAO_PAULO

NINE = time("11-30", "09:00-10:00")


@pytest.fixture
def database(both: tuple[Database, Raw]) -> Database:
    return both[0]


def booking(execution_id: str = "e1", **fields: Any) -> Booking:
    return Booking(
        execution_id=execution_id,
        service_order_id="os-1",
        blocks=(Block.of(NINE),),
        plan_revision=1,
        changed_at=NINE.start,
        **fields,
    )


async def test_a_roster_has_all_who_can_be_planned_with_what_is_booked(database: Database) -> None:
    store, closures = Store(database), Closures(database["closures"])
    ana = technicians.registered(skills=("brakes",))
    bookings = (booking(), booking("e2", released=True))
    await store.save(evolve(ana, patterns=(pattern(*ANA),), bookings=bookings))
    await store.save(bays.after(bays.registered(kind="LIFT"), bays.closure()))
    await closures.put(Closure(date="2026-12-01", name="Inventory", source=MANUAL))

    agendas = await Rosters(database, closures, SAO_PAULO).active("2026-11-30", "2026-12-01")

    (person,), (bay,) = agendas.roster().people, agendas.roster().bays
    assert (person.technician_id, person.skills) == ("ana", frozenset({"brakes"}))
    assert person.working == (time("11-30", "08:00-12:00"), time("11-30", "13:00-17:00"))
    assert person.bookings == (Reserved("e1", (NINE,)),)
    assert (bay.bay_id, bay.kind, len(bay.busy)) == ("lift-1", "LIFT", 1)


async def test_those_who_are_inactive_are_read_on_demand_and_never_on_a_roster(
    database: Database,
) -> None:
    store = Store(database)
    await store.save(technicians.after(technicians.registered(), Deactivate()))
    await store.save(bays.after(bays.registered(), DeactivateBay()))
    rosters = Rosters(database, Closures(database["closures"]), SAO_PAULO)

    active = await rosters.active("2026-11-30", "2026-12-01")
    everybody = await rosters.all("2026-11-30", "2026-12-01")

    assert active.resources == ()
    assert {each.aggregate_id for each in everybody.resources} == {"technician-ana", "bay-lift-1"}
    assert not everybody.roster().people
    assert not everybody.roster().bays
