"""What lies behind the one activity, as a fake with behaviour: database and bus in one."""

import asyncio
from collections import Counter

from temporalio import activity

from activities.delivery import PERSIST_AND_PUBLISH, Delivery
from domain.events import RecordedEvent


class Outside:
    """Takes deliveries; can be made slow with `hold` and broken with `fail`."""

    def __init__(self) -> None:
        self.attempts: list[Delivery] = []
        self.taken: list[Delivery] = []
        self.most_at_once = 0
        self._at_work: Counter[str] = Counter()
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

    @activity.defn(name=PERSIST_AND_PUBLISH)
    async def persist_and_publish(self, delivery: Delivery) -> None:
        aggregate = delivery.snapshot.aggregate_id
        self._at_work[aggregate] += 1
        self.most_at_once = max(self.most_at_once, self._at_work[aggregate])
        self.attempts.append(delivery)
        try:
            await self._free.wait()
            if self._failure and self._failures_left > 0:
                self._failures_left -= 1
                raise self._failure
            self.taken.append(delivery)
        finally:
            self._at_work[aggregate] -= 1

    @property
    def events(self) -> list[RecordedEvent]:
        """Everything that was taken, in order."""
        return [event for delivery in self.taken for event in delivery.events]

    @property
    def sequences(self) -> list[int]:
        return [event.metadata.sequence for event in self.events]

    @property
    def batches(self) -> list[list[int]]:
        """The sequence numbers of each delivery that was taken."""
        return [[event.metadata.sequence for event in each.events] for each in self.taken]
