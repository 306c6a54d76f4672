"""Responses of the routes of bays."""

from collections.abc import Mapping
from http import HTTPStatus

from api.openapi.bay_examples import place, problems
from api.openapi.resources import ResourceDocs
from api.openapi.responses import ResponseDocs, Responses
from domain.agenda.errors import RangeTooLong, TooManyEntries
from domain.bay.errors import BayClosureNotFound, BayClosureOverlap, BayNotFound


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    docs = ResponseDocs(place(), problems())
    bay = ResourceDocs(docs, "Bay", BayNotFound)
    return bay.alike() | {
        "getBayAgenda": docs.success(HTTPStatus.OK, "The agenda of these days")
        | docs.problems(BayNotFound, RangeTooLong),
        "addBayClosure": bay.changed(
            BayClosureOverlap, TooManyEntries, is_body=True, status=HTTPStatus.CREATED
        ),
        "removeBayClosure": bay.removed(BayClosureNotFound),
    }
