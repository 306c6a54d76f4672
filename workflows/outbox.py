"""What a workflow still owes to the outside, and how it gets there: one delivery at a time, in
order, for as long as it takes.

A delivery that would fail the same way for ever is parked, and not tried again before there is a
new command, or an operator asks for it. Readers are told of that all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Generic, NamedTuple

from pydantic import JsonValue
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutError

with workflow.unsafe.imports_passed_through():
    from activities.delivery import PERSIST_AND_PUBLISH, Delivery
    from activities.heartbeat import HEARTBEAT
    from domain.kernel.aggregate import Aggregate, State
    from domain.kernel.delivery_health import HealthStatus, Trouble
    from domain.kernel.events import RecordedEvent, RefusedCommand
    from domain.kernel.values import brief, weight
    from workflows.contract import Carried

OUTBOX_BYTES = 512 * 1024
"""What may be untold before commands are refused until the outside is back."""
REFUSED = 100
"""Refused commands that may wait to be told; the oldest give way."""
BATCH = 100
"""Events in one delivery: what an attempt can publish one by one within its deadline."""
PATIENCE = timedelta(seconds=2)
"""How long a delivery may take before a new command has it replaced by one with fresher news."""
ATTEMPT = timedelta(seconds=15)
AT_FIRST = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=3)
"""Then those who look at the aggregate are told that something is amiss."""
FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
)
TELLS_HEALTH = "tells-health"
"""The patch since which a failed delivery is told of, and may be parked."""


class Outcome(NamedTuple):
    """How a delivery went; without a `trouble`, there is nothing new to say of what is amiss."""

    status: HealthStatus
    trouble: Trouble | None = None


TOLD = Outcome(HealthStatus.OK)


class Outbox(Generic[State]):
    """`told` is the revision that readers see. `_heard` is the last event that is known to be on
    the bus, `_since` the revision that the last reset has led to."""

    def __init__(self, carried: Carried[State]) -> None:
        self.told = carried.told
        self.events = list(carried.outbox)
        self.refused = list(carried.refused)
        self._heard = 0
        self._since = 0
        self._parked_at: int | None = None
        self._urged = False

    @property
    def is_full(self) -> bool:
        return sum(map(weight, self.events)) > OUTBOX_BYTES

    @property
    def untold(self) -> list[RecordedEvent]:
        """What is not on the bus yet, as far as is known."""
        return [each for each in self.events if each.metadata.sequence > self._heard]

    def owes(self, state: State) -> bool:
        return bool(self.events or self.refused) or self.told < state.revision

    def is_due(self, state: State) -> bool:
        """Whether there is something to deliver now: while it is parked, only the news of that."""
        return self.told < state.revision if self.is_parked(state) else self.owes(state)

    def is_parked(self, state: State) -> bool:
        return self._parked_at == state.version

    def refuse(self, refused: RefusedCommand) -> None:
        self.refused = [*self.refused, refused][-REFUSED:]

    def retry(self) -> None:
        """Takes up what is parked, and does not wait for what is under way."""
        self._parked_at = None
        self._urged = True

    def retell(self, recent: Sequence[RecordedEvent], revision: int) -> None:
        """After a reset, for the history: there may be others in the place of these events. The bus
        has heard of those that are not owed."""
        owed = {each.metadata.sequence for each in self.events}
        known = [each for each in recent if each.metadata.sequence not in owed]
        self.events = [*known, *self.events]
        self._heard = max([self._heard, *(each.metadata.sequence for each in known)])
        self._since = revision
        self.retry()

    async def deliver(
        self, latest: Callable[[], State], answers: Mapping[str, JsonValue]
    ) -> Outcome:
        """Hands what is owed to the outside. Returns early, to be called again, if it had better
        be replaced by fresher news, or has failed."""
        state, begun = latest(), workflow.now()
        parked, self._urged = self.is_parked(state), False
        delivery = self._next(state, {} if parked else answers)
        attempts = _start(delivery, FOR_EVER if parked or _is_retrying(state) else AT_FIRST)
        # A dependency is down: a newer snapshot must not wait behind the retries of an older one.
        await workflow.wait_condition(
            lambda: (
                attempts.done()
                or self._urged
                or (latest().revision > state.revision and workflow.now() - begun > PATIENCE)
            )
        )
        replaced = not attempts.done()
        if replaced:
            attempts.cancel()
        try:
            await attempts
        except ActivityError as failure:
            if not workflow.patched(TELLS_HEALTH):
                return await _as_before(failure, replaced)
            return self._failed(failure, delivery, parked)
        self._done(delivery)
        return Outcome(state.health.status) if parked else TOLD

    def _next(self, state: State, answers: Mapping[str, JsonValue]) -> Delivery:
        if self.is_parked(state):
            return Delivery(snapshot=state, events=())
        events = tuple(self.events[:BATCH])
        return Delivery(
            snapshot=state,
            events=events,
            published=sum(each.metadata.sequence <= self._heard for each in events),
            refused=tuple(self.refused),
            answers=answers,
        )

    def _done(self, delivery: Delivery) -> None:
        told = {each.metadata.sequence for each in delivery.events}
        self._heard = max([self._heard, *told])
        if delivery.snapshot.revision < self._since:
            return  # it began before the reset, and what it has kept may be gone
        self.told = delivery.snapshot.revision
        self.events = [each for each in self.events if each.metadata.sequence not in told]
        for each in delivery.refused:
            with suppress(ValueError):  # it may have given way to newer ones meanwhile
                self.refused.remove(each)

    def _failed(self, failure: ActivityError, delivery: Delivery, parked: bool) -> Outcome:
        state, published = delivery.snapshot, delivery.events[: _published_before(failure)]
        self._heard = max([self._heard, *(each.metadata.sequence for each in published)])
        is_final = failure.retry_state is RetryState.NON_RETRYABLE_FAILURE
        if parked:
            if is_final:
                self.told = state.revision  # not even readers can be told
            return Outcome(state.health.status)
        if not is_final:
            return Outcome(HealthStatus.RETRYING, _trouble_of(failure))
        workflow.logger.error("delivery parked", exc_info=failure)
        self._parked_at = state.version
        return Outcome(HealthStatus.STUCK, _trouble_of(failure))


def _start(delivery: Delivery, retry: RetryPolicy) -> workflow.ActivityHandle[None]:
    state, types = delivery.snapshot, dict.fromkeys(event.type for event in delivery.events)
    return workflow.start_activity(
        PERSIST_AND_PUBLISH,
        brief(delivery),
        start_to_close_timeout=ATTEMPT,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=retry,
        # Until the attempt under way has ended, so that there is never more than one writer.
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=f"v{state.version} {state.status}: {', '.join(types) or 'notes'}",
    )


def _is_retrying(state: Aggregate) -> bool:
    return state.health.status is HealthStatus.RETRYING


async def _as_before(failure: ActivityError, replaced: bool) -> Outcome:
    """What runs of an earlier release go on to do until they continue as new."""
    if not replaced:
        workflow.logger.error("delivery gave up; trying again", exc_info=failure)
        await workflow.sleep(FOR_EVER.maximum_interval or PATIENCE)
    return TOLD


def _published_before(failure: ActivityError) -> int:
    """How many events of the delivery need not be sent again."""
    match failure.cause:
        case ApplicationError(type=kind, details=[int(count)]) if kind in set(Trouble):
            return count
        case TimeoutError(last_heartbeat_details=[int(count)]):
            return count
    return 0


def _trouble_of(failure: ActivityError) -> Trouble | None:
    """None if it was only called off."""
    match failure.cause:
        case ApplicationError(type=str(kind)) if kind in set(Trouble):
            return Trouble(kind)
        case ApplicationError():
            return Trouble.UNKNOWN
        case TimeoutError():
            return Trouble.TIMEOUT
    return None
