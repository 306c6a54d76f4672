"""Why a command is refused.

DomainError
├── InvalidTransition        the execution's status does not allow the command
├── InvalidTaskTransition    the task's status does not allow the change
├── PaymentPending           work may not start before the payment has arrived
├── BudgetMismatch           the payment is for another budget than the execution
├── TaskNotFound             the execution has no such task
├── TooManyTasks             the execution is full
├── VersionMismatch          it is not at a version that the client expects
├── ExecutionNotFound        no execution has that id
├── ExecutionExists          the service order already has an execution
├── BudgetTaken              the budget belongs to another service order's execution
├── InvalidQueueTransition   the queue item's status does not allow the command
├── ApprovalPending          repair may not start before the budget is approved
├── QueueItemNotFound        no item of the queue has that id
└── QueueItemExists          the service order is already in the queue

Those of the queue speak Portuguese, as its clients do.

A refusal crosses Temporal as its class name, message and facts, and `revive` makes it anew.
"""

import re
from typing import Any

_WORD_BEGINS = re.compile(r"(?<!^)(?=[A-Z])")


class DomainError(Exception):
    """The command was refused; nothing has changed.

    `facts` are what a client may act on, under the names and shapes of the HTTP answer.
    """

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class InvalidTransition(DomainError):
    """The execution's status does not allow this"""


class InvalidTaskTransition(DomainError):
    """The task's status does not allow this"""


class PaymentPending(DomainError):
    """The execution has not been paid for"""


class BudgetMismatch(DomainError):
    """The payment is for another budget"""


class TaskNotFound(DomainError):
    """There is no such task"""


class TooManyTasks(DomainError):
    """The execution can take no more tasks"""


class VersionMismatch(DomainError):
    """It is not at the version that was expected"""


class ExecutionNotFound(DomainError):
    """There is no such execution"""

    @classmethod
    def of(cls, execution_id: str) -> "ExecutionNotFound":
        return cls(f"Execution with ID {execution_id} not found")


class ExecutionExists(DomainError):
    """The service order already has an execution"""


class BudgetTaken(DomainError):
    """The budget already has an execution"""


class InvalidQueueTransition(DomainError):
    """O status do item da fila não permite esta ação"""


class ApprovalPending(DomainError):
    """O orçamento ainda não foi aprovado"""


class QueueItemNotFound(DomainError):
    """Item da fila não encontrado"""

    @classmethod
    def of(cls, _: object = None) -> "QueueItemNotFound":
        return cls("Item da fila não encontrado.")


class QueueItemExists(DomainError):
    """A ordem de serviço já está na fila"""


def code_of(name: str) -> str:
    """What clients know the error class by: `version-mismatch` for VersionMismatch."""
    return _WORD_BEGINS.sub("-", name).lower()


def revive(name: str, message: str, facts: dict[str, Any]) -> DomainError | None:
    """The refusal that crossed the wire under its class name; None if `name` is not one of ours."""
    leaf = {cls.__name__: cls for cls in DomainError.__subclasses__()}.get(name)
    return leaf(message, **facts) if leaf else None
