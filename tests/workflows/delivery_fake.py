"""Fakes with behaviour for all that lies behind the activities."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.delivery import PERSIST_AND_PUBLISH, Delivery
from activities.delivery_failure import DeliveryFailure
from activities.mongo.store import Store
from activities.service_orders import NOTIFY_SERVICE_ORDER, Notice
from domain.kernel.events import RecordedEvent, RefusedCommand


class Moody:
    """Something outside that can be made slow with `hold` and broken with `fail`."""

    def __init__(self) -> None:
        self.most_at_once = 0
        self._at_work: Counter[object] = Counter()
        self._free = asyncio.Event()
        self._free.set()
        self._failure: Exception | None = None
        self._failures_left = 0.0

    def hold(self) -> None:
        """From here on an attempt lasts until `release`."""
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def fail(self, failure: Exception, times: float = float("inf")) -> None:
        self._failure, self._failures_left = failure, times

    def recover(self) -> None:
        self._failures_left = 0

    @asynccontextmanager
    async def _attempt(self, subject: object) -> AsyncIterator[None]:
        """One attempt on behalf of `subject`, of which there should be one at a time."""
        self._at_work[subject] += 1
        self.most_at_once = max(self.most_at_once, self._at_work[subject])
        try:
            await self._free.wait()
            if self._failure and self._failures_left > 0:
                self._failures_left -= 1
                raise self._failure
            yield
        finally:
            self._at_work[subject] -= 1


class Outside(Moody):
    """Takes deliveries: database and bus in one. With a `store`, a service can read from it."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts: list[Delivery] = []
        self.taken: list[Delivery] = []
        self.store: Store | None = None
        self._unpublishable: set[int] = set()
        self._published: int | None = None

    def die(self, published: int) -> None:
        """Attempts get so far, say so, and are not heard of again."""
        self._published = published
        self.hold()

    def refuse(self, *sequences: int) -> None:
        """The bus takes no event of these numbers, each time; with none, it takes all."""
        self._unpublishable = set(sequences)

    @activity.defn(name=PERSIST_AND_PUBLISH)
    async def persist_and_publish(self, delivery: Delivery) -> None:
        self.attempts.append(delivery)
        if self._published is not None:
            activity.heartbeat(self._published)
        async with self._attempt(delivery.snapshot.aggregate_id):
            if self.store:
                aggregate_id = delivery.snapshot.aggregate_id
                await self.store.refusals.add(aggregate_id, delivery.refused)
                await self.store.answers.keep(aggregate_id, delivery.answers)
                await self.store.save(delivery.snapshot)
            for index, event in enumerate(delivery.events):
                if event.metadata.sequence in self._unpublishable:
                    raise ApplicationError(
                        "no", index, type=DeliveryFailure.EVENT, non_retryable=True
                    )
            self.taken.append(delivery)

    @property
    def events(self) -> list[RecordedEvent]:
        """Everything that was taken, in order."""
        return [event for delivery in self.taken for event in delivery.events]

    @property
    def refused(self) -> list[RefusedCommand]:
        return [each for delivery in self.taken for each in delivery.refused]

    @property
    def sequences(self) -> list[int]:
        return [event.metadata.sequence for event in self.events]

    @property
    def batches(self) -> list[list[int]]:
        """The sequence numbers of each delivery that was taken."""
        return [[event.metadata.sequence for event in each.events] for each in self.taken]


class OrdersOffice(Moody):
    """The service that owns the service orders; there are statuses that it may `refuse`."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts: list[Notice] = []
        self.notices: list[Notice] = []
        self._refused: dict[str, str] = {}

    def refuse(self, status: str, reason: str) -> None:
        """For good: it will never take that status, whatever the order."""
        self._refused[status] = reason

    @activity.defn(name=NOTIFY_SERVICE_ORDER)
    async def notify(self, notice: Notice) -> None:
        self.attempts.append(notice)
        async with self._attempt(notice.service_order_id):
            if reason := self._refused.get(notice.status):
                raise ApplicationError(reason, type="NoticeRefused", non_retryable=True)
            self.notices.append(notice)

    @property
    def tried(self) -> list[str]:
        """The statuses of all attempts, in order."""
        return [each.status for each in self.attempts]

    @property
    def heard(self) -> list[str]:
        """The statuses that were taken, in order."""
        return [each.status for each in self.notices]
