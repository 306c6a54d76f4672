"""`/api/v1/bays/{id}`: the commands to a bay."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from api import PREFIX
from api.aggregates import changes
from api.aggregates.responses import removed
from api.bays.closures import NewBayClosure
from api.bays.dependencies import BaysService
from api.bays.queries import AggregateId, ClosureId
from api.bays.representation import RearrangedBay
from api.bays.responses import BAY
from api.bays.service import Bays
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, WritePreconditions
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.bay.commands import DeactivateBay, ReactivateBay, RemoveClosure
from domain.bay.state import Bay
from domain.kernel.aggregate import Command

router = APIRouter(prefix=f"{PREFIX}/bays", tags=["bays"], route_class=JsonRoute)


@router.post(
    "/{id}/closures",
    operation_id="addBayClosure",
    status_code=HTTPStatus.CREATED,
    response_model=RearrangedBay,
    dependencies=[needs(Permission.MANAGE)],
)
async def add_closure(
    bays: BaysService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    new: FromClient[NewBayClosure],
) -> Response:
    """Closes the bay for a time; answers with the whole bay."""
    return await _rearrange(bays, asked, aggregate_id, new.command(bays.zone), HTTPStatus.CREATED)


@router.delete(
    "/{id}/closures/{closureId}",
    operation_id="removeBayClosure",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def remove_closure(
    bays: BaysService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    closure_id: ClosureId,
) -> Response:
    """Takes a closure back."""
    command = RemoveClosure(closure_id=closure_id)
    return removed(await _change(bays, asked, aggregate_id, command))


@router.patch(
    "/{id}/deactivate",
    operation_id="deactivateBay",
    response_model=RearrangedBay,
    dependencies=[needs(Permission.MANAGE)],
)
async def deactivate(
    bays: BaysService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    command: FromClient[DeactivateBay] = DeactivateBay(),
) -> Response:
    """Has nothing planned on the bay any more."""
    return await _rearrange(bays, asked, aggregate_id, command)


@router.patch(
    "/{id}/reactivate",
    operation_id="reactivateBay",
    response_model=RearrangedBay,
    dependencies=[needs(Permission.MANAGE)],
)
async def reactivate(
    bays: BaysService,
    asked: ForCommand,
    aggregate_id: AggregateId,
    command: FromClient[ReactivateBay] = ReactivateBay(),
) -> Response:
    """Takes a bay back that was inactive."""
    return await _rearrange(bays, asked, aggregate_id, command)


async def _change(
    bays: Bays,
    asked: WritePreconditions,
    aggregate_id: str,
    command: Command[Bay],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    return await changes.changed(bays.aggregates, BAY, asked, aggregate_id, command, status)


async def _rearrange(
    bays: Bays,
    asked: WritePreconditions,
    aggregate_id: str,
    command: Command[Bay],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    return await changes.changed(
        bays.aggregates, BAY, asked, aggregate_id, command, status, bays.planner.affected
    )
