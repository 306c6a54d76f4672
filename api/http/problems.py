"""Errors as RFC 9457 problems: the one place where an error becomes an HTTP answer."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.mongo.keyset import BadCursor, BadSort
from activities.mongo.search import QueryTooSlow
from api import PREFIX
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
    KeyReused,
    MethodNotAllowed,
    NestedTooDeeply,
    NotAcceptable,
    NotFound,
    OutcomeUnknown,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnreadableRequest,
    UnsupportedMediaType,
    UriTooLong,
    WorkflowEnded,
    WorkflowStuck,
)
from api.http import locale_pt as portuguese
from api.http.validation import HINTS, FieldError, refused
from domain.kernel import errors
from domain.kernel.errors import (
    ApprovalPending,
    BudgetMismatch,
    BudgetTaken,
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
    VersionMismatch,
)

log = logging.getLogger("api")

MEDIA_TYPE = "application/problem+json"
CATALOGUE = f"{PREFIX}/problems"
RETRY_AFTER = "1"
"""Seconds: what is down here is usually back within that, or stays away for long."""

STATUS: Mapping[type[Exception], HTTPStatus] = {
    BadCursor: HTTPStatus.BAD_REQUEST,
    BadSort: HTTPStatus.BAD_REQUEST,
    UnreadableRequest: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    ForeignHost: HTTPStatus.FORBIDDEN,
    ForeignOrigin: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    TaskNotFound: HTTPStatus.NOT_FOUND,
    ExecutionNotFound: HTTPStatus.NOT_FOUND,
    QueueItemNotFound: HTTPStatus.NOT_FOUND,
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
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
    WorkflowEnded: HTTPStatus.CONFLICT,
    VersionMismatch: HTTPStatus.PRECONDITION_FAILED,
    NestedTooDeeply: HTTPStatus.BAD_REQUEST,
    BodyTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UriTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    HeadersTooLarge: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    InternalError: HTTPStatus.INTERNAL_SERVER_ERROR,
    # Not 4xx: the request is right, and a database that is less busy may answer it in time.
    QueryTooSlow: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkflowStuck: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    OutcomeUnknown: HTTPStatus.GATEWAY_TIMEOUT,
}
"""All that can go wrong. A problem's code and title are its class's name and docstring."""

RETRIABLE = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


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

    @classmethod
    def of(cls, error: Exception, instance: str, correlation_id: str) -> "Problem":
        """Of one whose class stands in STATUS, in the language of the place that it happened at."""
        kind = kind_of(error)
        code, title, detail = code_of(kind), (kind.__doc__ or "").splitlines()[0], str(error)
        if portuguese.is_spoken(instance):
            title, detail = portuguese.problem_text(code, title, detail)
        hints = portuguese.HINTS if portuguese.is_spoken(instance) else HINTS
        # Notes on an error are names of hints: what a client has probably mistaken.
        for hint in getattr(error, "__notes__", ()):
            detail = f"{detail}; {hints[hint]}"
        return cls(
            type=f"urn:execution-service:{code}",
            title=title,
            status=STATUS[kind],
            detail=detail,
            instance=instance,
            code=code,
            correlationId=correlation_id,
            **getattr(error, "facts", {}),
        )


def kind_of(error: Exception) -> type[Exception]:
    return next(kind for kind in STATUS if isinstance(error, kind))


def code_of(kind: type[Exception]) -> str:
    return errors.code_of(kind.__name__)


def add_handlers(app: FastAPI) -> None:
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.exception_handler(PyMongoError)(_database)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.add_exception_handler(Exception, _unexpected)


def refusal(request: Request, error: Exception) -> Response:
    """The answer to an error that STATUS knows."""
    problem = Problem.of(error, request.url.path, request.state.correlation_id)
    return _response(problem, getattr(error, "headers", {}))


async def _known(request: Request, error: Exception) -> Response:
    return refusal(request, error)


async def _database(request: Request, error: PyMongoError) -> Response:
    # The driver's own words are not for clients.
    log.warning("database unavailable", extra={"reason": str(error)})
    told = DatabaseUnavailable("The database cannot be reached; nothing was changed")
    return refusal(request, told)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return refusal(request, refused(error, request.url.path))


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    told = "The service has failed at this request; the correlation id leads to its log"
    return refusal(request, InternalError(told))


async def _http(request: Request, error: HTTPException) -> Response:
    """What the framework itself refuses: a path or a method that there is not."""
    asked = f"{request.method} {request.url.path}"
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return refusal(request, NotFound(asked))
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return refusal(request, MethodNotAllowed(asked, allowed=_methods(request)))
    return refusal(request, UnreadableRequest(asked))


def _methods(request: Request) -> str:
    """All of the path's: the framework would name those of its first route alone."""
    routes = iter_route_contexts(request.app.routes)
    here = [route for route in routes if route.path_regex.match(request.url.path)]
    same = [route.methods or () for route in here if route.path == here[0].path]
    methods = set[str]().union(*same)
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _response(problem: Problem, headers: Mapping[str, str]) -> Response:
    retry = {"Retry-After": RETRY_AFTER} if problem.status in RETRIABLE else {}
    explained = {"Link": f'<{CATALOGUE}/{problem.code}>; rel="help"'}
    return Response(
        problem.model_dump_json(by_alias=True, exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**explained, **retry, **headers},
    )
