"""The outbox of a workflow: what the database and the bus have yet to be given. It is handed over
one delivery at a time, in order, for as long as it takes.

A delivery that would fail the same way each time is parked: it is not tried again before there is a
new command, or an operator asks for it. Readers see that it is parked all the same.

These counters run through it:

- `sequence`: the number of an event within its aggregate, from 1;
- `version`: the sequence of the aggregate's latest event;
- `revision`: the version plus `untold_changes`, which counts changes without an event. A reset adds
  so much to those that no earlier run can have come as far;
- `visible_revision`: the revision that readers see, which the next run is given as `told`;
- `published_sequence`: the sequence of the latest event that is known to be on the bus;
- `Delivery.published`: how many of a delivery's events, from its first, are on the bus already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Generic, NamedTuple

from pydantic import JsonValue
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutError

with workflow.unsafe.imports_passed_through():
    from activities.delivery import PERSIST_AND_PUBLISH, Delivery
    from activities.delivery_failure import DeliveryFailure
    from activities.heartbeat import HEARTBEAT
    from domain.kernel.aggregate import Aggregate, State
    from domain.kernel.delivery_health import HealthStatus
    from domain.kernel.events import RecordedEvent, RefusedCommand
    from domain.kernel.values import dump_compact, json_size
    from workflows.start_inputs import ContinuedState

OUTBOX_BYTES = 512 * 1024
"""Size of the pending events above which commands are refused."""
REFUSED = 100
"""Refused commands that may be pending; the oldest give way."""
BATCH = 100
"""Events in one delivery: as many as an attempt can publish one by one within its deadline."""
REPLACED_AFTER = timedelta(seconds=2)
"""Time that a delivery may take before a new command has it replaced by one with a later state."""
DELIVERY_ATTEMPT = timedelta(seconds=15)
FIRST_ATTEMPTS = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=3)
"""Policy of the attempts after which readers see that the delivery fails."""
UNLIMITED_ATTEMPTS = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
)
REPORTS_HEALTH = "tells-health"
"""The patch since which a failed delivery shows in the aggregate's health, and may be parked."""


class Outcome(NamedTuple):
    """Result of a delivery; without a `failure`, nothing new is known of its cause."""

    status: HealthStatus
    failure: DeliveryFailure | None = None


DELIVERED = Outcome(HealthStatus.OK)


