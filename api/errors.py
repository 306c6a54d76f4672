"""What can go wrong at the doors, beside the refusals of the domain.

ServiceError
├── UnreadableRequest     it is not JSON, or asks for a filter that there is not
├── InvalidRequest        a field is missing, unknown, of the wrong type or range
├── KeyReused             the Idempotency-Key stands for another command
├── NotFound              there is no such path
├── MethodNotAllowed      the path does not take the method
├── NotAcceptable         there is no form of the answer that the client takes
├── Unavailable           nothing was changed; try again
│   └── WorkflowStuck     the same, and an operator has to see to this one workflow
├── WorkflowEnded         it was ended from outside before its time; an operator brings it back
├── DatabaseUnavailable   the same, and it is the database
├── OutcomeUnknown        it may have been done; repeat it with the same Idempotency-Key
├── UriTooLong, HeadersTooLarge, BodyTooLarge, NestedTooDeeply
├── UnsupportedMediaType  the body is not JSON in UTF-8 as it stands, but of another type or encoded
├── BodyTooSlow           the rest of the request never came
├── TooManyRequests       from this address, or by this subject
├── InternalError         a mistake of ours
├── Unauthenticated       no valid token
├── Forbidden             a valid one that may not
├── ForeignHost           nobody is asked for a token, and the request is meant for another host
├── ForeignOrigin         nobody is asked for a token, and a page of another origin sends it
└── NoWorkflow            no open workflow has that id; the database knows why
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class ServiceError(Exception):
    """The request could not be served.

    `facts` are what a client may act on, as those of a DomainError are.
    """

    headers: Mapping[str, str] = MappingProxyType({})
    """What the answer's headers say of it."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class UnreadableRequest(ServiceError):
    """The request cannot be read"""


class InvalidRequest(ServiceError):
    """The request is not valid"""


class KeyReused(ServiceError):
    """The Idempotency-Key was used for something else"""


class NotFound(ServiceError):
    """Not Found"""


class MethodNotAllowed(ServiceError):
    """Method Not Allowed"""

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message)
        self.headers = {"Allow": allowed}


class NotAcceptable(ServiceError):
    """The answer cannot be had in that form"""


class Unavailable(ServiceError):
    """The service is not available just now"""


class WorkflowStuck(Unavailable):
    """The workflow cannot go on just now"""


class WorkflowEnded(ServiceError):
    """The workflow was ended before its time"""

    @classmethod
    def of(cls, workflow_id: str) -> "WorkflowEnded":
        return cls(
            f"{workflow_id} was terminated, timed out, failed or deleted before its work was over; "
            "nothing was changed. An operator brings it back by "
            f"`python -m api.reopen {workflow_id}`"
        )


class DatabaseUnavailable(ServiceError):
    """The database is not available just now"""


class OutcomeUnknown(ServiceError):
    """It is not known whether this was done"""


class InternalError(ServiceError):
    """Something went wrong"""


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


class UnsupportedMediaType(ServiceError):
    """The body is not sent as JSON"""

    def __init__(self, message: str, accepted: Mapping[str, str]) -> None:
        super().__init__(message)
        self.headers = accepted


class BodyTooSlow(ServiceError):
    """The body did not come in time"""

    headers = MappingProxyType({"Connection": "close"})  # what is still to come is no new request


class TooManyRequests(ServiceError):
    """There were too many requests"""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(retry_after)}


class Unauthenticated(ServiceError):
    """A valid token is needed"""

    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class Forbidden(ServiceError):
    """The token does not allow this"""


class ForeignHost(ServiceError):
    """The host is none of this service's"""


class ForeignOrigin(ServiceError):
    """A page of another origin may not do this"""
