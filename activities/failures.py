"""Failures of a delivery, by cause, and whether another attempt could help.

Only a cause in the delivery itself is final: the same bytes would always be refused. A cause
outside, missing permissions and a missing bus included, is repaired there, once for all deliveries
that wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError
from pymongo.errors import DocumentTooLarge as TooLargeToSend
from temporalio.exceptions import ApplicationError

from activities.delivery_failure import DeliveryFailure
from activities.eventbridge import PublishError

# BadValue, FailedToParse, DocumentValidationFailure, BSONObjectTooLarge, and KeyTooLong.
_DOCUMENT_REFUSED = {2, 9, 121, 10334, 17280}
_EVENT_REFUSED = {"ValidationException", "MalformedDetail", "InvalidArgument"}

_FINAL = {DeliveryFailure.DOCUMENT, DeliveryFailure.EVENT}


@contextmanager
def translate_driver_errors(published: int = 0) -> Iterator[None]:
    """Translates drivers' errors into an ApplicationError with the number of events `published`
    before it. An unknown error stays as it is, and is tried again: a later release may heal it."""
    try:
        yield
    except (PyMongoError, InvalidDocument, OverflowError) as failure:
        raise _error(_of_database(failure), published) from failure
    except (BotoCoreError, ClientError, PublishError) as failure:
        raise _error(_of_bus(failure), published) from failure


def _error(failure: DeliveryFailure, published: int) -> ApplicationError:
    words, is_final = failure.in_words(), failure in _FINAL
    return ApplicationError(words, published, type=failure, non_retryable=is_final)


def _of_database(failure: Exception) -> DeliveryFailure:
    match failure:
        # What does not fit into BSON: a type, a number of more than 64 bits, 16 MiB.
        case InvalidDocument() | OverflowError() | TooLargeToSend():
            return DeliveryFailure.DOCUMENT
        case BulkWriteError(details={"writeErrors": [*errors]}):
            codes = {error["code"] for error in errors}
            return (
                DeliveryFailure.DOCUMENT if codes & _DOCUMENT_REFUSED else DeliveryFailure.DATABASE
            )
        case OperationFailure(code=code) if code in _DOCUMENT_REFUSED:
            return DeliveryFailure.DOCUMENT
    return DeliveryFailure.DATABASE


def _of_bus(failure: Exception) -> DeliveryFailure:
    match failure:
        case ParamValidationError():
            return DeliveryFailure.EVENT
        case ClientError(response={"Error": {"Code": code}}) | PublishError(code=code):
            return DeliveryFailure.EVENT if code in _EVENT_REFUSED else DeliveryFailure.BUS
    return DeliveryFailure.BUS
