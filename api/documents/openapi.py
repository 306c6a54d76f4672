"""The API's document, OpenAPI 3.1: all that FastAPI cannot know of our routes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from api import portuguese
from api.documents.examples import CORRELATION_ID, doors
from api.errors import (
    BodyTooLarge,
    BodyTooSlow,
    DatabaseUnavailable,
    Forbidden,
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
)
from api.problems import MEDIA_TYPE, RETRIABLE, STATUS, Problem, code_of, kind_of

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
FOR_CALLERS: Errors = (Unauthenticated, Forbidden, TooManyRequests, Unavailable)
"""And any that needs a token."""
SERVED: Errors = (
    *FOR_CALLERS,
    UnreadableRequest,
    InvalidRequest,
    DatabaseUnavailable,
    OutcomeUnknown,
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
        hints += ["WWW-Authenticate"] if status == HTTPStatus.UNAUTHORIZED else []
        examples = {code_of(kind): {"value": self._example(kind)} for kind in kinds}
        return {
            "description": f"{phrase}: {', '.join(f'`{code}`' for code in examples)}",
            "headers": self._headers("X-Correlation-ID", "Link", *hints),
            "content": {
                MEDIA_TYPE: {"schema": _reference("schemas", "Problem"), "examples": examples}
            },
        }

    def _example(self, kind: type[Exception]) -> dict[str, Any]:
        problem = Problem.of(self._examples[kind], self._place, CORRELATION_ID)
        return problem.model_dump(mode="json", by_alias=True, exclude_none=True)

    def _headers(self, *names: str) -> dict[str, Any]:
        suffix = PORTUGUESE if self._is_portuguese else ""
        return {name: _reference("headers", name + suffix) for name in names}


def complete(app: FastAPI, examples: Mapping[str, Any]) -> None:
    """Adds to the document what FastAPI leaves out, or would say wrongly. `examples` are of bodies,
    by the names of their schemas."""
    described_so_far = app.openapi

    def openapi() -> dict[str, Any]:
        is_new = app.openapi_schema is None
        document = described_so_far()
        if is_new:
            _define(document["components"])
            _share_problems(document)
            _show(document, examples)
            _correct_parameters(document["paths"])
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _define(components: dict[str, Any]) -> None:
    """What others refer to. Problem is none of FastAPI's response models, because it would then say
    that problems come as plain JSON as well."""
    template = _reference("schemas", "{model}")["$ref"]
    problem = Problem.model_json_schema(by_alias=True, ref_template=template)
    components["schemas"] |= {**problem.pop("$defs"), Problem.__name__: problem}
    components["headers"] = {
        name + suffix: {"description": told[name], "schema": {"type": "string"}}
        for suffix, told in (("", HEADERS), (PORTUGUESE, portuguese.HEADERS))
        for name in HEADERS
    }


def _share_problems(document: dict[str, Any]) -> None:
    """Each problem response is written once, under its status and codes."""
    shared = document["components"]["responses"] = {}
    for path, methods in document["paths"].items():
        suffix = PORTUGUESE if portuguese.is_spoken(path) else ""
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if content := response.get("content", {}).get(MEDIA_TYPE):
                    name = f"{status}_{'_'.join(content['examples'])}{suffix}"
                    shared[name] = response
                    operation["responses"][status] = _reference("responses", name)


def _show(document: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Wherever a body is of a schema that there is an example of, it stands beside it."""
    document["components"]["examples"] = {
        name: {"value": value} for name, value in examples.items()
    }
    for operation in (each for path in document["paths"].values() for each in path.values()):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (body.get("content", {}).get("application/json") for body in bodies):
            schema = content["schema"] if content else {}
            if (name := _name(schema)) in examples:
                content["examples"] = {name: _reference("examples", name)}
            elif (name := _name(schema.get("items", {}))) in examples:
                content["examples"] = {name: {"value": [examples[name]]}}


def _correct_parameters(paths: dict[str, Any]) -> None:
    for path, methods in paths.items():
        for parameter in (each for one in methods.values() for each in one.get("parameters", ())):
            # FastAPI says that what may be left out may be null, which no header and no query can.
            if parameter["schema"].get("anyOf", ())[1:] == [{"type": "null"}]:
                parameter["schema"] |= parameter["schema"].pop("anyOf")[0]
            # The terms of a request are read in one place for both APIs, and described in English.
            if parameter["in"] == "header" and portuguese.is_spoken(path):
                parameter["description"] = portuguese.TERMS[parameter["name"]]


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
