"""The engine that all our workflows share.

It applies commands to a state, remembers recent answers, and delivers events and snapshots: one
delivery at a time, in order, for as long as it takes. Nothing outside changes before Temporal
has recorded the command, because applying it changes the state in memory alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Self

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.kernel.aggregate import Answer, Command, State
    from domain.kernel.delivery_health import HealthStatus
    from domain.kernel.errors import code_of
    from domain.kernel.events import Event, Metadata, RecordedEvent, publish
    from domain.kernel.idempotency import RememberedAnswers
    from domain.kernel.ledger import Ledger, refused_command
    from domain.kernel.origin import Origin
    from domain.kernel.values import to_milliseconds, widen
    from workflows.contract import (
        CORRELATION_ID,
        OUTBOX_FULL,
        Undelivered,
    )
    from workflows.delivery_health import health_after
    from workflows.idempotency import as_json, newest, packed
    from workflows.outbox import Outbox, Outcome
    from workflows.refusals import refusals_cross
    from workflows.resets import when_reset
    from workflows.start_inputs import ContinuedState, StartInput
    from workflows.visibility import show

RECENT = 64
"""Events that a workflow keeps in memory, and carries into its next run."""
MAX_HISTORY = 2_000
"""Events of a run before it continues as new: replaying them takes well below a second."""
HEALTH_CHANGES = "delivery_health_changes"
"""The metric that counts them; a replay counts nothing twice."""


class Journal(Generic[State]):
    """The state of one aggregate, and all that is still to be delivered of it."""

    def __init__(self, carried: ContinuedState[State]) -> None:
        answers = RememberedAnswers(carried.answers, carried.settled)
        self.ledger = Ledger(carried.state, answers)
        self._recent = tuple(map(_as_bytes, carried.recent))
        self._outbox = Outbox(carried)
        self.when_changed: Callable[[], None] = _nothing_to_do
        show(self.state)
        when_reset(self._outrank)

    @classmethod
    def opened(cls, start: StartInput[State], state: State, events: Sequence[Event]) -> Self:
        """The journal of what has just been started."""
        journal = cls(ContinuedState(state=state))
        journal.record(start.ACTION, None, events, start.origin)
        journal.ledger.answer(start.fingerprint, start.origin)
        return journal

    def _outrank(self) -> None:
        """Raises the revision above all that readers may have seen, and resends recent events."""
        self.apply_silent(self.state.after_reset(workflow.now()))
        self._outbox.resend(self.recent, self.state.revision)

    @property
    def state(self) -> State:
        return self.ledger.state

    def check(self, command: Command[State], origin: Origin) -> None:
        """Raises ApplicationError if the command would be refused; changes nothing."""
        if self.ledger.find_answer(origin.key):
            return
        with refusals_cross():
            self.ledger.decide(command, origin, to_milliseconds(workflow.now()))
        if self._outbox.is_full:
            raise ApplicationError(
                "Too much has not been told to the outside yet; nothing was changed",
                type=OUTBOX_FULL,
                non_retryable=True,
            )

    def apply(self, command: Command[State], origin: Origin) -> Answer[State]:
        """Carries the command out, or gives its first answer again. Raises like `check`."""
        before = self.state
        with refusals_cross():
            answer, events = self.ledger.apply(command, origin, to_milliseconds(workflow.now()))
        self.record(command.ACTION, before, events, origin)
        return answer

    def refuse(self, action: str, refusal: ApplicationError, origin: Origin) -> None:
        """Records a command that a signal brought and that was refused: a signal has no answer."""
        at, code = to_milliseconds(workflow.now()), code_of(refusal.type or "")
        refused = refused_command(
            action, self.state, code, refusal.message, origin, at, str(workflow.uuid4())
        )
        self._outbox.refuse(refused)

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
            recorded = widen(
                publish(event, metadata),
                RecordedEvent,
                command=command,
                from_status=before.status if before else None,
                to_status=self.state.status,
                via=origin.via,
            )
            self._outbox.events.append(recorded)
            self._recent = (*self._recent, _as_bytes(recorded))[-RECENT:]
        if self.state is not before:
            self._changed()

    def apply_untraced(self, state: State) -> None:
        """Takes a change that no reader need see."""
        self.ledger.state = state
        self._changed()

    def apply_silent(self, state: State) -> None:
        """Takes a change without an event; readers see it all the same."""
        self.ledger.state = state
        self._changed()

    def _changed(self) -> None:
        show(self.state)
        self.when_changed()

    async def deliver(self) -> None:
        """Delivers all that happens, until the aggregate is over and all of it is delivered, or
        until the run has grown so long that another should go on with what is `carried`."""
        while not self._may_rest():
            if self._outbox.is_due(self.state):
                answers = as_json(self.ledger.answers) if self.state.is_over else {}
                self._update_health(await self._outbox.deliver(lambda: self.state, answers))
            else:
                await workflow.wait_condition(
                    lambda: self._outbox.is_due(self.state) or self._may_rest()
                )

    def retry(self) -> None:
        """Delivers what is pending again at once, whatever it waits for."""
        self._outbox.retry()

    @property
    def undelivered(self) -> Undelivered:
        unpublished = self._outbox.unpublished
        return Undelivered(
            health=self.state.health,
            oldest_version=unpublished[0].metadata.sequence if unpublished else None,
            versions=len(unpublished),
            parked=self._outbox.is_parked(self.state),
        )

    @property
    def recent(self) -> list[RecordedEvent]:
        """The latest events."""
        return list(map(_of_bytes, self._recent))

    def backwards(self) -> Iterator[RecordedEvent]:
        """The same, the newest first; only those that are looked at are read."""
        return map(_of_bytes, reversed(self._recent))

    @property
    def is_done(self) -> bool:
        return self.state.is_over and not self._outbox.has_pending(self.state)

    def _may_rest(self) -> bool:
        return (self.is_done or _is_long()) and workflow.all_handlers_finished()

    def carried(self) -> ContinuedState[State]:
        """State of this run, for the next one to go on with."""
        answers = packed(self.ledger.answers)
        return ContinuedState(
            state=self.state,
            told=self._outbox.visible_revision,
            outbox=tuple(self._outbox.events),
            recent=tuple(map(_of_bytes, newest(self._recent, len))),
            refused=tuple(self._outbox.refused),
            answers=answers.latest,
            settled=answers.settled,
        )

    def _update_health(self, outcome: Outcome) -> None:
        """Records the outcome of a delivery, if it is new: readers and operators see it."""
        known = self.state.health
        at = to_milliseconds(workflow.now())
        health = health_after(known, outcome.status, outcome.failure, at)
        if health == known:
            return
        self.apply_silent(self.state.without_event(health=health))
        if health.status is not known.status:
            _count(health.status)


def _nothing_to_do() -> None:
    pass


# As JSON, an event takes a quarter of the memory that it takes otherwise.
def _as_bytes(event: RecordedEvent) -> bytes:
    return event.model_dump_json().encode()


_of_bytes = RecordedEvent.model_validate_json


def _is_long() -> bool:
    info = workflow.info()
    return info.is_continue_as_new_suggested() or info.get_current_history_length() > MAX_HISTORY


def _count(status: HealthStatus) -> None:
    counter = workflow.metric_meter().create_counter(
        HEALTH_CHANGES, "Aggregates whose delivery has come to be in this health"
    )
    counter.add(1, {"health": status})


def _first_correlation_id() -> str:
    # Some starters record that they have none.
    known = workflow.memo_value(CORRELATION_ID, None)
    return str(known or workflow.info().workflow_id)
