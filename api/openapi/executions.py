"""Responses of the routes of executions."""

from collections.abc import Mapping
from http import HTTPStatus

from activities.mongo.deadline import QueryTooSlow
from activities.mongo.keyset import BadCursor, BadSort
from api.errors import KeyReused, UnsupportedMediaType, WorkflowEnded
from api.openapi.execution_examples import place, problems
from api.openapi.responses import ResponseDocs, Responses
from domain.agenda.errors import ScheduleConflict, TooManyEntries
from domain.bay.errors import BayInactive, BayNotFound
from domain.execution.errors import (
    BudgetTaken,
    ExecutionExists,
    ExecutionNotFound,
    HoldExpired,
    InvalidTaskTransition,
    PaymentPending,
    TaskNotFound,
    TooManyTasks,
)
from domain.kernel.errors import InvalidTransition, VersionMismatch
from domain.planning.errors import BeyondHorizon, OutsideShift, PlanTooLong
from domain.technician.errors import TechnicianInactive, TechnicianNotFound

PLANNING: tuple[type[Exception], ...] = (
    ScheduleConflict,
    OutsideShift,
    TechnicianNotFound,
    TechnicianInactive,
    TooManyEntries,
    PlanTooLong,
    BeyondHorizon,
)
"""Refusals of whatever is planned on an agenda."""


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    docs = ResponseDocs(place(), problems())
    return _of_reading(docs) | {
        "createExecution": docs.done(HTTPStatus.CREATED, "The new execution", "ETag", "Location")
        | docs.problems(
            ExecutionExists,
            BudgetTaken,
            KeyReused,
            WorkflowEnded,
            UnsupportedMediaType,
            *PLANNING,
        ),
        "retryDelivery": docs.success(HTTPStatus.ACCEPTED, "It will be tried")
        | docs.problems(ExecutionNotFound, WorkflowEnded),
        "startExecution": _changed(docs, PaymentPending, TechnicianNotFound),
        "pauseExecution": _changed(docs),
        "resumeExecution": _changed(docs),
        "completeExecution": _changed(docs),
        "cancelExecution": _changed(docs),
        "invoiceExecution": _changed(docs),
        "assignExecution": _changed(docs, *PLANNING, HoldExpired, BayInactive),
        "scheduleExecution": _changed(docs, *PLANNING, HoldExpired, BayInactive),
        "planExecution": _changed(docs, *PLANNING, HoldExpired, BayInactive, BayNotFound),
        "unplanExecution": _changed(docs),
        "addTask": _changed(docs, TooManyTasks, status=HTTPStatus.CREATED),
        "updateTask": _changed(docs, TaskNotFound, InvalidTaskTransition),
    }


def _of_reading(docs: ResponseDocs) -> dict[str, Responses]:
    return {
        "listExecutions": docs.success(HTTPStatus.OK, "A page of the list", "Link")
        | docs.problems(BadCursor, BadSort, QueryTooSlow),
        "getExecution": docs.success(HTTPStatus.OK, "The execution", "ETag", "X-Snapshot")
        | docs.success(HTTPStatus.NOT_MODIFIED, "As `If-None-Match` has it", "ETag", "X-Snapshot")
        | docs.problems(ExecutionNotFound),
        "getExecutionHistory": docs.success(HTTPStatus.OK, "A page of the history")
        | docs.problems(ExecutionNotFound),
        "explainExecution": docs.success(HTTPStatus.OK, "Why nothing moves")
        | docs.problems(ExecutionNotFound),
    }


def _changed(
    docs: ResponseDocs, *refusals: type[Exception], status: HTTPStatus = HTTPStatus.OK
) -> Responses:
    return (
        docs.done(status, "The execution as it is now", "ETag")
        | docs.signalled("Taken as a signal, with `Prefer: respond-async`; it may be dropped")
        | docs.problems(
            ExecutionNotFound,
            InvalidTransition,
            WorkflowEnded,
            VersionMismatch,
            KeyReused,
            UnsupportedMediaType,
            *refusals,
        )
    )
