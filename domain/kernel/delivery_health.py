"""Whether what happens to an aggregate gets through to the outside: to readers, and to the bus."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.fila.vocabulary import IN_PORTUGUESE
from domain.kernel.values import Instant, Value


class HealthStatus(StrEnum):
    OK = "OK"
    RETRYING = "RETRYING"
    """It takes longer, and heals by itself once the outside is back."""
    STUCK = "STUCK"
    """It would fail the same way for ever; somebody has to see to it."""


class Trouble(StrEnum):
    """What a delivery fails by; the types of its errors, as they cross Temporal."""

    DATABASE = "DatabaseUnavailable"
    BUS = "BusUnavailable"
    DOCUMENT = "DocumentRefused"
    EVENT = "EventRefused"
    TIMEOUT = "Timeout"
    DELAY = "Delay"
    UNKNOWN = "Unknown"
    ENDED = "WorkflowEnded"


class DeliveryHealth(Value):
    """`since` and `reason` tell more of one that is not OK."""

    WORDS: ClassVar[Mapping[Trouble, str]] = {
        Trouble.DATABASE: "The database cannot be reached",
        Trouble.BUS: "The event bus cannot be reached",
        Trouble.DOCUMENT: "The database takes no such document",
        Trouble.EVENT: "The event bus takes no such event",
        Trouble.TIMEOUT: "An attempt did not end in time",
        Trouble.DELAY: "It takes longer than usual",
        Trouble.UNKNOWN: "An attempt has failed; the worker's log says why",
        Trouble.ENDED: "Its workflow was ended before its time; an operator takes it up again",
    }

    status: HealthStatus = HealthStatus.OK
    since: Instant | None = None
    reason: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.status is HealthStatus.OK

    @property
    def details(self) -> str:
        """What an operator reads of it, in Markdown; nothing if there is nothing to see to."""
        if self.since is None:
            return ""
        return f"- delivery: **{self.status}** since {self.since.isoformat()}: {self.reason}\n"

    def after(self, status: HealthStatus, trouble: Trouble | None, at: datetime) -> Self:
        """As it is from `at` on; without a `trouble`, what was known of it stays."""
        if status is HealthStatus.OK:
            return type(self)()
        since = self.since if status is self.status else at
        # What is only called off, for fresher news, has no trouble of its own to tell of.
        reason = self.WORDS[trouble] if trouble else self.reason or self.WORDS[Trouble.DELAY]
        return type(self)(status=status, since=since, reason=reason)


class QueueDeliveryHealth(DeliveryHealth):
    model_config = IN_PORTUGUESE

    WORDS: ClassVar[Mapping[Trouble, str]] = {
        Trouble.DATABASE: "O banco de dados não responde",
        Trouble.BUS: "O barramento de eventos não responde",
        Trouble.DOCUMENT: "O banco de dados não aceita este documento",
        Trouble.EVENT: "O barramento não aceita este evento",
        Trouble.TIMEOUT: "Uma tentativa não terminou a tempo",
        Trouble.DELAY: "Está demorando mais do que o normal",
        Trouble.UNKNOWN: "Uma tentativa falhou; o registro do worker diz por quê",
        Trouble.ENDED: "O workflow foi encerrado antes da hora; um operador o retoma",
    }
