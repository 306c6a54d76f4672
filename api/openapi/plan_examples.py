"""Examples of plans: of what is asked for, and of what is refused."""

from collections.abc import Sequence
from datetime import timedelta

from activities.agendas.planner import Affected
from api.openapi.examples import AT
from domain.agenda.bookings import Conflict, ConflictKind, FreeTime
from domain.agenda.errors import ScheduleConflict, StaleShifts, TooManyEntries
from domain.agenda.resource import MOST_BOOKINGS
from domain.bay.errors import BayInactive, BayNotFound
from domain.execution.errors import HoldExpired
from domain.execution.plan import PlanRequest
from domain.planning.errors import BeyondHorizon, OutsideShift, PlanTooLong
from domain.technician.errors import TechnicianInactive, TechnicianNotFound

_ID = "f5d1b7f6-2a0e-5d3f-9a51-0a4d1c0a7c11"
_START = AT + timedelta(days=1)


def plan_request() -> PlanRequest:
    return PlanRequest(
        start=_START, duration_minutes=90, technician_ids=("TEC-7",), bay_id="lift-1"
    )


def affected() -> Affected:
    return Affected(execution_id=_ID, from_=_START, to=_START + timedelta(minutes=90))


def plan_problems() -> Sequence[Exception]:
    return (
        _conflict(),
        OutsideShift("2026-03-03T22:00Z is outside of working time"),
        TechnicianNotFound.of("TEC-7"),
        TechnicianInactive("Technician TEC-7 is inactive", technician_id="TEC-7"),
        BayNotFound.of("lift-1"),
        BayInactive("Bay lift-1 is inactive", bay_id="lift-1"),
        HoldExpired("The execution is being changed by others; send it again"),
        StaleShifts("The working time of technician-TEC-7 has changed"),
        TooManyEntries(f"technician-TEC-7 takes at most {MOST_BOOKINGS} bookings"),
        PlanTooLong("A plan has at most 20 blocks"),
        BeyondHorizon("Plans reach 90 days ahead; 2026-09-01 is later"),
    )


def _conflict() -> ScheduleConflict:
    taken = Conflict(
        resource="bay-lift-1",
        kind=ConflictKind.BOOKING,
        execution_id=_ID,
        from_=_START,
        to=_START + timedelta(hours=1),
    )
    free = FreeTime(start=taken.to, end=taken.to + timedelta(minutes=90))
    return ScheduleConflict(
        "bay-lift-1 is taken from 2026-03-03T12:00Z to 2026-03-03T13:00Z",
        conflicts=[taken.model_dump(mode="json")],
        next_free=free.model_dump(mode="json"),
    )
