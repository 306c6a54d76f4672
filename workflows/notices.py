"""Notices: the errands by which the OS service, which owns the service orders, hears of each step
of a queue item."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.service_orders import NOTICE_REFUSED, NOTIFY_SERVICE_ORDER, Notice
    from domain.fila.notifications import HEARD_OF, Notices
    from domain.fila.state import QueueItem
    from domain.fila.vocabulary import ServiceOrderStatus
    from domain.kernel.values import to_milliseconds
    from workflows.contract import PendingNotifications, notices_queue
    from workflows.errands import Errand
    from workflows.journal import Journal

NOTICE_ATTEMPT = timedelta(seconds=10)
"""Limit of one attempt; longer than an attempt gives itself."""
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


def notice_errand(
    service_order_id: int, status: ServiceOrderStatus, correlation_id: str | None
) -> Errand:
    return Errand(
        activity=NOTIFY_SERVICE_ORDER,
        argument=Notice(
            service_order_id=service_order_id, status=status, correlation_id=correlation_id
        ),
        task_queue=notices_queue(workflow.info().task_queue),
        attempt=NOTICE_ATTEMPT,
        retries=RETRIES,
        refused_by=NOTICE_REFUSED,
        summary=f"OS {service_order_id}: {status}",
    )


async def outlast_attempt() -> None:
    """Waits until an attempt that another run may have left under way has ended: no other notice
    may overtake it."""
    await workflow.sleep(NOTICE_ATTEMPT)


class ItemNotices:
    """The notices of a queue item; their outcome is recorded on the item, without a new version."""

    def __init__(self, journal: Journal[QueueItem]) -> None:
        self._journal = journal

    @property
    def has_pending(self) -> bool:
        return bool(self._notices.pending)

    def first(self) -> Errand:
        item, status = self._journal.state, self._notices.pending[0]
        return notice_errand(item.service_order_id, status, self._correlation_id(status))

    def done(self, _: None) -> None:
        self._record(self._notices.delivered(to_milliseconds(workflow.now())))

    def refused(self, reason: str) -> None:
        self._record(self._notices.refused_for(reason))

    def failing(self, reason: str) -> None:
        self._record(self._notices.failing(reason))

    def remaining(self) -> PendingNotifications:
        """The pending ones, for another workflow to send."""
        pending = self._notices.pending
        return PendingNotifications(
            service_order_id=self._journal.state.service_order_id,
            pending=pending,
            correlation_ids={status: self._correlation_id(status) for status in pending},
        )

    @property
    def _notices(self) -> Notices:
        return self._journal.state.notices

    def _record(self, notices: Notices) -> None:
        self._journal.apply_silent(self._journal.state.noting(notices))

    def _correlation_id(self, status: ServiceOrderStatus) -> str | None:
        """The id of the request that led to the step; None if that is long ago."""
        for event in self._journal.backwards():
            if HEARD_OF.get(event.command) is status:
                return event.metadata.correlation_id
        return None
