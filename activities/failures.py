"""Failures of a delivery, by cause, and whether another attempt could help.

Only what lies in the delivery itself is final: the same bytes would always be refused. All that
lies outside, missing permissions and a missing bus included, heals when it is put right there, for
all that wait, and nobody has to see to each of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError
from pymongo.errors import DocumentTooLarge as TooLargeToSend
from temporalio.exceptions import ApplicationError

from activities.eventbridge import PublishError
from domain.kernel.delivery_health import DeliveryHealth, Trouble

# BadValue, FailedToParse, DocumentValidationFailure, BSONObjectTooLarge, and KeyTooLong.
_DOCUMENT_REFUSED = {2, 9, 121, 10334, 17280}
_EVENT_REFUSED = {"ValidationException", "MalformedDetail", "InvalidArgument"}

_FINAL = {Trouble.DOCUMENT, Trouble.EVENT}


@contextmanager
def in_our_words(published: int = 0) -> Iterator[None]:
    """Translates drivers' errors into an ApplicationError with the number of events `published`
    before it. An unknown error stays as it is, and is tried again: a later release may heal it."""
    try:
        yield
    except (PyMongoError, InvalidDocument, OverflowError) as failure:
        raise _told(_of_database(failure), published) from failure
    except (BotoCoreError, ClientError, PublishError) as failure:
        raise _told(_of_bus(failure), published) from failure


def _told(trouble: Trouble, published: int) -> ApplicationError:
    words, is_final = DeliveryHealth.WORDS[trouble], trouble in _FINAL
    return ApplicationError(words, published, type=trouble, non_retryable=is_final)


def _of_database(failure: Exception) -> Trouble:
    match failure:
        # What does not fit into BSON: a type, a number of more than 64 bits, 16 MiB.
        case InvalidDocument() | OverflowError() | TooLargeToSend():
            return Trouble.DOCUMENT
        case BulkWriteError(details={"writeErrors": [*errors]}):
            codes = {error["code"] for error in errors}
            return Trouble.DOCUMENT if codes & _DOCUMENT_REFUSED else Trouble.DATABASE
        case OperationFailure(code=code) if code in _DOCUMENT_REFUSED:
            return Trouble.DOCUMENT
    return Trouble.DATABASE


def _of_bus(failure: Exception) -> Trouble:
    match failure:
        case ParamValidationError():
            return Trouble.EVENT
        case ClientError(response={"Error": {"Code": code}}) | PublishError(code=code):
            return Trouble.EVENT if code in _EVENT_REFUSED else Trouble.BUS
    return Trouble.BUS
