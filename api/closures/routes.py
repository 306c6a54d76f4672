"""`/api/v1/closures`: the days on which the workshop is closed."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from activities.mongo.closures import MANUAL, Closure
from api import JSON, PREFIX
from api.closures.dependencies import ClosureDays
from api.closures.errors import ClosureNotFound
from api.closures.public_holidays import HolidayImport, closures_of
from api.closures.queries import ClosedDay, ClosureEntry, ClosureQuery
from api.closures.representation import AddedClosures, ClosureList
from api.http.bodies import JsonRoute
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission

router = APIRouter(prefix=f"{PREFIX}/closures", tags=["closures"], route_class=JsonRoute)


@router.get(
    "",
    operation_id="listClosures",
    response_model=ClosureList,
    dependencies=[needs(Permission.READ)],
)
async def find(
    closures: ClosureDays, query: Annotated[FromClient[ClosureQuery], Query()]
) -> Response:
    """Closures from one day to another, in the order of their days; at most 366 days lie between
    the two."""
    query.check()
    found = await closures.between(query.from_, query.to)
    return _json(ClosureList(closures=tuple(found)))


@router.post(
    "/import",
    operation_id="importClosures",
    response_model=AddedClosures,
    dependencies=[needs(Permission.MANAGE)],
)
async def import_holidays(closures: ClosureDays, wanted: FromClient[HolidayImport]) -> Response:
    """Closes the holidays of a country, or of a part of it. A day that is closed already stays as
    it is; a repeat adds what is missing."""
    added = await closures.add(closures_of(wanted))
    return _json(AddedClosures(added=tuple(added)))


@router.get(
    "/{date}",
    operation_id="getClosure",
    response_model=Closure,
    dependencies=[needs(Permission.READ)],
)
async def show(closures: ClosureDays, day: ClosedDay) -> Response:
    """The closure of one day."""
    found = await closures.of(day)
    if found is None:
        raise ClosureNotFound.of(day)
    return _json(found)


@router.put(
    "/{date}",
    operation_id="putClosure",
    response_model=Closure,
    dependencies=[needs(Permission.MANAGE)],
)
async def put(closures: ClosureDays, day: ClosedDay, entry: FromClient[ClosureEntry]) -> Response:
    """Closes a day, or gives its closure another name."""
    closure = Closure(date=day, name=entry.name, source=MANUAL)
    is_new = await closures.put(closure)
    return _json(closure, HTTPStatus.CREATED if is_new else HTTPStatus.OK)


@router.delete(
    "/{date}",
    operation_id="deleteClosure",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def remove(closures: ClosureDays, day: ClosedDay) -> Response:
    """Opens a day again."""
    if not await closures.remove(day):
        raise ClosureNotFound.of(day)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _json(body: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(body.model_dump_json(), status, media_type=JSON)
