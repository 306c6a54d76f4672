"""What a delivery fails by is put in our words, and is final only if it lies in the delivery."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from bson.errors import InvalidDocument
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DocumentTooLarge,
    OperationFailure,
    ServerSelectionTimeoutError,
    WriteError,
)
from temporalio.exceptions import ApplicationError

from activities.eventbridge import PublishError
from activities.failures import in_our_words
from domain.kernel.delivery_health import DeliveryHealth, QueueDeliveryHealth, Trouble

PASSING = [
    (ServerSelectionTimeoutError("mongodb://user:secret@host"), Trouble.DATABASE),
    (AutoReconnect("host:27017: connection closed"), Trouble.DATABASE),
    (OperationFailure("not authorized on executions", 13), Trouble.DATABASE),
    (BulkWriteError({"writeErrors": [{"code": 11600, "errmsg": "shutdown"}]}), Trouble.DATABASE),
    (BulkWriteError({"writeConcernErrors": [{}]}), Trouble.DATABASE),
    (EndpointConnectionError(endpoint_url="http://bus"), Trouble.BUS),
    (ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutEvents"), Trouble.BUS),
    (ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "PutEvents"), Trouble.BUS),
    (PublishError("e:1: ThrottlingException", "ThrottlingException"), Trouble.BUS),
]
FINAL = [
    (DocumentTooLarge("BSON document too large"), Trouble.DOCUMENT),
    (InvalidDocument("cannot encode object"), Trouble.DOCUMENT),
    (OverflowError("MongoDB can only handle up to 8-byte ints"), Trouble.DOCUMENT),
    (WriteError("Document failed validation", 121), Trouble.DOCUMENT),
    (BulkWriteError({"writeErrors": [{"code": 10334, "errmsg": "too large"}]}), Trouble.DOCUMENT),
    (ParamValidationError(report="Invalid type"), Trouble.EVENT),
    (ClientError({"Error": {"Code": "ValidationException"}}, "PutEvents"), Trouble.EVENT),
    (PublishError("e:1: MalformedDetail", "MalformedDetail"), Trouble.EVENT),
]


@pytest.mark.parametrize(
    ("failure", "trouble", "is_final"),
    [(*each, False) for each in PASSING] + [(*each, True) for each in FINAL],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_a_failure_is_final_only_if_the_same_bytes_would_fail_for_ever(
    failure: Exception, trouble: Trouble, is_final: bool
) -> None:
    with pytest.raises(ApplicationError) as told, in_our_words():
        raise failure

    assert (told.value.type, told.value.non_retryable) == (trouble, is_final)
    assert told.value.message == DeliveryHealth.WORDS[trouble]


def test_a_mistake_of_ours_stays_as_it_is_so_that_a_later_release_may_mend_it() -> None:
    with pytest.raises(ZeroDivisionError), in_our_words():
        raise ZeroDivisionError


def test_there_are_words_in_both_languages_for_every_trouble() -> None:
    assert set(DeliveryHealth.WORDS) == set(QueueDeliveryHealth.WORDS) == set(Trouble)
