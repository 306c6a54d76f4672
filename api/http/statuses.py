"""The statuses of errors: those of the service carry theirs, those of inner packages stand here."""

from collections.abc import Mapping
from http import HTTPStatus

from activities.mongo import keyset, search
from api.errors import ServiceError
from domain.kernel import errors

ErrorClass = type[Exception]

STATUS: Mapping[ErrorClass, HTTPStatus] = {
    keyset.BadCursor: HTTPStatus.BAD_REQUEST,
    keyset.BadSort: HTTPStatus.BAD_REQUEST,
    # Not 4xx: the request is right, and a database that is less busy may answer it in time.
    search.QueryTooSlow: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TaskNotFound: HTTPStatus.NOT_FOUND,
    errors.ExecutionNotFound: HTTPStatus.NOT_FOUND,
    errors.QueueItemNotFound: HTTPStatus.NOT_FOUND,
    errors.InvalidTransition: HTTPStatus.CONFLICT,
    errors.InvalidTaskTransition: HTTPStatus.CONFLICT,
    errors.PaymentPending: HTTPStatus.CONFLICT,
    errors.TooManyTasks: HTTPStatus.CONFLICT,
    errors.BudgetMismatch: HTTPStatus.CONFLICT,
    errors.ExecutionExists: HTTPStatus.CONFLICT,
    errors.BudgetTaken: HTTPStatus.CONFLICT,
    errors.InvalidQueueTransition: HTTPStatus.CONFLICT,
    errors.ApprovalPending: HTTPStatus.CONFLICT,
    errors.QueueItemExists: HTTPStatus.CONFLICT,
    errors.VersionMismatch: HTTPStatus.PRECONDITION_FAILED,
}
"""By classes that know nothing of HTTP."""


def status_of(kind: ErrorClass) -> HTTPStatus:
    return kind.status if issubclass(kind, ServiceError) else STATUS[kind]
