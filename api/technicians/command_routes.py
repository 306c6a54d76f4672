"""`/api/v1/technicians/{id}`: the commands to a technician."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from api import PREFIX
from api.aggregates import changes
from api.aggregates.responses import removed
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, WritePreconditions
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from api.technicians.dependencies import TechniciansService
from api.technicians.queries import AggregateId, SingleDay, TimeOffId
from api.technicians.representation import RearrangedTechnician
from api.technicians.responses import TECHNICIAN
from api.technicians.service import Technicians
from api.technicians.time_off import NewTimeOff
from domain.agenda.week import GivenDay
from domain.kernel.aggregate import Command
from domain.kernel.values import Input
from domain.technician.commands import (
    ClearDay,
    Deactivate,
    Reactivate,
    RemoveTimeOff,
    SetDay,
    SetShifts,
)
from domain.technician.state import Technician

router = APIRouter(prefix=f"{PREFIX}/technicians", tags=["technicians"], route_class=JsonRoute)


class DayPlan(Input):
    """The working time of a single day; none is a day off."""

    intervals: GivenDay


@router.put(
    "/{id}/shifts",
    operation_id="setShifts",
    response_model=RearrangedTechnician,
    dependencies=[needs(Permission.MANAGE)],
)
async def set_shifts(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    command: FromClient[SetShifts],
) -> Response:
    """Sets the working time of every week from a day on."""
    return await _rearrange(technicians, asked, aggregate_id, command)


@router.put(
    "/{id}/days/{date}",
    operation_id="setDay",
    response_model=RearrangedTechnician,
    dependencies=[needs(Permission.MANAGE)],
)
async def set_day(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    date: SingleDay,
    plan: FromClient[DayPlan],
) -> Response:
    """Sets the working time of a single day, whatever weeks and closures say."""
    command = SetDay(date=date, intervals=plan.intervals)
    return await _rearrange(technicians, asked, aggregate_id, command)


@router.delete(
    "/{id}/days/{date}",
    operation_id="clearDay",
    response_model=RearrangedTechnician,
    dependencies=[needs(Permission.MANAGE)],
)
async def clear_day(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    date: SingleDay,
) -> Response:
    """Has weeks and closures say again when the technician works on a day."""
    return await _rearrange(technicians, asked, aggregate_id, ClearDay(date=date))


@router.post(
    "/{id}/time-off",
    operation_id="addTimeOff",
    status_code=HTTPStatus.CREATED,
    response_model=RearrangedTechnician,
    dependencies=[needs(Permission.MANAGE)],
)
async def add_time_off(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    new: FromClient[NewTimeOff],
) -> Response:
    """Records time that the technician does not work; answers with the whole technician."""
    command = new.command(technicians.agendas.zone)
    return await _rearrange(technicians, asked, aggregate_id, command, HTTPStatus.CREATED)


@router.delete(
    "/{id}/time-off/{timeOffId}",
    operation_id="removeTimeOff",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def remove_time_off(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    time_off_id: TimeOffId,
) -> Response:
    """Takes time off back."""
    command = RemoveTimeOff(time_off_id=time_off_id)
    return removed(await _change(technicians, asked, aggregate_id, command))


@router.patch(
    "/{id}/deactivate",
    operation_id="deactivateTechnician",
    response_model=RearrangedTechnician,
    dependencies=[needs(Permission.MANAGE)],
)
async def deactivate(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    command: FromClient[Deactivate] = Deactivate(),
) -> Response:
    """Has nobody plan on the technician any more."""
    return await _rearrange(technicians, asked, aggregate_id, command)


@router.patch(
    "/{id}/reactivate",
    operation_id="reactivateTechnician",
    response_model=RearrangedTechnician,
    dependencies=[needs(Permission.MANAGE)],
)
async def reactivate(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    command: FromClient[Reactivate] = Reactivate(),
) -> Response:
    """Takes a technician back who was inactive."""
    return await _rearrange(technicians, asked, aggregate_id, command)


async def _change(
    technicians: Technicians,
    asked: WritePreconditions,
    aggregate_id: str,
    command: Command[Technician],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    return await changes.changed(
        technicians.aggregates, TECHNICIAN, asked, aggregate_id, command, status
    )


async def _rearrange(
    technicians: Technicians,
    asked: WritePreconditions,
    aggregate_id: str,
    command: Command[Technician],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    return await changes.changed(
        technicians.aggregates,
        TECHNICIAN,
        asked,
        aggregate_id,
        command,
        status,
        technicians.planner.affected,
    )
