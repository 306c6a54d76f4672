"""The statuses of errors: those of the service carry theirs, those of inner packages stand here."""

from collections.abc import Mapping
from http import HTTPStatus

from activities.mongo import deadline, keyset
from api.errors import ServiceError
from domain.agenda import errors as of_agenda
from domain.bay import errors as of_bay
from domain.execution import errors as of_execution
from domain.fila import errors as of_fila
from domain.kernel import errors
from domain.planning import errors as of_planning
from domain.technician import errors as of_technician

ErrorClass = type[Exception]

STATUS: Mapping[ErrorClass, HTTPStatus] = {
    keyset.BadCursor: HTTPStatus.BAD_REQUEST,
    keyset.BadSort: HTTPStatus.BAD_REQUEST,
    # Not 4xx: the request is right, and a database that is less busy may answer it in time.
    deadline.QueryTooSlow: HTTPStatus.SERVICE_UNAVAILABLE,
    of_execution.TaskNotFound: HTTPStatus.NOT_FOUND,
    of_execution.ExecutionNotFound: HTTPStatus.NOT_FOUND,
    of_fila.QueueItemNotFound: HTTPStatus.NOT_FOUND,
    of_execution.InvalidTaskTransition: HTTPStatus.CONFLICT,
    of_execution.PaymentPending: HTTPStatus.CONFLICT,
    of_execution.TooManyTasks: HTTPStatus.CONFLICT,
    of_execution.BudgetMismatch: HTTPStatus.CONFLICT,
    of_execution.ExecutionExists: HTTPStatus.CONFLICT,
    of_execution.BudgetTaken: HTTPStatus.CONFLICT,
    of_execution.HoldExpired: HTTPStatus.CONFLICT,
    of_fila.InvalidQueueTransition: HTTPStatus.CONFLICT,
    of_fila.ApprovalPending: HTTPStatus.CONFLICT,
    of_fila.QueueItemExists: HTTPStatus.CONFLICT,
    of_technician.TechnicianNotFound: HTTPStatus.NOT_FOUND,
    of_technician.TimeOffNotFound: HTTPStatus.NOT_FOUND,
    of_technician.TechnicianTaken: HTTPStatus.CONFLICT,
    of_technician.TimeOffOverlap: HTTPStatus.CONFLICT,
    of_bay.BayInactive: HTTPStatus.CONFLICT,
    of_bay.BayNotFound: HTTPStatus.NOT_FOUND,
    of_bay.BayClosureNotFound: HTTPStatus.NOT_FOUND,
    of_bay.BayClosureOverlap: HTTPStatus.CONFLICT,
    of_technician.TechnicianInactive: HTTPStatus.CONFLICT,
    of_agenda.ScheduleConflict: HTTPStatus.CONFLICT,
    of_agenda.StaleShifts: HTTPStatus.CONFLICT,
    of_agenda.TooManyEntries: HTTPStatus.CONFLICT,
    of_planning.OutsideShift: HTTPStatus.CONFLICT,
    of_planning.PlanTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    of_agenda.RangeTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    of_planning.BeyondHorizon: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidTransition: HTTPStatus.CONFLICT,
    errors.VersionMismatch: HTTPStatus.PRECONDITION_FAILED,
}
"""Statuses of the domain's errors, which know nothing of HTTP."""


def status_of(kind: ErrorClass) -> HTTPStatus:
    return kind.status if issubclass(kind, ServiceError) else STATUS[kind]
