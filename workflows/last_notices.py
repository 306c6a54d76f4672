"""Sends the notices of a removed queue item, whose own workflow has ended."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.contract import LAST_NOTICES, PendingNotifications
    from workflows.errands import Errand, run_first
    from workflows.inputs import read_input
    from workflows.notices import notice_errand, outlast_attempt


@workflow.defn(name=LAST_NOTICES)
class LastNotices:
    @workflow.run
    async def run(self, *sent: Any) -> None:
        notices = RemainingNotices(read_input(PendingNotifications, sent))
        await outlast_attempt()
        while notices.has_pending:
            await run_first(notices)


class RemainingNotices:
    """The notices that were handed over. There is no item any more to record their outcome on, so
    it is logged."""

    def __init__(self, notifications: PendingNotifications) -> None:
        self._notifications = notifications
        self._pending = list(notifications.pending)

    @property
    def has_pending(self) -> bool:
        return bool(self._pending)

    def first(self) -> Errand:
        status = self._pending[0]
        return notice_errand(
            self._notifications.service_order_id,
            status,
            self._notifications.correlation_ids.get(status),
        )

    def done(self, _: None) -> None:
        del self._pending[0]

    def refused(self, reason: str) -> None:
        workflow.logger.warning("notice refused: %s", reason)
        del self._pending[0]

    def failing(self, reason: str) -> None:
        workflow.logger.warning("notice fails: %s", reason)
