"""What can go wrong at the doors, beside the refusals of the domain.

ServiceError
├── Unavailable      nothing was changed; try again
├── OutcomeUnknown   it may have been done; repeat it with the same Idempotency-Key
├── KeyReused        the Idempotency-Key stands for another command
├── NotAcceptable    there is no form of the answer that the client takes
└── NoWorkflow       no open workflow has that id; the database knows why
"""


class ServiceError(Exception):
    """The request could not be served."""

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
