"""Responses of the routes of technicians."""

from collections.abc import Mapping
from http import HTTPStatus

from activities.mongo.keyset import BadCursor
from api.errors import KeyReused, UnsupportedMediaType, WorkflowEnded
from api.openapi.responses import ResponseDocs, Responses
from api.openapi.technician_examples import place, problems
from domain.agenda.errors import RangeTooLong
from domain.kernel.errors import InvalidTransition, VersionMismatch
from domain.technician.errors import (
    TechnicianNotFound,
    TechnicianTaken,
    TimeOffNotFound,
    TimeOffOverlap,
    TooManyEntries,
)


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    docs = ResponseDocs(place(), problems())
    created = docs.done(HTTPStatus.CREATED, "The new technician", "ETag", "Location")
    return _of_reading(docs) | {
        "putTechnician": created | _changed(docs, TechnicianTaken, is_body=True),
        "retryTechnicianDelivery": docs.success(HTTPStatus.ACCEPTED, "It will be tried")
        | docs.problems(TechnicianNotFound, WorkflowEnded),
        "setShifts": _changed(docs, is_body=True),
        "setDay": _changed(docs, TooManyEntries, is_body=True),
        "clearDay": _changed(docs),
        "addTimeOff": _changed(
            docs, TimeOffOverlap, TooManyEntries, is_body=True, status=HTTPStatus.CREATED
        ),
        "removeTimeOff": _removed(docs),
        "deactivateTechnician": _changed(docs, is_body=True),
        "reactivateTechnician": _changed(docs, is_body=True),
    }


def _of_reading(docs: ResponseDocs) -> dict[str, Responses]:
    return {
        "listTechnicians": docs.success(HTTPStatus.OK, "A page of the list", "Link")
        | docs.problems(BadCursor),
        "getTechnician": docs.success(HTTPStatus.OK, "The technician", "ETag", "X-Snapshot")
        | docs.success(HTTPStatus.NOT_MODIFIED, "As `If-None-Match` has it", "ETag", "X-Snapshot")
        | docs.problems(TechnicianNotFound),
        "getTechnicianAgenda": docs.success(HTTPStatus.OK, "The agenda of these days")
        | docs.problems(TechnicianNotFound, RangeTooLong),
        "getTechnicianHistory": docs.success(HTTPStatus.OK, "A page of the history")
        | docs.problems(TechnicianNotFound),
        "explainTechnician": docs.success(HTTPStatus.OK, "Why nothing moves")
        | docs.problems(TechnicianNotFound),
    }


def _changed(
    docs: ResponseDocs,
    *refusals: type[Exception],
    is_body: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> Responses:
    changed = docs.done(status, "The technician as they are now", "ETag")
    return changed | _signalled(docs) | _refused(docs, *refusals, is_body=is_body)


def _removed(docs: ResponseDocs) -> Responses:
    removed = docs.done(HTTPStatus.NO_CONTENT, "Taken back")
    return removed | _signalled(docs) | _refused(docs, TimeOffNotFound)


def _signalled(docs: ResponseDocs) -> Responses:
    return docs.signalled("Taken as a signal, with `Prefer: respond-async`; it may be dropped")


def _refused(docs: ResponseDocs, *refusals: type[Exception], is_body: bool = False) -> Responses:
    of_body = (UnsupportedMediaType,) if is_body else ()
    return docs.problems(
        TechnicianNotFound,
        InvalidTransition,
        WorkflowEnded,
        VersionMismatch,
        KeyReused,
        *of_body,
        *refusals,
    )
