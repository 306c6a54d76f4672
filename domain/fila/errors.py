"""Refusals of commands to an item of the queue, in Portuguese, as its clients speak."""

from domain.kernel.errors import DomainError


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


FILA_ERRORS: tuple[type[DomainError], ...] = (
    InvalidQueueTransition,
    ApprovalPending,
    QueueItemNotFound,
    QueueItemExists,
)
