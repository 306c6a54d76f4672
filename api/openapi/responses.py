"""What routes ask of their callers and answer, for them and for the API's document alike."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from api.errors import (
    BodyTooLarge,
    BodyTooSlow,
    DatabaseUnavailable,
    Forbidden,
    ForeignHost,
    ForeignOrigin,
    HeadersTooLarge,
    InternalError,
    InvalidRequest,
    NestedTooDeeply,
    OutcomeUnknown,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnreadableRequest,
    UriTooLong,
    WorkflowStuck,
)
from api.http import locale_pt as portuguese
from api.http.problems import MEDIA_TYPE, RETRIABLE, STATUS, Problem, code_of, kind_of
from api.openapi.examples import CORRELATION_ID, doors
from api.security.auth import needs
from api.security.callers import Permission

Responses = dict[int | str, dict[str, Any]]

Errors = Sequence[type[Exception]]

EVERYWHERE: Errors = (
    NestedTooDeeply,
    BodyTooSlow,
    BodyTooLarge,
    UriTooLong,
    HeadersTooLarge,
    InternalError,
)
"""What any request may meet with."""
FOR_CALLERS: Errors = (
    *(Unauthenticated, Forbidden, ForeignHost, ForeignOrigin),
    *(TooManyRequests, Unavailable),
)
"""And any that needs a token, where there are tokens."""
SERVED: Errors = (
    *FOR_CALLERS,
    UnreadableRequest,
    InvalidRequest,
    DatabaseUnavailable,
    OutcomeUnknown,
    WorkflowStuck,
)
"""And any that needs the engine or the database."""
HEADERS: Mapping[str, str] = {
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
_HINTS = {
    HTTPStatus.UNAUTHORIZED: ["WWW-Authenticate"],
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ["Accept", "Accept-Encoding"],
}
PORTUGUESE = ".pt"
"""Ends the names of components that are in Portuguese."""


class Answers:
    """What the routes of one API answer. `place` is where its examples of problems happen, and so
    says in which language they are told; `always` is what each of its routes may refuse."""

    def __init__(self, place: str, examples: Sequence[Exception], always: Errors = SERVED) -> None:
        self._place, self._always = place, {*EVERYWHERE, *always}
        self._examples = {kind_of(each): each for each in (*doors(place), *examples)}
        self._is_portuguese = portuguese.is_spoken(place)

    def success(self, status: int, description: str, *headers: str) -> Responses:
        return {
            status: {
                "description": description,
                "headers": self._headers("X-Correlation-ID", *headers),
            }
        }

    def done(self, status: int, description: str, *headers: str) -> Responses:
        """A command has been carried out."""
        told = ("X-Snapshot", "Idempotency-Replayed", "Preference-Applied")
        return self.success(status, description, *headers, *told)

    def signalled(self, description: str) -> Responses:
        """A command has been sent on, and nobody waits for what comes of it."""
        return self.success(HTTPStatus.ACCEPTED, description, "Location", "Preference-Applied")

    def problems(self, *kinds: type[Exception]) -> Responses:
        """These, and those that any route has."""
        wanted = {*self._always, *kinds}
        statuses = sorted({STATUS[kind] for kind in wanted})
        return {
            int(status): self._problem(
                status, [kind for kind in STATUS if kind in wanted and STATUS[kind] == status]
            )
            for status in statuses
        }

    def _problem(self, status: HTTPStatus, kinds: Errors) -> dict[str, Any]:
        phrase = portuguese.phrase(status) if self._is_portuguese else status.phrase
        hints = ["Retry-After"] if status in RETRIABLE else []
        hints += _HINTS.get(status, [])
        examples = {code_of(kind): {"value": self._example(kind)} for kind in kinds}
        return {
            "description": f"{phrase}: {', '.join(f'`{code}`' for code in examples)}",
            "headers": self._headers("X-Correlation-ID", "Link", *hints),
            "content": {
                MEDIA_TYPE: {"schema": reference("schemas", "Problem"), "examples": examples}
            },
        }

    def _example(self, kind: type[Exception]) -> dict[str, Any]:
        problem = Problem.of(self._examples[kind], self._place, CORRELATION_ID)
        return problem.model_dump(mode="json", by_alias=True, exclude_none=True)

    def _headers(self, *names: str) -> dict[str, Any]:
        suffix = PORTUGUESE if self._is_portuguese else ""
        return {name: reference("headers", name + suffix) for name in names}


def route(needed: Permission, responses: Responses, shown: Any = None) -> dict[str, Any]:
    """What a route's decorator takes, beside its path and its names. With nothing `shown`, the
    answer has no body, which FastAPI would otherwise call JSON."""
    body = {"response_model": shown} if shown else {"response_class": Response}
    return {"dependencies": [needs(needed)], "responses": responses, **body}


def reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
