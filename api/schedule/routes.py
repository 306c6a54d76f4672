"""`/api/v1/workload` and `/api/v1/schedule`: what is planned, and what might be. All of it is read,
also what is asked by POST."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import PREFIX
from api.aggregates.agendas import AgendaQuery
from api.aggregates.responses import shown
from api.http.bodies import JsonRoute
from api.http.wire import FromClient
from api.schedule.carry_over import CarryOver
from api.schedule.conflicts import ScheduleConflicts
from api.schedule.dependencies import ScheduleService
from api.schedule.queries import CarryOverQuery
from api.schedule.simulation import Simulation, SimulationRequest
from api.schedule.suggestions import SuggestionRequest, Suggestions
from api.schedule.workload import Workload
from api.security.auth import needs
from api.security.callers import Permission

router = APIRouter(prefix=PREFIX, tags=["schedule"], route_class=JsonRoute)


@router.get(
    "/workload",
    operation_id="getWorkload",
    response_model=Workload,
    dependencies=[needs(Permission.READ)],
)
async def workload(
    schedule: ScheduleService, query: Annotated[FromClient[AgendaQuery], Query()]
) -> Response:
    """The load of each active technician on each day: how much they could work, how much of it is
    booked, and how much is free. What they have worked is left out: nobody records it yet."""
    query.check()
    return shown(await schedule.workload(query.from_, query.to))


@router.get(
    "/schedule/conflicts",
    operation_id="listScheduleConflicts",
    response_model=ScheduleConflicts,
    dependencies=[needs(Permission.READ)],
)
async def conflicts(
    schedule: ScheduleService, query: Annotated[FromClient[AgendaQuery], Query()]
) -> Response:
    """Work that cannot go as it is planned: bookings outside of working time, in times off or
    closures, or on those who are inactive; plans that could not have their time; and work that goes
    on beyond its time into that of the next. Nothing moves by itself: plan it again."""
    query.check()
    return shown(await schedule.conflicts(query.from_, query.to))


@router.post(
    "/schedule/suggestions",
    operation_id="suggestSlots",
    response_model=Suggestions,
    dependencies=[needs(Permission.READ)],
)
async def suggestions(schedule: ScheduleService, work: FromClient[SuggestionRequest]) -> Response:
    """Times at which a technician, and a bay if one is needed, could do some work, with the reasons
    for each. Nothing is written and nothing is held: plan the one that you choose."""
    return shown(await schedule.suggestions(work))


@router.get(
    "/schedule/carry-over",
    operation_id="getCarryOver",
    response_model=CarryOver,
    dependencies=[needs(Permission.READ)],
)
async def carry_over(
    schedule: ScheduleService, query: Annotated[FromClient[CarryOverQuery], Query()]
) -> Response:
    """Work that was begun or planned by a day's end and is not finished now, how much of it
    remains, and the next time for it."""
    return shown(await schedule.carry_over(query.day))


@router.post(
    "/schedule/simulate",
    operation_id="simulateSchedule",
    response_model=Simulation,
    dependencies=[needs(Permission.READ)],
)
async def simulate(schedule: ScheduleService, request: FromClient[SimulationRequest]) -> Response:
    """Plans that would have to move if these changes came about, where to, and what would find no
    time at all. Nothing is written."""
    return shown(await schedule.simulate(request))
