"""What a workflow still owes to the outside, and how it gets there: one delivery at a time, in
order, for as long as it takes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Generic

from pydantic import JsonValue
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.delivery import PERSIST_AND_PUBLISH, Delivery
    from domain.aggregate import State
    from domain.model import weight
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
RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)
)


class Outbox(Generic[State]):
    """`told` is the revision that readers see."""

    def __init__(self, carried: Carried[State]) -> None:
        self.told = carried.told
        self.events = list(carried.outbox)
        self.refused = deque(carried.refused, maxlen=REFUSED)

    @property
    def is_full(self) -> bool:
        return sum(map(weight, self.events)) > OUTBOX_BYTES

    def owes(self, state: State) -> bool:
        return bool(self.events or self.refused) or self.told < state.revision

    async def deliver(self, latest: Callable[[], State], answers: Mapping[str, JsonValue]) -> None:
        """Hands what is owed to the outside. Returns early, to be called again, if it had better
        be replaced by fresher news, or has failed for good."""
        state, events, refused = latest(), self.events[:BATCH], tuple(self.refused)
        begun = workflow.now()
        delivery = _start(
            Delivery(snapshot=state, events=tuple(events), refused=refused, answers=answers)
        )
        # A dependency is down: a newer snapshot must not wait behind the retries of an older one.
        await workflow.wait_condition(
            lambda: (
                delivery.done()
                or (latest().revision > state.revision and workflow.now() - begun > PATIENCE)
            )
        )
        replaced = not delivery.done()
        if replaced:
            delivery.cancel()
        try:
            await delivery
        except ActivityError as failure:
            if not replaced:
                workflow.logger.error("delivery gave up; trying again", exc_info=failure)
                await workflow.sleep(RETRY.maximum_interval or PATIENCE)
            return
        self.told = state.revision
        del self.events[: len(events)]
        for each in refused:
            with suppress(ValueError):  # it may have given way to newer ones meanwhile
                self.refused.remove(each)


def _start(delivery: Delivery) -> workflow.ActivityHandle[None]:
    state, types = delivery.snapshot, dict.fromkeys(event.type for event in delivery.events)
    return workflow.start_activity(
        PERSIST_AND_PUBLISH,
        delivery,
        start_to_close_timeout=ATTEMPT,
        retry_policy=RETRY,
        # Until the attempt under way has ended, so that there is never more than one writer.
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=f"v{state.version} {state.status}: {', '.join(types) or 'notes'}",
    )
