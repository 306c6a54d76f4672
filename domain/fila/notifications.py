"""Notices of a queue item to the OS service, which owns the service orders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.fila.lifecycle import QueueAction
from domain.fila.vocabulary import IN_PORTUGUESE, ServiceOrderStatus
from domain.kernel.values import Instant, Value, evolve

HEARD_OF: Mapping[str, ServiceOrderStatus] = {
    QueueAction.START_DIAGNOSIS: ServiceOrderStatus.IN_DIAGNOSIS,
    QueueAction.FINISH_DIAGNOSIS: ServiceOrderStatus.AWAITS_APPROVAL,
    QueueAction.START_REPAIR: ServiceOrderStatus.IN_EXECUTION,
    QueueAction.FINISH_REPAIR: ServiceOrderStatus.FINISHED,
}
"""Statuses that the OS service is to hear of, by the command that leads to each. Each command is
carried out once at most."""


class RefusedNotice(Value):
    """A step that the OS service will never take, and why."""

    model_config = IN_PORTUGUESE

    status: ServiceOrderStatus
    reason: str


class Notices(Value):
    """How far the OS service has been told; `failure` is why the first pending one waits."""

    model_config = IN_PORTUGUESE

    confirmed: ServiceOrderStatus | None = None
    confirmed_at: Instant | None = None
    pending: tuple[ServiceOrderStatus, ...] = ()
    failure: str | None = None
    refused: tuple[RefusedNotice, ...] = ()

    def waiting(self, status: ServiceOrderStatus) -> "Notices":
        """The notices with one more that is pending."""
        return evolve(self, pending=(*self.pending, status))

    def delivered(self, at: datetime) -> "Notices":
        """The notices after the first pending one has been confirmed."""
        return self._went_on(confirmed=self.pending[0], confirmed_at=at)

    def refused_for(self, reason: str) -> "Notices":
        """The notices after the first pending one has been refused for good."""
        refused = RefusedNotice(status=self.pending[0], reason=reason)
        return self._went_on(refused=(*self.refused, refused))

    def failing(self, reason: str) -> "Notices":
        return evolve(self, failure=reason)

    def _went_on(self, **fields: Any) -> "Notices":
        return evolve(self, **fields, pending=self.pending[1:], failure=None)
