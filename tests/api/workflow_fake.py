"""One run of a workflow, as a fake with behaviour: decides, remembers its answers, owes news."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic_core import from_json, to_json
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.errors import DomainError, code_of
from domain.kernel.events import Event, RecordedEvent, RefusedCommand
from domain.kernel.idempotency import RememberedAnswers
from domain.kernel.ledger import Ledger, refused_command
from domain.kernel.origin import Origin
from domain.kernel.values import to_milliseconds
from tests.domain.execution.builders import recorded
from workflows.contract import SERVICE_STATUS, Undelivered
from workflows.refusals import revive, wire_facts
from workflows.start_inputs import StartInput

HISTORY_LENGTH = 12


class Run(Ledger[State]):
    """`outbox` is what it has yet to tell: each state with the events that led to it."""

    def __init__(
        self,
        start: StartInput[State],
        state: State,
        at: datetime,
        answers: Mapping[str, Answer[State]],
    ) -> None:
        super().__init__(state, RememberedAnswers(answers))
        self.memo: Mapping[str, str] = start.memo
        self.started_at = at
        self.outbox: list[tuple[State, tuple[RecordedEvent, ...]]] = []
        self.refused: list[RefusedCommand] = []
        self.pending: list[PendingActivityInfo] = []
        self.parked = False
        self.ended: WorkflowExecutionStatus | None = None
        self.has_begun = True

    @property
    def undelivered(self) -> Undelivered:
        events = [event for _, told in self.outbox for event in told]
        return Undelivered(
            health=self.state.health,
            oldest_version=events[0].metadata.sequence if events else None,
            versions=len(events),
            parked=self.parked,
        )

    @property
    def is_done(self) -> bool:
        return self.state.is_over and not self.outbox

    def receive(self, command: Command[State], origin: Origin) -> Answer[State]:
        """Raises the DomainError that refuses the command, as it looks after crossing a wire."""
        before = self.state
        try:
            answer, events = self.apply(command, origin, now())
        except DomainError as refusal:
            facts: dict[str, Any] = from_json(to_json(wire_facts(refusal.facts)))
            revived = revive(type(refusal).__name__, refusal.message, facts)
            raise revived or refusal from None
        self.tell(before, events, command.ACTION, origin)
        return answer

    def receive_signal(self, command: Command[State], origin: Origin) -> None:
        """Applies it, or keeps why not."""
        try:
            self.receive(command, origin)
        except DomainError as refusal:
            code, reason = code_of(type(refusal).__name__), refusal.message
            self.refused.append(
                refused_command(
                    command.ACTION, self.state, code, reason, origin, now(), str(uuid4())
                )
            )

    def tell(
        self, before: State | None, events: tuple[Event, ...], command: str, origin: Origin
    ) -> None:
        if self.state is not before:
            told = recorded(before, self.state, events, command, origin)
            self.outbox.append((self.state, told))


class Description:
    """The description that Temporal has of a workflow without asking it."""

    def __init__(self, id_: str, run: Run[Any], status: WorkflowExecutionStatus) -> None:
        shown = SearchAttributePair(SERVICE_STATUS, str(run.state.status))
        self.id = id_
        self.start_time = run.started_at
        self.close_time = None if status is WorkflowExecutionStatus.RUNNING else now()
        self.status = status
        self.typed_search_attributes = TypedSearchAttributes([shown])
        self.history_length = HISTORY_LENGTH
        self.raw_description = DescribeWorkflowExecutionResponse(pending_activities=run.pending)
        self._memo = run.memo

    async def memo_value(self, key: str, default: object, type_hint: type) -> object:
        return self._memo.get(key, default)


def begun(start: StartInput[State]) -> Run[State]:
    """The run of a workflow that has just been started."""
    at = now()
    if start.carried:
        return Run(start, start.carried.state, at, start.carried.answers)
    state, events = start.opened(at)
    run = Run(start, state, at, {})
    run.tell(None, events, start.ACTION, start.origin)
    run.answer(start.fingerprint, start.origin)
    return run


def now() -> datetime:
    return to_milliseconds(datetime.now(UTC))
