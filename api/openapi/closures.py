"""Responses of the routes of closures, and examples of their bodies."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from activities.mongo.closures import MANUAL, Closure
from api import JSON, PREFIX, errors
from api.closures.errors import ClosureNotFound
from api.closures.public_holidays import HolidayImport, closures_of
from api.closures.queries import MOST_DAYS, ClosureEntry
from api.closures.representation import AddedClosures, ClosureList
from api.openapi.examples import by_schema, range_too_long
from api.openapi.responses import FROM_THE_DATABASE, ResponseDocs, Responses, reference
from domain.agenda.errors import RangeTooLong


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    place, refusals = f"{PREFIX}/closures/2026-12-25", [range_too_long(MOST_DAYS)]
    docs = ResponseDocs(place, refusals, always=FROM_THE_DATABASE)
    return {
        "listClosures": docs.success(HTTPStatus.OK, "The closures") | docs.problems(RangeTooLong),
        "importClosures": docs.success(HTTPStatus.OK, "What was added")
        | docs.problems(errors.UnsupportedMediaType),
        "getClosure": docs.success(HTTPStatus.OK, "The closure") | docs.problems(ClosureNotFound),
        "putClosure": _put(docs),
        "deleteClosure": docs.success(HTTPStatus.NO_CONTENT, "The day is open again")
        | docs.problems(ClosureNotFound),
    }


def _put(docs: ResponseDocs) -> Responses:
    is_new = docs.success(HTTPStatus.CREATED, "The day was open until now")
    replaced = docs.success(HTTPStatus.OK, "The day was closed already")
    # FastAPI knows the schema of one success alone.
    is_new[HTTPStatus.CREATED]["content"] = {
        JSON: {"schema": reference("schemas", Closure.__name__)}
    }
    return is_new | replaced | docs.problems(errors.UnsupportedMediaType)


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    entry = ClosureEntry(name="Company outing")
    closure = Closure(date="2026-12-28", name=entry.name, source=MANUAL)
    wanted = HolidayImport(country="BR", subdivision="SP", year=2026)
    added = closures_of(wanted)
    return by_schema(
        entry,
        closure,
        wanted,
        AddedClosures(added=tuple(added[:2])),
        ClosureList(closures=(*added[-1:], closure)),
    )
