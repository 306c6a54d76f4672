"""Responses of the routes of technicians."""

from collections.abc import Mapping
from http import HTTPStatus

from api.openapi.resources import ResourceDocs
from api.openapi.responses import ResponseDocs, Responses
from api.openapi.technician_examples import place, problems
from domain.agenda.errors import RangeTooLong, TooManyEntries
from domain.technician.errors import (
    TechnicianNotFound,
    TechnicianTaken,
    TimeOffNotFound,
    TimeOffOverlap,
)


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    docs = ResponseDocs(place(), problems())
    technician = ResourceDocs(docs, "Technician", TechnicianNotFound)
    return technician.alike(TechnicianTaken) | {
        "getTechnicianAgenda": docs.success(HTTPStatus.OK, "The agenda of these days")
        | docs.problems(TechnicianNotFound, RangeTooLong),
        "setShifts": technician.changed(is_body=True),
        "setDay": technician.changed(TooManyEntries, is_body=True),
        "clearDay": technician.changed(),
        "addTimeOff": technician.changed(
            TimeOffOverlap, TooManyEntries, is_body=True, status=HTTPStatus.CREATED
        ),
        "removeTimeOff": technician.removed(TimeOffNotFound),
    }
