"""Attempts of the delivery, as a worker makes them."""

import dataclasses
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.delivery import Delivery, DeliveryActivities
from activities.mongo.store import Store
from tests.activities.bus import FakeBus


class Attempt:
    """One attempt of the activity, which knows how far the last one got."""

    def __init__(self, *heartbeat: int) -> None:
        self.beats: list[Any] = []
        self._environment = ActivityEnvironment()
        self._environment.info = dataclasses.replace(
            self._environment.info, heartbeat_details=list(heartbeat)
        )
        self._environment.on_heartbeat = self.beats.append

    async def make(self, store: Store, bus: FakeBus, delivery: Delivery) -> None:
        activities = DeliveryActivities(store, bus.publisher())
        await self._environment.run(activities.persist_and_publish, delivery)
