"""Errors as RFC 9457 problems: the one place where an error becomes an HTTP response."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import PREFIX
from api.errors import (
    DatabaseUnavailable,
    InternalError,
    MethodNotAllowed,
    NotFound,
    NoWorkflow,
    ServiceError,
    UnreadableRequest,
)
from api.http.locale_pt import is_portuguese, translate_problem
from api.http.statuses import STATUS, ErrorClass, status_of
from api.http.validation import FieldError, hint, refused
from domain.kernel import errors
from workflows.refusals import wire_facts

log = logging.getLogger("api")

PROBLEM_JSON = "application/problem+json"
CATALOGUE = f"{PREFIX}/problems"
RETRY_AFTER = "1"
"""Seconds: what is down here is usually back within that, or stays away for long."""

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
        """The problem that a client reads, in the language of the path `instance`."""
        facts = wire_facts(getattr(error, "facts", {}))
        problem = cls.of_kind(type(error), str(error), instance, correlation_id, **facts)
        # Notes on an error are mistakes that the client has probably made.
        hints = [hint(each, instance) for each in getattr(error, "__notes__", ())]
        problem.detail = "; ".join([problem.detail, *hints])
        return problem

    @classmethod
    def of_kind(
        cls, kind: ErrorClass, detail: str, instance: str, correlation_id: str, **facts: Any
    ) -> "Problem":
        """`kind` is a ServiceError with a status, or stands in STATUS."""
        code, title = problem_code(kind), (kind.__doc__ or "").splitlines()[0]
        if is_portuguese(instance):
            title, detail = translate_problem(kind, title, detail)
        return cls(
            type=f"urn:execution-service:{code}",
            title=title,
            status=status_of(kind),
            detail=detail,
            instance=instance,
            code=code,
            correlationId=correlation_id,
            **facts,
        )


def problem_code(kind: ErrorClass) -> str:
    return errors.code_of(kind.__name__)


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ServiceError, _known)
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(NoWorkflow, _unexpected)
    app.exception_handler(PyMongoError)(_database)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.add_exception_handler(Exception, _unexpected)


def refusal(request: Request, error: Exception) -> Response:
    """The response to an error that has a status."""
    problem = Problem.of(error, request.url.path, request.state.correlation_id)
    return _response(problem, getattr(error, "headers", {}))


async def answer_to(request: Request, error: Exception) -> Response:
    """The response that the application's handlers have for an error."""
    handlers = request.app.exception_handlers
    kind = next(kind for kind in type(error).__mro__ if kind in handlers)
    response: Response = await handlers[kind](request, error)
    return response


async def _known(request: Request, error: Exception) -> Response:
    return refusal(request, error)


async def _database(request: Request, error: PyMongoError) -> Response:
    # The driver's own words are not for clients.
    log.warning("database unavailable", extra={"reason": str(error)})
    return refusal(request, DatabaseUnavailable(DatabaseUnavailable.example))


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return refusal(request, refused(error, request.url.path))


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return refusal(request, InternalError(InternalError.example))


async def _http(request: Request, error: HTTPException) -> Response:
    """The framework's own refusals: of an unknown path, or of a method that it does not take."""
    asked = f"{request.method} {request.url.path}"
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return refusal(request, NotFound(asked))
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return refusal(request, MethodNotAllowed(asked, allowed=_methods(request)))
    return refusal(request, UnreadableRequest(asked))


def _methods(request: Request) -> str:
    """All methods of the path: the framework would name those of its first route alone."""
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
        media_type=PROBLEM_JSON,
        headers={**explained, **retry, **headers},
    )
