"""`/api/v1/technicians`: registers technicians and shows them."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from activities.mongo.technician_list import TechnicianQuery
from api import PREFIX
from api.aggregates import changes
from api.aggregates.agendas import AgendaQuery
from api.aggregates.explanation import Explanation
from api.aggregates.queries import After, Consistency, Include, Limit, MinVersion
from api.aggregates.responses import explained
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, ForReading
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from api.technicians import responses
from api.technicians.agenda import TechnicianAgenda
from api.technicians.dependencies import TechniciansService
from api.technicians.queries import AggregateId
from api.technicians.representation import (
    TechnicianHistory,
    TechnicianList,
    TechnicianRepresentation,
)
from api.technicians.responses import TECHNICIAN
from domain.kernel.values import widen
from domain.technician.state import NewTechnician, Registration, register, technician_id_of

router = APIRouter(prefix=f"{PREFIX}/technicians", tags=["technicians"], route_class=JsonRoute)


@router.put(
    "/{id}",
    operation_id="putTechnician",
    response_model=TechnicianRepresentation,
    dependencies=[needs(Permission.MANAGE)],
)
async def put(
    technicians: TechniciansService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    profile: FromClient[NewTechnician] = NewTechnician(),
) -> Response:
    """Registers a technician, or replaces the profile of a known one."""
    registration = widen(profile, Registration, technician_id=technician_id_of(aggregate_id))
    return await changes.put(
        technicians.aggregates,
        TECHNICIAN,
        asked,
        aggregate_id,
        technicians.put(aggregate_id, profile, asked.origin, must_exist=asked.must_exist),
        partial(register, registration),
    )


@router.get(
    "",
    operation_id="listTechnicians",
    response_model=TechnicianList,
    dependencies=[needs(Permission.READ)],
)
async def find(
    request: Request,
    technicians: TechniciansService,
    query: Annotated[FromClient[TechnicianQuery], Query()],
) -> Response:
    """Technicians in the order of their ids."""
    return responses.listed(await technicians.directory.find(query), request)


@router.get(
    "/{id}",
    operation_id="getTechnician",
    response_model=TechnicianRepresentation,
    dependencies=[needs(Permission.READ)],
)
async def show(
    technicians: TechniciansService,
    known: ForReading,
    aggregate_id: AggregateId,
    min_version: MinVersion = None,
    consistency: Consistency = None,
) -> Response:
    """One technician; `consistency=strong` asks the workflow itself."""
    aggregates = technicians.aggregates
    if consistency:
        return TECHNICIAN.read(await aggregates.get_strong(aggregate_id), known)
    is_fresh = min_version is None or await aggregates.is_readable(aggregate_id, min_version)
    return TECHNICIAN.read(await aggregates.get(aggregate_id), known, is_fresh=is_fresh)


@router.get(
    "/{id}/agenda",
    operation_id="getTechnicianAgenda",
    response_model=TechnicianAgenda,
    dependencies=[needs(Permission.READ)],
)
async def agenda(
    technicians: TechniciansService,
    aggregate_id: AggregateId,
    query: Annotated[FromClient[AgendaQuery], Query()],
) -> Response:
    """The time in which the technician can be planned: what weeks, single days and closures say,
    without times off and what is planned already."""
    query.check()
    technician = await technicians.aggregates.get(aggregate_id)
    return responses.agenda(await technicians.agendas.of(technician, query.from_, query.to))


@router.get(
    "/{id}/history",
    operation_id="getTechnicianHistory",
    response_model=TechnicianHistory,
    dependencies=[needs(Permission.READ)],
)
async def history(
    technicians: TechniciansService,
    aggregate_id: AggregateId,
    after: After = 0,
    limit: Limit = 100,
    include: Include = None,
) -> Response:
    """Changes of the technician's profile and working time, in order."""
    page = await technicians.aggregates.history_page(
        aggregate_id, after, limit, with_refused=include is not None
    )
    return responses.history(aggregate_id, page)


@router.get(
    "/{id}/explain",
    operation_id="explainTechnician",
    response_model=Explanation,
    dependencies=[needs(Permission.READ)],
)
async def explain(technicians: TechniciansService, aggregate_id: AggregateId) -> Response:
    """Reasons why nothing moves: what is not told outside yet, and what it fails by."""
    findings = await technicians.diagnosis.findings(aggregate_id)
    return explained(technicians.aggregates.workflow_id(aggregate_id), findings)


@router.post(
    "/{id}/retry-delivery",
    operation_id="retryTechnicianDelivery",
    status_code=HTTPStatus.ACCEPTED,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def retry_delivery(technicians: TechniciansService, aggregate_id: AggregateId) -> Response:
    """Has what is not told outside yet tried again at once; harmless where there is nothing."""
    await technicians.aggregates.retry_delivery(aggregate_id)
    return Response(status_code=HTTPStatus.ACCEPTED)
