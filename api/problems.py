"""Errors as RFC 9457 problems: the one place where an error becomes an HTTP answer."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_snake
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.search import QueryTooSlow
from activities.sorting import BadCursor, BadSort
from api import portuguese
from api.errors import (
    BodyTooLarge,
    BodyTooSlow,
    HeadersTooLarge,
    KeyReused,
    NestedTooDeeply,
    NotAcceptable,
    OutcomeUnknown,
    ServiceError,
    TooManyRequests,
    Unavailable,
    UriTooLong,
)
from domain.errors import (
    ApprovalPending,
    BudgetMismatch,
    BudgetTaken,
    DomainError,
    ExecutionExists,
    ExecutionNotFound,
    InvalidQueueTransition,
    InvalidTaskTransition,
    InvalidTransition,
    PaymentPending,
    QueueItemExists,
    QueueItemNotFound,
    TaskNotFound,
    TooManyTasks,
)

log = logging.getLogger("api")

_SCHEMAS = "#/components/schemas/{model}"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "1"
"""Seconds: what is down here is usually back within that, or stays away for long."""

STATUS: Mapping[type[Exception], HTTPStatus] = {
    BadCursor: HTTPStatus.BAD_REQUEST,
    BadSort: HTTPStatus.BAD_REQUEST,
    TaskNotFound: HTTPStatus.NOT_FOUND,
    ExecutionNotFound: HTTPStatus.NOT_FOUND,
    QueueItemNotFound: HTTPStatus.NOT_FOUND,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    InvalidTransition: HTTPStatus.CONFLICT,
    InvalidTaskTransition: HTTPStatus.CONFLICT,
    PaymentPending: HTTPStatus.CONFLICT,
    TooManyTasks: HTTPStatus.CONFLICT,
    BudgetMismatch: HTTPStatus.CONFLICT,
    ExecutionExists: HTTPStatus.CONFLICT,
    BudgetTaken: HTTPStatus.CONFLICT,
    InvalidQueueTransition: HTTPStatus.CONFLICT,
    ApprovalPending: HTTPStatus.CONFLICT,
    QueueItemExists: HTTPStatus.CONFLICT,
    NestedTooDeeply: HTTPStatus.BAD_REQUEST,
    BodyTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UriTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    HeadersTooLarge: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    # Not 4xx: the request is right, and a database that is less busy may answer it in time.
    QueryTooSlow: HTTPStatus.SERVICE_UNAVAILABLE,
    PyMongoError: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    OutcomeUnknown: HTTPStatus.GATEWAY_TIMEOUT,
}
_RETRIABLE = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class FieldError(BaseModel):
    pointer: str = Field(description="JSON pointer into the body, or `#query/<name>`")
    message: str


class Problem(BaseModel):
    """RFC 9457, with what a program may act on."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:execution-service:invalid-transition"])
    title: str
    status: int
    detail: str
    instance: str
    code: str
    correlation_id: str = Field(alias="correlationId")
    errors: list[FieldError] | None = None


def described(
    *statuses: int, worded: Callable[[HTTPStatus], str] = lambda status: status.phrase
) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems that a route can answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS.format(model=Problem.__name__)}}}
    return {
        status: {"description": worded(HTTPStatus(status)), "content": content}
        for status in statuses
    }


def add_schema(app: FastAPI) -> None:
    """Adds Problem to the OpenAPI document. FastAPI would do so for a response model, and then say
    that problems come as plain JSON as well."""
    described_so_far = app.openapi

    def openapi() -> dict[str, Any]:
        document = described_so_far()
        problem = Problem.model_json_schema(by_alias=True, ref_template=_SCHEMAS)
        document["components"]["schemas"] |= {**problem.pop("$defs"), Problem.__name__: problem}
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def add_handlers(app: FastAPI) -> None:
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.add_exception_handler(Exception, _unexpected)


async def _known(request: Request, error: Exception) -> Response:
    return refusal(request, error)


def refusal(request: Request, error: Exception) -> Response:
    """The answer to an error that STATUS knows."""
    kind = next(kind for kind in STATUS if isinstance(error, kind))
    if kind is PyMongoError:  # the driver's own words are not for clients
        log.warning("database unavailable", extra={"reason": str(error)})
        return problem(
            request,
            STATUS[kind],
            code="database-unavailable",
            title="The database is not available just now",
            detail="The database cannot be reached; nothing was changed",
        )
    return problem(
        request,
        STATUS[kind],
        code=to_snake(kind.__name__).replace("_", "-"),
        title=(kind.__doc__ or "").splitlines()[0],
        detail=str(error),
        headers=error.headers if isinstance(error, ServiceError) else None,
        **(error.facts if isinstance(error, DomainError) else {}),
    )


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    errors = [_field_error(each, _wording(request)) for each in error.errors()]
    misread = any(_is_misread(each) for each in error.errors())
    return problem(
        request,
        HTTPStatus.BAD_REQUEST if misread else HTTPStatus.UNPROCESSABLE_ENTITY,
        code="unreadable-request" if misread else "invalid-request",
        title="The request cannot be read" if misread else "The request is not valid",
        detail="; ".join(f"{each.pointer}: {each.message}" for each in errors),
        errors=[each.model_dump() for each in errors],
    )


async def _http(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    title = portuguese.phrase(status) if portuguese.is_spoken(request) else status.phrase
    return problem(
        request,
        status,
        code=status.phrase.lower().replace(" ", "-"),
        title=title,
        detail=f"{title}: {request.method} {request.url.path}",
        headers=error.headers,
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code="internal-error",
        title="Something went wrong",
        detail="The service has failed at this request; the correlation id leads to its log",
    )


def problem(
    request: Request,
    status: HTTPStatus,
    *,
    code: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> Response:
    if portuguese.is_spoken(request):
        title, detail = portuguese.problem_text(code, title, detail)
    body = Problem(
        type=f"urn:execution-service:{code}",
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        code=code,
        correlationId=request.state.correlation_id,
        **facts,
    )
    retry = {"Retry-After": RETRY_AFTER} if status in _RETRIABLE else {}
    return Response(
        body.model_dump_json(by_alias=True, exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {}), **retry},
    )


def _is_misread(error: Mapping[str, Any]) -> bool:
    """Unreadable JSON, and query parameters that we do not know, are 400; the rest is 422."""
    unknown_filter = error["type"] == "extra_forbidden" and error["loc"][0] == "query"
    return bool(unknown_filter or error["type"] == "json_invalid")


def _wording(request: Request) -> Callable[[Mapping[str, Any]], str]:
    return portuguese.field_message if portuguese.is_spoken(request) else _english


def _english(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"not JSON at character {error['loc'][-1]}: {error['ctx']['error']}"
    return str(error["msg"])


def _field_error(
    error: Mapping[str, Any], worded: Callable[[Mapping[str, Any]], str]
) -> FieldError:
    if error["type"] == "json_invalid":
        return FieldError(pointer="/", message=worded(error))
    place, *path = (str(part) for part in error["loc"])
    pointer = "/" + "/".join(path) if place == "body" else f"#{place}/{'/'.join(path)}"
    return FieldError(pointer=pointer, message=worded(error))
