"""Responses of the routes of feeds, and an example of their body."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from api import PREFIX, errors
from api.feeds.calendar import entries, rendered
from api.feeds.errors import FeedsDisabled
from api.feeds.representation import Feed
from api.feeds.responses import CALENDAR
from api.feeds.subjects import TECHNICIAN, Subject
from api.http.statuses import ErrorClass
from api.openapi.examples import AT, by_schema
from api.openapi.responses import FOR_CALLERS, Errors, ResponseDocs, Responses
from domain.agenda.bookings import Block, Booking
from domain.agenda.shifts import zone
from domain.bay.errors import BayNotFound
from domain.kernel.values import evolve
from domain.technician.errors import TechnicianNotFound
from domain.technician.state import Registration, register

_ALWAYS: Errors = (
    errors.UnreadableRequest,
    errors.InvalidRequest,
    errors.DatabaseUnavailable,
)
_WITHOUT_TOKEN: Errors = (
    *_ALWAYS,
    errors.ForeignHost,
    errors.ForeignOrigin,
    errors.TooManyRequests,
    errors.NotFound,
)
_PLACE = f"{PREFIX}/technicians/ana"
_SUBJECT = Subject(TECHNICIAN, "ana")


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    return {
        "getTechnicianCalendar": _calendar(),
        "getBayCalendar": _calendar(),
        "getTechnicianFeed": _feed(TechnicianNotFound),
        "rotateTechnicianFeed": _feed(TechnicianNotFound),
        "getBayFeed": _feed(BayNotFound),
        "rotateBayFeed": _feed(BayNotFound),
    }


def _calendar() -> Responses:
    docs = ResponseDocs(f"{_PLACE}/agenda.ics", always=_WITHOUT_TOKEN)
    shown = docs.success(HTTPStatus.OK, "The calendar", "ETag")
    shown[HTTPStatus.OK]["content"] = {
        CALENDAR: {"schema": {"type": "string"}, "example": _example()}
    }
    known = docs.success(HTTPStatus.NOT_MODIFIED, "As `If-None-Match` has it", "ETag")
    return shown | known | docs.problems()


def _feed(not_found: ErrorClass) -> Responses:
    refusal = not_found("No such technician or bay is registered")
    docs = ResponseDocs(f"{_PLACE}/feed", [refusal], always=(*FOR_CALLERS, *_ALWAYS))
    shown = docs.success(HTTPStatus.OK, "The address of the calendar, with its key")
    return shown | docs.problems(FeedsDisabled, not_found)


def _example() -> str:
    """The calendar of a technician who is booked for one morning."""
    block = Block(from_=AT + timedelta(hours=4), to=AT + timedelta(hours=6))
    booking = Booking(
        execution_id="3f0c",
        service_order_id="1042",
        bay_id="2",
        blocks=(block,),
        plan_revision=1,
        changed_at=AT,
    )
    technician, _ = register(Registration(technician_id=_SUBJECT.id), AT)
    shown = entries(evolve(technician, bookings=(booking,)), AT)
    return rendered(_SUBJECT, shown, zone("America/Sao_Paulo"), AT).decode()


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    key = "kD3Jw0mXbq6pYlT9vRz2sQeF5uHc8nGaLoI1tVyWx7A"
    return by_schema(Feed(path=f"{_SUBJECT.path}?key={key}", feed_version=1))
