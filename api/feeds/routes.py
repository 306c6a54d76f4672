"""`/api/v1/technicians/{id}/agenda.ics` and the same of bays: calendars that need a key and no
token, and the routes that show and rotate the keys."""

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import PREFIX
from api.feeds import responses
from api.feeds.dependencies import FeedsService
from api.feeds.queries import CalendarId, Key, SubjectId
from api.feeds.representation import Feed
from api.feeds.subjects import BAY, TECHNICIAN, Subject
from api.http.bodies import JsonRoute
from api.http.preconditions import IfNoneMatch
from api.security.auth import needs
from api.security.callers import Permission

router = APIRouter(prefix=PREFIX, route_class=JsonRoute)

_CALENDAR = re.compile(rf"{PREFIX}/(?:technicians|bays)/[^/]+/agenda\.ics")


def is_calendar(path: str) -> bool:
    """True for the paths at which a key is asked for, and no token."""
    return _CALENDAR.fullmatch(path) is not None


@router.get(
    "/technicians/{id}/agenda.ics",
    operation_id="getTechnicianCalendar",
    tags=["technicians"],
    response_class=Response,
)
async def technician_calendar(
    request: Request,
    feeds: FeedsService,
    subject_id: CalendarId,
    key: Key = "",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The technician's bookings as an iCalendar stream, from 30 days back to 90 ahead, for programs
    that subscribe to it. It takes no token: the key alone opens it."""
    content = await feeds.calendar(Subject(TECHNICIAN, subject_id), key)
    return responses.calendar(content, request, if_none_match)


@router.get(
    "/bays/{id}/agenda.ics",
    operation_id="getBayCalendar",
    tags=["bays"],
    response_class=Response,
)
async def bay_calendar(
    request: Request,
    feeds: FeedsService,
    subject_id: CalendarId,
    key: Key = "",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The bay's bookings as an iCalendar stream, as those of a technician."""
    content = await feeds.calendar(Subject(BAY, subject_id), key)
    return responses.calendar(content, request, if_none_match)


@router.get(
    "/technicians/{id}/feed",
    operation_id="getTechnicianFeed",
    tags=["technicians"],
    response_model=Feed,
    dependencies=[needs(Permission.MANAGE)],
)
async def technician_feed(feeds: FeedsService, subject_id: SubjectId) -> Response:
    """The address of the technician's calendar, with its key: whoever has it may read the
    calendar."""
    return responses.feed(await feeds.feed(Subject(TECHNICIAN, subject_id)))


@router.post(
    "/technicians/{id}/feed/rotate",
    operation_id="rotateTechnicianFeed",
    tags=["technicians"],
    response_model=Feed,
    dependencies=[needs(Permission.MANAGE)],
)
async def rotate_technician_feed(feeds: FeedsService, subject_id: SubjectId) -> Response:
    """Gives the calendar another key; the one before opens nothing any more."""
    return responses.feed(await feeds.rotate(Subject(TECHNICIAN, subject_id)))


@router.get(
    "/bays/{id}/feed",
    operation_id="getBayFeed",
    tags=["bays"],
    response_model=Feed,
    dependencies=[needs(Permission.MANAGE)],
)
async def bay_feed(feeds: FeedsService, subject_id: SubjectId) -> Response:
    """The address of the bay's calendar, with its key: whoever has it may read the calendar."""
    return responses.feed(await feeds.feed(Subject(BAY, subject_id)))


@router.post(
    "/bays/{id}/feed/rotate",
    operation_id="rotateBayFeed",
    tags=["bays"],
    response_model=Feed,
    dependencies=[needs(Permission.MANAGE)],
)
async def rotate_bay_feed(feeds: FeedsService, subject_id: SubjectId) -> Response:
    """Gives the calendar another key; the one before opens nothing any more."""
    return responses.feed(await feeds.rotate(Subject(BAY, subject_id)))
