"""Reads one run of a workflow from its history, event by event.

Every delivery is in there, as the input of an activity; those of a long run would fill the memory.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.delivery import PERSIST_AND_PUBLISH, Delivery
from activities.mongo.audit import Record
from api.rebuild.recorded_state import RecordedState
from domain.agenda.resource_commands import SENT_TO_RESOURCES
from domain.kernel.aggregate import Answer
from workflows.contract import RETRY_DELIVERY
from workflows.kinds import BY_WORKFLOW_TYPE
from workflows.start_inputs import StartInput

FORCED_END_EVENTS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
}

WITHOUT_STATE = {RETRY_DELIVERY, *(command.ACTION for command in SENT_TO_RESOURCES)}
"""Updates that are answered without the state."""

T = TypeVar("T")


class UnreadableHistory(Exception):
    """The history was not written by this release or one before it"""


class HistoryReader:
    def __init__(self, client: Client, recorded: RecordedState, run_id: str) -> None:
        self._client, self._recorded, self._run_id = client, recorded, run_id
        self._under_way: dict[int, Payload] = {}
        self._accepted: dict[int, str] = {}
        self._record: Record | None = None
        self._answer: type[Answer[Any]] = Answer
        self.neighbours: set[str] = set()
        """The runs before and after it."""

    async def take(self, event: HistoryEvent) -> None:
        """Raises UnreadableHistory."""
        facts: Any = getattr(event, event.WhichOneof("attributes") or "")
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                await self._started(facts, event.event_time.ToDatetime(UTC))
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                if facts.activity_type.name == PERSIST_AND_PUBLISH:
                    self._under_way[event.event_id] = facts.input.payloads[0]
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                await self._ended(facts.scheduled_event_id, self._recorded.add_delivered)
            case (
                EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED
                | EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED
            ):
                await self._ended(facts.scheduled_event_id, self._recorded.add_pending)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                self._accepted[event.event_id] = facts.accepted_request.input.name
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
                await self._answered(facts.accepted_event_id, facts.outcome.success.payloads)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
                self.neighbours.add(facts.new_execution_run_id)
            case end if end in FORCED_END_EVENTS:
                await self._abandoned()

    async def _started(self, facts: Any, at: datetime) -> None:
        before = facts.continued_execution_run_id
        self.neighbours |= {before} - {""}
        kind = BY_WORKFLOW_TYPE[facts.workflow_type.name]
        self._answer = Answer[kind.state]  # type: ignore[name-defined]  # known at run time
        start: StartInput[Any] = await self._decoded(facts.input.payloads[0], kind.start)
        # A run that was reset begins with the events of the one that was given up.
        if not before or facts.original_execution_run_id != self._run_id:
            self._recorded.discard_later(start)
        self._record = self._recorded.begin(start, at)

    async def _answered(self, accepted: int, payloads: Iterable[Payload]) -> None:
        if self._accepted.pop(accepted, "") in WITHOUT_STATE:
            return
        for payload in payloads:
            answer = await self._decoded(payload, self._answer)
            self._recorded.add_shown(answer.state)

    async def finish(self) -> None:
        """Finishes the reading, at the end of what is recorded so far."""
        await self._all_ended(self._recorded.add_pending)

    async def _abandoned(self) -> None:
        """Counts what is under way, or was to be tried again, as delivered: nobody is left to do
        it."""
        await self._all_ended(self._recorded.add_delivered)
        if self._record:
            self._record.events |= self._record.pending
            self._record.pending = {}

    async def _all_ended(self, so: Callable[[Delivery], object]) -> None:
        for scheduled in list(self._under_way):
            await self._ended(scheduled, so)

    async def _ended(self, scheduled: int, so: Callable[[Delivery], object]) -> None:
        if payload := self._under_way.pop(scheduled, None):
            so(await self._decoded(payload, Delivery))

    async def _decoded(self, payload: Payload, kind: type[T]) -> T:
        try:
            [value] = await self._client.data_converter.decode([payload], [kind])
        except (ValueError, KeyError) as unknown:
            raise UnreadableHistory(str(unknown)) from unknown
        if not isinstance(value, kind):
            raise UnreadableHistory(f"{kind.__name__} expected")
        return value
