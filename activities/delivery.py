"""Delivery of what happened to an aggregate: to its history, then its snapshot, then the bus.

Every step may be repeated without harm, so an attempt that died anywhere is simply made again.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, JsonValue
from temporalio import activity

from activities.eventbridge import EventPublisher
from activities.failures import translate_driver_errors
from activities.heartbeat import with_heartbeat
from activities.log import CORRELATION_ID, begin
from activities.mongo.collections import AnyAggregate
from activities.mongo.store import Store
from domain.kernel.events import RecordedEvent, RefusedCommand
from domain.kernel.values import Value

log = logging.getLogger("worker")

PERSIST_AND_PUBLISH = "persist_and_publish"


class Delivery(Value):
    """A state, and events that led to it; the state may be ahead of the last of them. The first
    `published` events are on the bus already. `answers` are those of an aggregate that is over, as
    JSON by Idempotency-Key."""

    # Tried in the table's order, which costs less than a search for the better fit.
    snapshot: Annotated[AnyAggregate, Field(union_mode="left_to_right")]
    events: tuple[RecordedEvent, ...]
    published: int = 0
    refused: tuple[RefusedCommand, ...] = ()
    answers: Mapping[str, JsonValue] = Field(default_factory=dict)


@dataclass
class PublishedCount:
    """The number of events on the bus. Each beat carries it: the next attempt sends the rest."""

    count: int

    def beat(self) -> None:
        activity.heartbeat(self.count)


class DeliveryActivities:
    def __init__(self, store: Store, publisher: EventPublisher) -> None:
        self._store = store
        self._publisher = publisher

    @activity.defn(name=PERSIST_AND_PUBLISH)
    async def persist_and_publish(self, delivery: Delivery) -> None:
        begin({CORRELATION_ID: _correlation_ids(delivery)})
        published = PublishedCount(
            next(iter(activity.info().heartbeat_details), delivery.published)
        )
        await with_heartbeat(self._deliver(delivery, published), published.beat)
        log.info("delivered", extra={"events": [event.type for event in delivery.events]})

    async def _deliver(self, delivery: Delivery, published: PublishedCount) -> None:
        with translate_driver_errors():
            counts = await self._keep(delivery)
        if not counts:
            log.warning("not published: a reset of the workflow has taken it back")
            return
        try:
            await self._publish(delivery.events, published)
        except Exception:
            published.beat()
            raise

    async def _keep(self, delivery: Delivery) -> bool:
        """Returns False if a reset of the workflow has taken the delivery back."""
        snapshot, aggregate_id = delivery.snapshot, delivery.snapshot.aggregate_id
        await self._store.append(aggregate_id, delivery.events, snapshot.revision)
        await self._store.refusals.add(aggregate_id, delivery.refused)
        if snapshot.was_reset and not snapshot.is_over:
            await self._store.answers.forget(aggregate_id)
        await self._store.answers.keep(aggregate_id, delivery.answers)
        counts = await self._store.save(snapshot)
        if snapshot.was_reset or not counts:
            await self._store.retract(type(snapshot), aggregate_id)
        return counts

    async def _publish(self, events: Sequence[RecordedEvent], published: PublishedCount) -> None:
        for event in events[published.count :]:
            with translate_driver_errors(published.count):
                await self._publisher.publish(event)
            published.count += 1


def _correlation_ids(delivery: Delivery) -> str:
    """The correlation ids of the events, separated by commas. Mostly there is one; a delivery that
    others have waited behind has several."""
    ids = (event.metadata.correlation_id for event in delivery.events)
    return ",".join(dict.fromkeys(ids))
