"""What the routes of executions ask of their callers, and what the API's document says of their
answers."""

from http import HTTPStatus
from typing import Any

from activities.mongo.keyset import BadCursor, BadSort
from activities.mongo.search import QueryTooSlow
from api.aggregates.explanation import Explanation
from api.errors import KeyReused, UnsupportedMediaType, WorkflowEnded
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.openapi.execution_examples import PLACE, PROBLEMS
from api.openapi.responses import Answers, route
from api.security.callers import Permission
from domain.kernel.errors import (
    BudgetTaken,
    ExecutionExists,
    ExecutionNotFound,
    InvalidTransition,
    VersionMismatch,
)

_ANSWERS = Answers(PLACE, PROBLEMS)
_SIGNALLED = _ANSWERS.signalled(
    "Taken as a signal, with `Prefer: respond-async`; it may be dropped"
)


CREATED = {"status_code": HTTPStatus.CREATED} | route(
    Permission.WORK,
    _ANSWERS.done(HTTPStatus.CREATED, "The new execution", "ETag", "Location")
    | _ANSWERS.problems(
        ExecutionExists, BudgetTaken, KeyReused, WorkflowEnded, UnsupportedMediaType
    ),
    ExecutionRepresentation,
)
LISTED = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "A page of the list", "Link")
    | _ANSWERS.problems(BadCursor, BadSort, QueryTooSlow),
    ExecutionList,
)
SHOWN = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "The execution", "ETag", "X-Snapshot")
    | _ANSWERS.success(HTTPStatus.NOT_MODIFIED, "As `If-None-Match` has it", "ETag", "X-Snapshot")
    | _ANSWERS.problems(ExecutionNotFound),
    ExecutionRepresentation,
)
HISTORY = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "A page of the history") | _ANSWERS.problems(ExecutionNotFound),
    ExecutionHistory,
)
EXPLAINED = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "Why nothing moves") | _ANSWERS.problems(ExecutionNotFound),
    Explanation,
)
RETRIED = {"status_code": HTTPStatus.ACCEPTED} | route(
    Permission.MANAGE,
    _ANSWERS.success(HTTPStatus.ACCEPTED, "It will be tried")
    | _ANSWERS.problems(ExecutionNotFound, WorkflowEnded),
)


def changed(
    *refusals: type[Exception],
    status: int = HTTPStatus.OK,
    needed: Permission = Permission.WORK,
) -> dict[str, Any]:
    return {"status_code": status} | route(
        needed,
        _ANSWERS.done(status, "The execution as it is now", "ETag")
        | _SIGNALLED
        | _ANSWERS.problems(
            ExecutionNotFound,
            InvalidTransition,
            WorkflowEnded,
            VersionMismatch,
            KeyReused,
            UnsupportedMediaType,
            *refusals,
        ),
        ExecutionRepresentation,
    )
