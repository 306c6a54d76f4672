"""One aggregate's workflow in the hands of a test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Self
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.client import WorkflowHistory as History

from domain.execution.state import Execution
from domain.execution.task_commands import AddTask
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.events import RecordedEvent
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from workflows.contract import HISTORY, SNAPSHOT, Origin

SOON = timedelta(seconds=30)
"""Temporal gives a workflow task that got lost to somebody else after ten seconds."""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def task(number: int = 1) -> AddTask:
    return AddTask(description=f"Task {number}", estimated_duration=10)


class Driven(Generic[State]):
    """`first_run` is where its chain of runs begins, if it is known: others may have had the same
    workflow id before, and others may get it afterwards."""

    def __init__(
        self, client: Client, outside: Outside, kind: type[State], id_: str, workflow_id: str
    ) -> None:
        self.id, self.workflow_id = id_, workflow_id
        self.first_run: str | None = None
        self._client, self._outside, self._kind = client, outside, kind
        self.handle = client.get_workflow_handle(workflow_id, result_type=kind)

    async def begun(self) -> Self:
        """Notes where it begins, as long as its workflow id is its own."""
        self.first_run = (await self.describe()).raw_info.first_run_id
        return self

    async def update(
        self,
        command: Command[State],
        *,
        key: str | None = None,
        update_id: str | None = None,
        origin: Origin | None = None,
    ) -> Answer[State]:
        origin = origin or Origin(key=key, request_id=str(uuid4()))
        answer: Answer[State] = await self.handle.execute_update(
            command.ACTION,
            args=[command, origin],
            id=update_id or str(uuid4()),
            result_type=Answer[self._kind],  # type: ignore[name-defined]  # known at run time
        )
        return answer

    async def updates(self, *commands: Command[State]) -> State:
        """Carries out the commands; the state after the last one."""
        for command in commands:
            answer = await self.update(command)
        return answer.state

    async def signal(self, command: Command[State], origin: Origin | None = None) -> None:
        await self.handle.signal(command.ACTION, args=[command, origin or Origin()])

    async def snapshot(self) -> State:
        state: State = await self.handle.query(SNAPSHOT, result_type=self._kind, rpc_timeout=SOON)
        return state

    async def recent(self) -> list[RecordedEvent]:
        events: list[RecordedEvent] = await self.handle.query(
            HISTORY, result_type=list[RecordedEvent], rpc_timeout=SOON
        )
        return events

    async def metadata(self) -> WorkflowMetadata:
        """Asks what the Web UI asks for: current details and handlers."""
        metadata: WorkflowMetadata = await self.handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata, rpc_timeout=SOON
        )
        return metadata

    async def reaches(self, version: int, within: float = 10.0) -> State:
        return await eventually(self.snapshot, lambda seen: seen.version >= version, within=within)

    async def describe(self) -> WorkflowExecutionDescription:
        return await self.handle.describe()

    async def is_running(self) -> bool:
        return (await self.describe()).status is WorkflowExecutionStatus.RUNNING

    async def settled(self, *, but: str | None = None) -> WorkflowExecutionDescription:
        """Once all that has happened is told outside, and nothing is under way any more, except
        activities of the type `but`."""

        def is_settled(seen: WorkflowExecutionDescription) -> bool:
            raw = seen.raw_description
            busy = [each for each in raw.pending_activities if each.activity_type.name != but]
            return not busy and not raw.HasField("pending_workflow_task")

        revision = (await self.snapshot()).revision
        await eventually(lambda: any(each.revision >= revision for each in self.shown))
        return await eventually(self.describe, is_settled)

    @property
    def shown(self) -> list[State]:
        """The snapshots that readers have come to see, oldest first."""
        taken = (delivery.snapshot for delivery in self._outside.taken)
        mine = (each for each in taken if each.aggregate_id == self.id)
        return [each for each in mine if isinstance(each, self._kind)]

    async def events(self, kind: "EventType.ValueType | None" = None) -> list[HistoryEvent]:
        """The history of the latest run, or what of it is of that kind."""
        history = await self.handle.fetch_history()
        return [each for each in history.events if kind is None or each.event_type == kind]

    async def summaries(self) -> list[str]:
        """Subjects of the latest run's activities, in the order in which they began."""
        scheduled = await self.events(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
        return [await self.decode(each.user_metadata.summary, str) for each in scheduled]

    async def runs(self) -> AsyncIterator[History]:
        """The histories of all runs, oldest first, as one follows from another."""
        first_run = self.first_run or (await self.describe()).raw_info.first_run_id
        async for history in chain(self._client, self.workflow_id, first_run):
            yield history

    async def chains(self) -> set[tuple[str, str]]:
        """The workflow id with the first run of each chain that this one may have had: its own,
        and the latest, which it has if it was taken up again."""
        latest = (await self.describe()).raw_info.first_run_id
        return {(self.workflow_id, self.first_run or latest), (self.workflow_id, latest)}

    async def decode(self, payload: Any, kind: Any) -> Any:
        [value] = await self._client.data_converter.decode([payload], [kind])
        return value


DrivenExecution = Driven[Execution]
DrivenItem = Driven[QueueItem]


async def chain(client: Client, workflow_id: str, first_run: str) -> AsyncIterator[History]:
    """The histories of a run and of all that it was continued as, in order."""
    run = first_run
    while run:
        history = await client.get_workflow_handle(workflow_id, run_id=run).fetch_history()
        yield history
        last = history.events[-1]
        run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
