"""What can go wrong at the doors, beside the refusals of the domain.

ServiceError
├── Unavailable      nothing was changed; try again
├── OutcomeUnknown   it may have been done; repeat it with the same Idempotency-Key
├── KeyReused        the Idempotency-Key stands for another command
├── NotAcceptable    there is no form of the answer that the client takes
├── NoWorkflow       no open workflow has that id; the database knows why
├── UriTooLong, HeadersTooLarge, BodyTooLarge, NestedTooDeeply
├── BodyTooSlow      the rest of the request never came
└── TooManyRequests  from this address, or by this subject
"""

from collections.abc import Mapping
from types import MappingProxyType


class ServiceError(Exception):
    """The request could not be served."""

    headers: Mapping[str, str] = MappingProxyType({})
    """What the answer's headers say of it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unavailable(ServiceError):
    """The service is not available just now"""


class OutcomeUnknown(ServiceError):
    """It is not known whether this was done"""


class KeyReused(ServiceError):
    """The Idempotency-Key was used for something else"""


class NotAcceptable(ServiceError):
    """The answer cannot be had in that form"""


class NoWorkflow(ServiceError):
    """There is no open workflow of that id"""


class UriTooLong(ServiceError):
    """The address of the request is too long"""


class HeadersTooLarge(ServiceError):
    """The headers are too large"""


class BodyTooLarge(ServiceError):
    """The body is too large"""


class NestedTooDeeply(ServiceError):
    """The body is nested too deeply"""


class BodyTooSlow(ServiceError):
    """The body did not come in time"""

    headers = MappingProxyType({"Connection": "close"})  # what is still to come is no new request


class TooManyRequests(ServiceError):
    """There were too many requests"""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(retry_after)}
