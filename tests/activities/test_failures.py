"""Failures of a delivery are put in our words, and are final only if the delivery is at fault."""

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

from activities.delivery_failure import DeliveryFailure
from activities.eventbridge import PublishError
from activities.failures import translate_driver_errors
from domain.kernel.language import Language

PASSING = [
    (ServerSelectionTimeoutError("mongodb://user:secret@host"), DeliveryFailure.DATABASE),
    (AutoReconnect("host:27017: connection closed"), DeliveryFailure.DATABASE),
    (OperationFailure("not authorized on executions", 13), DeliveryFailure.DATABASE),
    (
        BulkWriteError({"writeErrors": [{"code": 11600, "errmsg": "shutdown"}]}),
        DeliveryFailure.DATABASE,
    ),
    (BulkWriteError({"writeConcernErrors": [{}]}), DeliveryFailure.DATABASE),
    (EndpointConnectionError(endpoint_url="http://bus"), DeliveryFailure.BUS),
    (ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutEvents"), DeliveryFailure.BUS),
    (
        ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "PutEvents"),
        DeliveryFailure.BUS,
    ),
    (PublishError("e:1: ThrottlingException", "ThrottlingException"), DeliveryFailure.BUS),
]
FINAL = [
    (DocumentTooLarge("BSON document too large"), DeliveryFailure.DOCUMENT),
    (InvalidDocument("cannot encode object"), DeliveryFailure.DOCUMENT),
    (OverflowError("MongoDB can only handle up to 8-byte ints"), DeliveryFailure.DOCUMENT),
    (WriteError("Document failed validation", 121), DeliveryFailure.DOCUMENT),
    (
        BulkWriteError({"writeErrors": [{"code": 10334, "errmsg": "too large"}]}),
        DeliveryFailure.DOCUMENT,
    ),
    (ParamValidationError(report="Invalid type"), DeliveryFailure.EVENT),
    (ClientError({"Error": {"Code": "ValidationException"}}, "PutEvents"), DeliveryFailure.EVENT),
    (PublishError("e:1: MalformedDetail", "MalformedDetail"), DeliveryFailure.EVENT),
]


@pytest.mark.parametrize(
    ("failure", "expected", "is_final"),
    [(*each, False) for each in PASSING] + [(*each, True) for each in FINAL],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_a_failure_is_final_only_if_the_same_bytes_would_fail_for_ever(
    failure: Exception, expected: DeliveryFailure, is_final: bool
) -> None:
    with pytest.raises(ApplicationError) as failed, translate_driver_errors():
        raise failure

    assert (failed.value.type, failed.value.non_retryable) == (expected, is_final)
    assert failed.value.message == expected.in_words()


def test_a_mistake_of_ours_stays_as_it_is_so_that_a_later_release_may_heal_it() -> None:
    with pytest.raises(ZeroDivisionError), translate_driver_errors():
        raise ZeroDivisionError


@pytest.mark.parametrize("language", Language)
def test_there_are_words_for_every_failure(language: Language) -> None:
    words = {failure.in_words(language) for failure in DeliveryFailure}

    assert len(words) == len(DeliveryFailure)
