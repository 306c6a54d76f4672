"""Examples of problems, as clients read them at one path."""

from collections.abc import Iterable

from fastapi.exceptions import RequestValidationError

from api.http.bodies import not_json
from api.http.problems import Problem
from api.http.statuses import ErrorClass
from api.http.validation import refused
from api.openapi.advice import service_errors

EXAMPLE_CORRELATION_ID = "4bf92f3577b34da6a3ce929d0e0e4736"

_BROKEN = {
    "type": "json_invalid",
    "loc": ("body",),
    "msg": "not JSON at character 17: Expecting value",
}
_NO_BODY = {"type": "missing", "loc": ("body",), "msg": "Field required"}


def problem_examples(place: str, refusals: Iterable[Exception]) -> dict[ErrorClass, Problem]:
    """Examples of all service errors and of `refusals`, in the language of the path `place`."""
    by_kind = {
        kind: Problem.of_kind(kind, kind.example.format(place=place), place, EXAMPLE_CORRELATION_ID)
        for kind in service_errors()
        if hasattr(kind, "example")
    }
    raised = (
        refused(RequestValidationError([_BROKEN]), place),
        refused(RequestValidationError([_NO_BODY]), place),
        not_json(place),
        *refusals,
    )
    return by_kind | {
        type(each): Problem.of(each, place, EXAMPLE_CORRELATION_ID) for each in raised
    }