class Outbox(Generic[State]):
    """Pending events, refused commands and snapshot of one aggregate."""

    def __init__(self, carried: ContinuedState[State]) -> None:
        self.visible_revision = carried.told
        self.events = list(carried.outbox)
        self.refused = list(carried.refused)
        self.published_sequence = 0
        self._reset_revision = 0  # to which the last reset has led
        self._parked_version: int | None = None
        self._retry_requested = False

    @property
    def is_full(self) -> bool:
        return sum(map(json_size, self.events)) > OUTBOX_BYTES

    @property
    def unpublished(self) -> list[RecordedEvent]:
        """The pending events that are not known to be on the bus."""
        return [each for each in self.events if each.metadata.sequence > self.published_sequence]

    def has_pending(self, state: State) -> bool:
        return bool(self.events or self.refused) or self.visible_revision < state.revision

    def is_due(self, state: State) -> bool:
        """True if there is something to deliver now; while parked, no more than the snapshot."""
        if self.is_parked(state):
            return self.visible_revision < state.revision
        return self.has_pending(state)

    def is_parked(self, state: State) -> bool:
        return self._parked_version == state.version

    def refuse(self, refused: RefusedCommand) -> None:
        self.refused = [*self.refused, refused][-REFUSED:]

    def retry(self) -> None:
        """Tries what is parked again, and does not wait for a delivery under way."""
        self._parked_version = None
        self._retry_requested = True

    def resend(self, recent: Sequence[RecordedEvent], revision: int) -> None:
        """Adds the recent events to the pending ones after a reset, for the history: it may hold
        others in their place. On the bus are those that were not pending."""
        pending = {each.metadata.sequence for each in self.events}
        known = [each for each in recent if each.metadata.sequence not in pending]
        self.events = [*known, *self.events]
        self._mark_published(known)
        self._reset_revision = revision
        self.retry()

    async def deliver(
        self, latest: Callable[[], State], answers: Mapping[str, JsonValue]
    ) -> Outcome:
        """Hands over what is pending. Returns early, to be called again, if a delivery with a later
        state should replace it, or if it has failed."""
        state, begun = latest(), workflow.now()
        parked, self._retry_requested = self.is_parked(state), False
        delivery = self._next_delivery(state, {} if parked else answers)
        lasts = parked or _is_retrying(state)
        attempts = _start(delivery, UNLIMITED_ATTEMPTS if lasts else FIRST_ATTEMPTS)
        # A dependency is down: a newer snapshot must not wait behind the retries of an older one.
        await workflow.wait_condition(
            lambda: (
                attempts.done()
                or self._retry_requested
                or (latest().revision > state.revision and workflow.now() - begun > REPLACED_AFTER)
            )
        )
        replaced = not attempts.done()
        if replaced:
            attempts.cancel()
        try:
            await attempts
        except ActivityError as failure:
            if not workflow.patched(REPORTS_HEALTH):
                return await _retry_as_before(failure, replaced)
            return self._record_failure(failure, delivery, parked)
        self._record_success(delivery)
        return Outcome(state.health.status) if parked else DELIVERED

    def _next_delivery(self, state: State, answers: Mapping[str, JsonValue]) -> Delivery:
        if self.is_parked(state):
            return Delivery(snapshot=state, events=())
        events = tuple(self.events[:BATCH])
        return Delivery(
            snapshot=state,
            events=events,
            published=sum(each.metadata.sequence <= self.published_sequence for each in events),
            refused=tuple(self.refused),
            answers=answers,
        )

    def _record_success(self, delivery: Delivery) -> None:
        self._mark_published(delivery.events)
        if delivery.snapshot.revision < self._reset_revision:
            return  # it began before the reset, and what it has kept may be gone
        self.visible_revision = delivery.snapshot.revision
        delivered = {each.metadata.sequence for each in delivery.events}
        self.events = [each for each in self.events if each.metadata.sequence not in delivered]
        for each in delivery.refused:
            with suppress(ValueError):  # it may have given way to newer ones meanwhile
                self.refused.remove(each)

    def _mark_published(self, events: Iterable[RecordedEvent]) -> None:
        sequences = (each.metadata.sequence for each in events)
        self.published_sequence = max([self.published_sequence, *sequences])

    def _record_failure(self, failure: ActivityError, delivery: Delivery, parked: bool) -> Outcome:
        state, published = delivery.snapshot, delivery.events[: _published_before(failure)]
        self._mark_published(published)
        is_final = failure.retry_state is RetryState.NON_RETRYABLE_FAILURE
        if parked:
            if is_final:
                self.visible_revision = state.revision  # not even this can be shown to readers
            return Outcome(state.health.status)
        if not is_final:
            return Outcome(HealthStatus.RETRYING, _delivery_failure(failure))
        workflow.logger.error("delivery parked", exc_info=failure)
        self._parked_version = state.version
        return Outcome(HealthStatus.STUCK, _delivery_failure(failure))


def _start(delivery: Delivery, retry: RetryPolicy) -> workflow.ActivityHandle[None]:
    state, types = delivery.snapshot, dict.fromkeys(event.type for event in delivery.events)
    return workflow.start_activity(
        PERSIST_AND_PUBLISH,
        dump_compact(delivery),
        start_to_close_timeout=DELIVERY_ATTEMPT,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=retry,
        # Until the attempt under way has ended, so that there is never more than one writer.
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=f"v{state.version} {state.status}: {', '.join(types) or 'notes'}",
    )


def _is_retrying(state: Aggregate) -> bool:
    return state.health.status is HealthStatus.RETRYING


async def _retry_as_before(failure: ActivityError, replaced: bool) -> Outcome:
    """Waits and tries again, as an earlier release did, for the runs that began under it."""
    if not replaced:
        workflow.logger.error("delivery gave up; trying again", exc_info=failure)
        await workflow.sleep(UNLIMITED_ATTEMPTS.maximum_interval or REPLACED_AFTER)
    return DELIVERED


def _published_before(failure: ActivityError) -> int:
    """Number of the delivery's events that need not be sent again."""
    match failure.cause:
        case ApplicationError(type=kind, details=[int(count)]) if kind in set(DeliveryFailure):
            return count
        case TimeoutError(last_heartbeat_details=[int(count)]):
            return count
    return 0


def _delivery_failure(failure: ActivityError) -> DeliveryFailure | None:
    """Cause of the failure; None if the delivery was only cancelled."""
    match failure.cause:
        case ApplicationError(type=str(kind)) if kind in set(DeliveryFailure):
            return DeliveryFailure(kind)
        case ApplicationError():
            return DeliveryFailure.UNKNOWN
        case TimeoutError():
            return DeliveryFailure.TIMEOUT
    return None
