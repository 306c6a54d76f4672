"""Technicians, bays and their bookings, written as snapshots. Dates are of the contract's cases:
Monday is 2026-11-30, and it is seven in the morning."""

from typing import Any

from activities.mongo.store import Store
from domain.agenda.bookings import Block, Booking
from domain.agenda.intervals import Interval, minutes
from domain.bay.state import Bay, BayRegistration
from domain.bay.state import register as register_bay
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import Plan, PlanState
from domain.execution.state import Execution
from domain.kernel.values import evolve
from domain.technician.state import Registration, Technician, register
from tests.domain.agenda.builders import ANA, pattern
from tests.domain.execution.builders import being
from tests.domain.planning.builders import at

NOW = at("11-30 07:00")


def booking(execution_id: str, *times: Interval, **fields: Any) -> Booking:
    known = {"plan_revision": 1, "changed_at": NOW, "service_order_id": f"os-{execution_id}"}
    blocks = tuple(Block.of(each) for each in times)
    return Booking(execution_id=execution_id, blocks=blocks, **(known | fields))


class Workshop:
    def __init__(self, store: Store) -> None:
        self.store = store

    async def technician(
        self, technician_id: str, *bookings: Booking, skills: str = "", **fields: Any
    ) -> Technician:
        """One who works the week of the contract's ana, unless said otherwise."""
        known = Registration(technician_id=technician_id, skills=tuple(skills.split()))
        fields = {"patterns": (pattern(*ANA),), "bookings": bookings} | fields
        technician = evolve(register(known, NOW)[0], **fields)
        await self.store.save(technician)
        return technician

    async def bay(self, bay_id: str, *bookings: Booking, kind: str = "LIFT", **fields: Any) -> Bay:
        new = BayRegistration(bay_id=bay_id, kind=kind)
        bay = evolve(register_bay(new, NOW)[0], bookings=bookings, **fields)
        await self.store.save(bay)
        return bay


def planned(
    execution_id: str,
    *times: Interval,
    status: ExecutionStatus = ExecutionStatus.SCHEDULED,
    state: PlanState = PlanState.BOOKED,
    **plan: Any,
) -> Execution:
    """An execution whose plan takes these times of ana, unless said otherwise."""
    blocks = tuple(Block.of(each) for each in times)
    minutes_planned = minutes(times)
    known = {"technician_ids": ("ana",), "revision": 1} | plan
    made = Plan(
        start=blocks[0].from_,
        end=blocks[-1].to,
        duration_minutes=minutes_planned,
        blocks=blocks,
        state=state,
        **known,
    )
    return evolve(
        being(status, service_order_id=f"os-{execution_id}"),
        execution_id=execution_id,
        estimated_duration=minutes_planned,
        technician_id=made.technician_ids[0],
        scheduled_date=made.start,
        plan=made,
        plan_revision=1,
    )
