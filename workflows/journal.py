"""The engine that all our workflows share.

It applies commands to a state, remembers recent answers, and hands what happened to the outside:
one delivery at a time, in order, for as long as it takes. Nothing outside changes before Temporal
has recorded the command, because applying it changes the state in memory alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Reversible, Sequence
from datetime import timedelta
from itertools import accumulate, islice, takewhile
from typing import Generic, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.delivery import PERSIST_AND_PUBLISH, Delivery
    from domain.aggregate import Command, State, decide
    from domain.errors import DomainError
    from domain.events import Event, Metadata, RecordedEvent, publish
    from domain.model import Value, to_milliseconds, weight
    from workflows.contract import (
        CORRELATION_ID,
        OUTBOX_FULL,
        SERVICE_STATUS,
        Answer,
        Carried,
        Origin,
        fingerprint,
    )

REMEMBERED = 64
"""Answers and events that a workflow keeps at hand, and carries into its next run."""
CARRIED_BYTES = 256 * 1024
"""What the carried answers may weigh, and what the carried events: Temporal ends a workflow whose
messages pass 2 MB."""
OUTBOX_BYTES = 512 * 1024
"""What may be untold before commands are refused until the outside is back."""
BATCH = 100
"""Events in one delivery: what an attempt can publish one by one within its deadline."""
MAX_HISTORY = 2_000
"""Events of a run before it continues as new: replaying them takes well below a second."""
PATIENCE = timedelta(seconds=2)
"""How long a delivery may take before a new command has it replaced by one with fresher news."""
ATTEMPT = timedelta(seconds=15)
RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)
)

T = TypeVar("T")


class Journal(Generic[State]):
    """The state of one aggregate, and all that it still owes to clients and to the world."""

    def __init__(self, carried: Carried[State]) -> None:
        self.state = carried.state
        self._told = carried.told
        self.recent = deque(carried.recent, maxlen=REMEMBERED)
        self._outbox = list(carried.outbox)
        self._answers = dict(carried.answers)
        self._show()

    def check(self, command: Command[State], origin: Origin) -> None:
        """Raises ApplicationError if the command would be refused; changes nothing."""
        if origin.key in self._answers:
            return
        self._after(command, origin)
        if sum(map(weight, self._outbox)) > OUTBOX_BYTES:
            raise ApplicationError(
                "Too much has not been told to the outside yet; nothing was changed",
                type=OUTBOX_FULL,
                non_retryable=True,
            )

    def apply(self, command: Command[State], origin: Origin) -> Answer[State]:
        """Carries the command out, or gives its first answer again. Raises like `check`."""
        if origin.key in self._answers:
            return self._answers[origin.key]
        before = self.state
        after, events = self._after(command, origin)
        self.state = after
        self.record(command.ACTION, before, events, origin)
        answer: Answer[State] = Answer(
            state=after, fingerprint=fingerprint(command), request_id=origin.request_id
        )
        if origin.key is not None:
            self._answers[origin.key] = answer
            while len(self._answers) > REMEMBERED:
                del self._answers[next(iter(self._answers))]
        return answer

    def record(
        self, command: str, before: State | None, events: Sequence[Event], origin: Origin
    ) -> None:
        """Takes `events`, the latest of `self.state`, into the history and the outbox."""
        first = self.state.version - len(events) + 1
        for sequence, event in enumerate(events, first):
            metadata = Metadata(
                event_id=f"{self.state.aggregate_id}:{sequence}",
                sequence=sequence,
                occurred_at=self.state.updated_at,
                correlation_id=origin.correlation_id or _first_correlation_id(),
                causation_id=origin.causation_id,
                actor=origin.actor,
            )
            recorded = RecordedEvent(
                **publish(event, metadata).__dict__,
                command=command,
                from_status=before.status if before else None,
                to_status=self.state.status,
                via=origin.via,
            )
            self._outbox.append(recorded)
            self.recent.append(recorded)
        if events:
            self._show()

    def note(self, state: State) -> None:
        """Takes a change that no event tells of; readers see it all the same."""
        self.state = state
        self._show()

    async def deliver(self) -> None:
        """Hands all that happens to the outside, until the aggregate is over and all is told, or
        until the run has grown so long that another should go on with what is `carried`."""
        while not self._may_rest():
            if self._owes:
                await self._deliver_batch()
            else:
                await workflow.wait_condition(lambda: self._owes or self._may_rest())

    @property
    def is_done(self) -> bool:
        return self.state.is_over and not self._owes

    @property
    def _owes(self) -> bool:
        return bool(self._outbox) or self._told < self.state.revision

    def _may_rest(self) -> bool:
        return (self.is_done or _is_long()) and workflow.all_handlers_finished()

    def carried(self) -> Carried[State]:
        """What the next run needs to go on as if it were this one."""
        return Carried(
            state=self.state,
            told=self._told,
            outbox=tuple(self._outbox),
            recent=_newest(self.recent, lambda event: event),
            answers=dict(_newest(self._answers.items(), lambda item: item[1])),
        )

    async def _deliver_batch(self) -> None:
        batch, revision = tuple(self._outbox[:BATCH]), self.state.revision
        begun = workflow.now()
        delivery = workflow.start_activity(
            PERSIST_AND_PUBLISH,
            Delivery(snapshot=self.state, events=batch),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRY,
            # Until the attempt under way has ended, so that there is never more than one writer.
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"v{self.state.version} {self.state.status}: "
            + (", ".join(dict.fromkeys(event.type for event in batch)) or "notes"),
        )
        # A dependency is down: a newer snapshot must not wait behind the retries of an older one.
        await workflow.wait_condition(
            lambda: (
                delivery.done()
                or (self.state.revision > revision and workflow.now() - begun > PATIENCE)
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
        del self._outbox[: len(batch)]
        self._told = revision

    def _after(self, command: Command[State], origin: Origin) -> tuple[State, tuple[Event, ...]]:
        try:
            if origin.aggregate_id not in {None, self.state.aggregate_id}:
                raise self.state.not_found(origin.aggregate_id or "")
            return decide(self.state, command, to_milliseconds(workflow.now()))
        except DomainError as refusal:
            raise ApplicationError(
                refusal.message, refusal.facts, type=type(refusal).__name__, non_retryable=True
            ) from refusal

    def _show(self) -> None:
        """Keeps what operators see in the Web UI up to date; the search attribute costs an event,
        so it is written only when it changes."""
        workflow.set_current_details(self.state.details)
        if workflow.info().typed_search_attributes.get(SERVICE_STATUS) != self.state.status:
            workflow.upsert_search_attributes([SERVICE_STATUS.value_set(self.state.status)])


def _newest(values: Reversible[T], weighed: Callable[[T], Value]) -> tuple[T, ...]:
    """The latest values that there is room for in the next run's input, in their order."""
    weights = accumulate(weight(weighed(value)) for value in reversed(values))
    room = sum(1 for _ in takewhile(lambda weight: weight <= CARRIED_BYTES, weights))
    return tuple(islice(reversed(values), room))[::-1]


def _is_long() -> bool:
    info = workflow.info()
    return info.is_continue_as_new_suggested() or info.get_current_history_length() > MAX_HISTORY


def _first_correlation_id() -> str:
    # Some starters write down that they have none.
    known = workflow.memo_value(CORRELATION_ID, None)
    return str(known or workflow.info().workflow_id)
