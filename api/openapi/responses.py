"""Responses of routes, as the API's document describes them."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from api import errors
from api.http.locale_pt import is_portuguese
from api.http.problems import PROBLEM_JSON, RETRIABLE, problem_code
from api.http.statuses import ErrorClass, status_of
from api.openapi.advice import kinds
from api.openapi.locale_pt import translate_phrase
from api.openapi.problem_examples import problem_examples

Responses = dict[int, dict[str, Any]]
"""OpenAPI's response objects by status."""
Errors = Sequence[ErrorClass]

EVERYWHERE: Errors = (
    errors.NestedTooDeeply,
    errors.BodyTooSlow,
    errors.BodyTooLarge,
    errors.UriTooLong,
    errors.HeadersTooLarge,
    errors.InternalError,
)
"""Errors of any request."""
FOR_CALLERS: Errors = (
    errors.Unauthenticated,
    errors.Forbidden,
    errors.ForeignHost,
    errors.ForeignOrigin,
    errors.TooManyRequests,
    errors.Unavailable,
)
"""And of any that needs a token, where there are tokens."""
FROM_THE_DATABASE: Errors = (
    *FOR_CALLERS,
    errors.UnreadableRequest,
    errors.InvalidRequest,
    errors.DatabaseUnavailable,
)
"""And of any that needs the database, and no workflow."""
SERVED: Errors = (*FROM_THE_DATABASE, errors.OutcomeUnknown, errors.WorkflowStuck)
"""And of any that needs the engine or the database."""
RESPONSE_HEADERS: Mapping[str, str] = {
    "X-Correlation-ID": "Leads to the request's log lines and events; the client's own, if it "
    "sent one in this header or in `traceparent`",
    "ETag": "The version that is shown",
    "Location": "Where to find it",
    "Link": '`rel="next"`: the next page; missing on the last one. `rel="help"`: what a problem '
    "means",
    "Retry-After": "Seconds after which to try again",
    "WWW-Authenticate": "`Bearer`: how to send a token",
    "Vary": "What else of the request the answer depends on",
    "X-Snapshot": "`pending`: it is done, and readers may not see it yet",
    "Idempotency-Replayed": "`true`: the answer to an earlier request with this `Idempotency-Key`",
    "Preference-Applied": "What was done of `Prefer`",
    "Accept": "What to send as `Content-Type`",
    "Accept-Encoding": "`identity`: send the body as it is",
}
_ADVISING = {
    HTTPStatus.UNAUTHORIZED: ["WWW-Authenticate"],
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ["Accept", "Accept-Encoding"],
}
PORTUGUESE_SUFFIX = ".pt"
"""The suffix of the names of components that are in Portuguese."""


class ResponseDocs:
    """Descriptions of what the routes of one API respond. `place` is the path that its examples of
    problems are of, and so decides their language; `always` are the errors of each of its routes,
    `refusals` the examples of further ones."""

    def __init__(
        self, place: str, refusals: Iterable[Exception] = (), always: Errors = SERVED
    ) -> None:
        self._always = {*EVERYWHERE, *always}
        self._examples = problem_examples(place, refusals)
        self._is_portuguese = is_portuguese(place)

    def success(self, status: int, description: str, *headers: str) -> Responses:
        return {
            status: {
                "description": description,
                "headers": self._headers("X-Correlation-ID", *headers),
            }
        }

    def done(self, status: int, description: str, *headers: str) -> Responses:
        """A command has been carried out."""
        of_commands = ("X-Snapshot", "Idempotency-Replayed", "Preference-Applied")
        return self.success(status, description, *headers, *of_commands)

    def signalled(self, description: str) -> Responses:
        """A command has been sent on, and nobody waits for what comes of it."""
        return self.success(HTTPStatus.ACCEPTED, description, "Location", "Preference-Applied")

    def problems(self, *further: ErrorClass) -> Responses:
        """Responses of these errors, and of those of every route."""
        wanted = [kind for kind in kinds().values() if kind in {*self._always, *further}]
        statuses = sorted({status_of(kind) for kind in wanted})
        return {
            int(status): self._problem(
                status, [kind for kind in wanted if status_of(kind) == status]
            )
            for status in statuses
        }

    def _problem(self, status: HTTPStatus, of_status: Errors) -> dict[str, Any]:
        phrase = translate_phrase(status) if self._is_portuguese else status.phrase
        advising = ["Retry-After"] if status in RETRIABLE else []
        advising += _ADVISING.get(status, [])
        examples = {problem_code(kind): {"value": self._example(kind)} for kind in of_status}
        return {
            "description": f"{phrase}: {', '.join(f'`{code}`' for code in examples)}",
            "headers": self._headers("X-Correlation-ID", "Link", *advising),
            "content": {
                PROBLEM_JSON: {"schema": reference("schemas", "Problem"), "examples": examples}
            },
        }

    def _example(self, kind: ErrorClass) -> dict[str, Any]:
        return self._examples[kind].model_dump(mode="json", by_alias=True, exclude_none=True)

    def _headers(self, *names: str) -> dict[str, Any]:
        suffix = PORTUGUESE_SUFFIX if self._is_portuguese else ""
        return {name: reference("headers", name + suffix) for name in names}


def reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
