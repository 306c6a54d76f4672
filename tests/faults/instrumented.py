"""Our processes with levers that exist nowhere else: `python -m tests.faults.instrumented worker`.

Files in the folder that RIGGING names move them. `fuse` holds a step of a delivery or of a plan,
and how often it may be reached until the process kills itself, once. `<process>.clock` holds by how
many seconds the process's clock is wrong from when on, a line for each change; `workflow.clock`
does the same to the time that Temporal tells workflows. Lines are only added, so that a replay is
told the same.
"""

import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

import uvloop
from temporalio import activity, workflow

from activities import delivery
from activities.eventbridge import EventPublisher
from activities.mongo.store import Store
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import PublishedEvent, RecordedEvent
from tests.clocks import put_wrong
from tests.faults.fuse import RIGGING, reached
from tests.faults.rigged_plans import rig_plans

STEPS = ("begin", "append", "save", "publish", "return")
MODULES = {"worker": "worker", "api": "api.__main__", "consumer": "api.consumer.__main__"}


class RiggedStore(Store):
    async def append(
        self, aggregate_id: str, events: Sequence[RecordedEvent], revision: int = 0
    ) -> None:
        await super().append(aggregate_id, events, revision)
        reached("append")

    async def save(self, aggregate: Aggregate) -> bool:
        counts = await super().save(aggregate)
        reached("save")
        return counts


class RiggedPublisher(EventPublisher):
    async def publish(self, event: PublishedEvent) -> None:
        await super().publish(event)
        reached("publish")


class RiggedDelivery(delivery.DeliveryActivities):
    @activity.defn(name=delivery.PERSIST_AND_PUBLISH)
    async def persist_and_publish(self, delivery: delivery.Delivery) -> None:
        reached("begin")
        await super().persist_and_publish(delivery)
        reached("return")


def rig_deliveries() -> None:
    """Before the worker is imported, so that it finds these in the place of its own."""
    import activities.eventbridge
    import activities.mongo.store

    delivery.DeliveryActivities = RiggedDelivery  # type: ignore[misc]
    activities.eventbridge.EventPublisher = RiggedPublisher  # type: ignore[misc]
    activities.mongo.store.Store = RiggedStore  # type: ignore[misc]


def wrong_by(lever: Path, honest: datetime) -> timedelta:
    steps = lever.read_text().splitlines() if lever.exists() else ()
    for since, seconds in map(str.split, reversed(steps)):
        if float(since) <= honest.timestamp():
            return timedelta(seconds=float(seconds))
    return timedelta()


def rig_workflow_clock(lever: Path) -> None:
    honest = workflow.now

    def now() -> datetime:
        return honest() + wrong_by(lever, honest())

    workflow.now = now


def main() -> None:
    name = sys.argv[1]
    kind = name.partition("-")[0]
    folder = Path(os.environ[RIGGING])
    rig_plans()
    if kind == "worker":
        rig_deliveries()
        rig_workflow_clock(folder / "workflow.clock")
    process = import_module(MODULES[kind])
    put_wrong(partial(wrong_by, folder / f"{name}.clock"))
    uvloop.run(process.main())


if __name__ == "__main__":
    main()
