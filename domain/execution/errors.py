"""Refusals of commands to an execution, and of opening one."""

from domain.kernel.errors import DomainError, InvalidTransition


class InvalidTaskTransition(DomainError):
    """The task's status does not allow this"""


class PaymentPending(DomainError):
    """The execution has not been paid for"""


class BudgetMismatch(DomainError):
    """The payment is for another budget"""


class HoldExpired(DomainError):
    """The time was not held long enough to be planned"""


class TaskNotFound(DomainError):
    """There is no such task"""


class TooManyTasks(DomainError):
    """The execution can take no more tasks"""


class ExecutionNotFound(DomainError):
    """There is no such execution"""

    @classmethod
    def of(cls, execution_id: str) -> "ExecutionNotFound":
        return cls(f"Execution with ID {execution_id} not found")


class ExecutionExists(DomainError):
    """The service order already has an execution"""


class BudgetTaken(DomainError):
    """The budget already has an execution"""


EXECUTION_ERRORS: tuple[type[DomainError], ...] = (
    InvalidTransition,
    InvalidTaskTransition,
    PaymentPending,
    BudgetMismatch,
    HoldExpired,
    TaskNotFound,
    TooManyTasks,
    ExecutionNotFound,
    ExecutionExists,
    BudgetTaken,
)
