"""State of an aggregate's way to the outside: to readers, and to the bus."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.kernel.language import Language
from domain.kernel.values import Instant, Value


class HealthStatus(StrEnum):
    OK = "OK"
    RETRYING = "RETRYING"
    """Delivery takes longer, and heals by itself once the other side is back."""
    STUCK = "STUCK"
    """Delivery would always fail the same way; a person has to see to it."""


class DeliveryHealth(Value):
    """`since` and `reason` tell more of one that is not OK."""

    LANGUAGE: ClassVar = Language.ENGLISH
    """Language of `reason`."""

    status: HealthStatus = HealthStatus.OK
    since: Instant | None = None
    reason: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.status is HealthStatus.OK

    def after(self, status: HealthStatus, reason: str | None, at: datetime) -> Self:
        """The health from `at` on; without a `reason`, the known one stays."""
        if status is HealthStatus.OK:
            return type(self)()
        since = self.since if status is self.status else at
        return type(self)(status=status, since=since, reason=reason or self.reason)
