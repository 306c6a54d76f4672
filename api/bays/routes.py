"""`/api/v1/bays`: registers bays and shows them."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from activities.mongo.bay_list import BayQuery
from api import PREFIX
from api.aggregates import changes
from api.aggregates.agendas import AgendaQuery
from api.aggregates.explanation import Explanation
from api.aggregates.queries import After, Consistency, Include, Limit, MinVersion
from api.aggregates.responses import explained
from api.bays import responses
from api.bays.agenda import BayAgenda
from api.bays.dependencies import BaysService
from api.bays.queries import AggregateId
from api.bays.representation import BayHistory, BayList, BayRepresentation
from api.bays.responses import BAY
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, ForReading
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.bay.state import BayRegistration, NewBay, bay_id_of, register
from domain.kernel.values import widen

router = APIRouter(prefix=f"{PREFIX}/bays", tags=["bays"], route_class=JsonRoute)


@router.put(
    "/{id}",
    operation_id="putBay",
    response_model=BayRepresentation,
    dependencies=[needs(Permission.MANAGE)],
)
async def put(
    bays: BaysService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    profile: FromClient[NewBay] = NewBay(),
) -> Response:
    """Registers a bay, or replaces the profile of a known one."""
    registration = widen(profile, BayRegistration, bay_id=bay_id_of(aggregate_id))
    return await changes.put(
        bays.aggregates,
        BAY,
        asked,
        aggregate_id,
        bays.put(aggregate_id, profile, asked.origin, must_exist=asked.must_exist),
        partial(register, registration),
    )


@router.get(
    "",
    operation_id="listBays",
    response_model=BayList,
    dependencies=[needs(Permission.READ)],
)
async def find(
    request: Request, bays: BaysService, query: Annotated[FromClient[BayQuery], Query()]
) -> Response:
    """Bays in the order of their ids."""
    return responses.listed(await bays.directory.find(query), request)


@router.get(
    "/{id}",
    operation_id="getBay",
    response_model=BayRepresentation,
    dependencies=[needs(Permission.READ)],
)
async def show(
    bays: BaysService,
    known: ForReading,
    aggregate_id: AggregateId,
    min_version: MinVersion = None,
    consistency: Consistency = None,
) -> Response:
    """One bay; `consistency=strong` asks the workflow itself."""
    if consistency:
        return BAY.read(await bays.aggregates.get_strong(aggregate_id), known)
    is_fresh = min_version is None or await bays.aggregates.is_readable(aggregate_id, min_version)
    return BAY.read(await bays.aggregates.get(aggregate_id), known, is_fresh=is_fresh)


@router.get(
    "/{id}/agenda",
    operation_id="getBayAgenda",
    response_model=BayAgenda,
    dependencies=[needs(Permission.READ)],
)
async def agenda(
    bays: BaysService, aggregate_id: AggregateId, query: Annotated[FromClient[AgendaQuery], Query()]
) -> Response:
    """The time in which the bay can be planned: at any hour, but for its closures and what is
    planned already."""
    query.check()
    bay = await bays.aggregates.get(aggregate_id)
    return responses.agenda(BayAgenda.of(bay, query.from_, query.to, bays.zone))


@router.get(
    "/{id}/history",
    operation_id="getBayHistory",
    response_model=BayHistory,
    dependencies=[needs(Permission.READ)],
)
async def history(
    bays: BaysService,
    aggregate_id: AggregateId,
    after: After = 0,
    limit: Limit = 100,
    include: Include = None,
) -> Response:
    """Changes of the bay's profile and closures, in order."""
    page = await bays.aggregates.history_page(
        aggregate_id, after, limit, with_refused=include is not None
    )
    return responses.history(aggregate_id, page)


@router.get(
    "/{id}/explain",
    operation_id="explainBay",
    response_model=Explanation,
    dependencies=[needs(Permission.READ)],
)
async def explain(bays: BaysService, aggregate_id: AggregateId) -> Response:
    """Reasons why nothing moves: what is not told outside yet, and what it fails by."""
    findings = await bays.diagnosis.findings(aggregate_id)
    return explained(bays.aggregates.workflow_id(aggregate_id), findings)


@router.post(
    "/{id}/retry-delivery",
    operation_id="retryBayDelivery",
    status_code=HTTPStatus.ACCEPTED,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def retry_delivery(bays: BaysService, aggregate_id: AggregateId) -> Response:
    """Has what is not told outside yet tried again at once; harmless where there is nothing."""
    await bays.aggregates.retry_delivery(aggregate_id)
    return Response(status_code=HTTPStatus.ACCEPTED)
