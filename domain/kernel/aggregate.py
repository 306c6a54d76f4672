"""State with a version, and commands that change it: the common part of all aggregates."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from pydantic import Field

from domain.kernel.delivery_health import DeliveryHealth, HealthStatus
from domain.kernel.errors import DomainError, VersionMismatch
from domain.kernel.events import Event
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.values import Input, Instant, Value, evolve

MICROSECOND = timedelta(microseconds=1)
BEYOND_COUNTING = 10**12
"""A number beyond all counts of changes, and far below the microseconds since 1970."""


class Aggregate(Value):
    """The state of one thing. `version` is the number of events that led to it, and
    `untold_changes` the number of changes without an event. A reset of its workflow is one of
    those, and counts for as many as no run can have made."""

    LIFECYCLE: ClassVar[Lifecycle[Any, Any]]
    NOT_FOUND: ClassVar[type[DomainError]]
    NOT_FOR_CLIENTS: ClassVar[frozenset[StrEnum]] = frozenset()
    """Actions that come from other services alone; no person asks for them."""

    status: StrEnum
    created_at: Instant
    updated_at: Instant
    version: int
    untold_changes: int = 0
    health: DeliveryHealth = DeliveryHealth()
    workflow_ended: bool = Field(False, exclude=True)
    """Mark of the snapshot alone: a workflow cannot say of itself that it was ended."""

    @classmethod
    def not_found(cls, aggregate_id: str) -> DomainError:
        raise NotImplementedError

    @property
    def aggregate_id(self) -> str:
        raise NotImplementedError

    @property
    def revision(self) -> int:
        """Count of all changes, those without an event included."""
        return self.version + self.untold_changes

    @property
    def was_reset(self) -> bool:
        """True if there may be traces of later versions that do not count any more."""
        return self.untold_changes > BEYOND_COUNTING

    @property
    def is_over(self) -> bool:
        """True if nothing more is to be done, so that its workflow may end."""
        return self.LIFECYCLE.is_over(self.status)

    @property
    def has_errands(self) -> bool:
        """True if another party has still to hear of something, or to do it."""
        return False

    @property
    def is_gone(self) -> bool:
        """True if nobody is to find it any more; its history stays."""
        return False

    @property
    def forbidden_actions(self) -> frozenset[StrEnum]:
        """Actions that the status would allow, and something else does not."""
        return frozenset()

    @property
    def allowed_actions(self) -> tuple[Any, ...]:
        """Actions that a client may take next, in the table's order."""
        if self.workflow_ended:
            return ()
        forbidden = self.NOT_FOR_CLIENTS | self.forbidden_actions
        return self.LIFECYCLE.actions(self.status, forbidden)

    @property
    def allowed_transitions(self) -> tuple[StrEnum, ...]:
        """The other statuses that those actions lead to."""
        reached = (self.LIFECYCLE.after(self.status, action) for action in self.allowed_actions)
        return tuple(dict.fromkeys(status for status in reached if status != self.status))

    @property
    def extra_facts(self) -> dict[str, Any]:
        """Facts of a refusal besides the status and what may follow."""
        return {}

    @property
    def refusal_facts(self) -> dict[str, Any]:
        """Facts that go with a refusal."""
        return {
            "current_status": self.status,
            "allowed_transitions": list(self.allowed_transitions),
            **self.extra_facts,
        }

    def with_ended_workflow(self, reason: str, at: datetime) -> Self:
        """The state of an aggregate whose workflow was ended. It has no new revision: any news of
        the workflow counts for more."""
        health = self.health.after(HealthStatus.STUCK, reason, at)
        return evolve(self, health=health, workflow_ended=True)

    def reopened(self) -> Self:
        """The state that another run goes on with."""
        return self.without_event(health=type(self.health)(), workflow_ended=False)

    def without_event(self, **fields: Any) -> Self:
        """The state after a change that has no event."""
        return evolve(self, **fields, untold_changes=self.untold_changes + 1)

    def after_reset(self, at: datetime) -> Self:
        """The state at a revision ahead of all that an abandoned run has shown or may still show,
        whatever its version: microseconds since 1970 grow faster than any count of changes."""
        since = (at - datetime.fromtimestamp(0, UTC)) // MICROSECOND
        return evolve(self, untold_changes=max(since, self.untold_changes + 1))

    def expect(self, versions: Collection[int] | None) -> None:
        """Raises VersionMismatch unless it is at one of them; None expects nothing."""
        if versions is not None and self.version not in versions:
            raise VersionMismatch(
                f"The present version is {self.version}; read it, and decide again",
                current_version=self.version,
            )

    def after(self, action: StrEnum) -> StrEnum:
        """The status that `action` leads to. Raises the table's refusal."""
        if action not in self.LIFECYCLE.actions(self.status):
            raise self.LIFECYCLE.refused(
                self.status, action, self.allowed_transitions, **self.extra_facts
            )
        status: StrEnum = self.LIFECYCLE.after(self.status, action)
        return status


State = TypeVar("State", bound=Aggregate)

Change = tuple[State, tuple[Event, ...]]
"""The next state, and the events of the change; a change without an event is one all the same."""


class Answer(Value, Generic[State]):
    """Result of a command. `fingerprint` identifies the command that an Idempotency-Key stood for,
    and `request_id` the first of its repeats."""

    state: State
    fingerprint: str
    request_id: str | None = None


class Command(Input, Generic[State]):
    """A request to change an aggregate; its docstring is what operators read in the Web UI."""

    ACTION: ClassVar[StrEnum]
    ASKED: ClassVar[type[Value] | None] = None
    """The part that a client asks for, if the service adds more."""
    LEAVES_NO_TRACE: ClassVar[bool] = False
    """True if no reader need see the change: it has neither an event nor a revision."""

    def reply(self, answer: Answer[State]) -> Any:
        """The answer to the sender, once it is carried out."""
        return answer

    def unattended(self, state: State) -> Self:
        """The command as it is meant where nobody has prepared it: by a signal."""
        return self

    def is_done(self, state: State) -> bool:
        """True if the state is already as asked, so that a repeat is harmless."""
        return False

    def was_refused(self, state: State) -> bool:
        """True if an earlier release refused it in this state: a signal that it refused is in the
        history of its workflow, and is refused again when that is replayed."""
        return False

    def change(self, state: State, at: datetime) -> Change[State]:
        """The state with its new fields, as `evolve` makes it; `decide` adds status, time and
        version."""
        raise NotImplementedError


class Alarm(NamedTuple, Generic[State]):
    """The command that an aggregate has carried out at an instant, by itself."""

    at: datetime
    command: Command[State]


def decide(state: State, command: Command[State], at: datetime) -> Change[State]:
    """The state after `command`, and the events; the same state if there was nothing to change.

    `at` is UTC, cut to milliseconds; time never runs backwards for an aggregate, whatever the
    clocks do. Raises a DomainError, and then nothing has changed.
    """
    if command.is_done(state):
        return state, ()
    at = max(at, state.updated_at)
    status = state.after(command.ACTION)
    changed, events = command.change(state, at)
    if events:
        version = state.version + len(events)
        return evolve(changed, status=status, updated_at=at, version=version), events
    if changed == state and status == state.status:
        return state, ()
    if command.LEAVES_NO_TRACE:
        return evolve(changed, status=status), ()
    return changed.without_event(status=status), ()
