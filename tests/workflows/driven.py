"""One execution's workflow in the hands of a test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.client import WorkflowHistory as History

from domain.events import RecordedEvent
from domain.execution import Execution, ExecutionCommand
from domain.task_commands import AddTask
from tests.conftest import eventually
from tests.workflows.outside import Outside
from workflows.contract import (
    HISTORY,
    SNAPSHOT,
    Answer,
    Origin,
    execution_workflow_id,
)

SOON = timedelta(seconds=10)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def task(number: int = 1) -> AddTask:
    return AddTask(description=f"Task {number}", estimated_duration=10)


class Driven:
    def __init__(self, client: Client, execution_id: str, outside: Outside) -> None:
        self.id, self._client, self._outside = execution_id, client, outside
        self.workflow_id = execution_workflow_id(execution_id)
        self.handle = client.get_workflow_handle(self.workflow_id, result_type=Execution)

    async def update(
        self,
        command: ExecutionCommand,
        *,
        key: str | None = None,
        update_id: str | None = None,
        origin: Origin | None = None,
    ) -> Answer[Execution]:
        origin = origin or Origin(key=key, request_id=str(uuid4()))
        answer: Answer[Execution] = await self.handle.execute_update(
            command.ACTION,
            args=[command, origin],
            id=update_id or str(uuid4()),
            result_type=Answer[Execution],
        )
        return answer

    async def updates(self, *commands: ExecutionCommand) -> Execution:
        """Carries out the commands; the state after the last one."""
        for command in commands:
            answer = await self.update(command)
        return answer.state

    async def signal(self, command: ExecutionCommand, origin: Origin | None = None) -> None:
        await self.handle.signal(command.ACTION, args=[command, origin or Origin()])

    async def snapshot(self) -> Execution:
        state: Execution = await self.handle.query(
            SNAPSHOT, result_type=Execution, rpc_timeout=SOON
        )
        return state

    async def recent(self) -> list[RecordedEvent]:
        events: list[RecordedEvent] = await self.handle.query(
            HISTORY, result_type=list[RecordedEvent], rpc_timeout=SOON
        )
        return events

    async def metadata(self) -> WorkflowMetadata:
        """What the Web UI asks for: current details and handlers."""
        metadata: WorkflowMetadata = await self.handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata, rpc_timeout=SOON
        )
        return metadata

    async def reaches(self, version: int, within: float = 10.0) -> Execution:
        return await eventually(self.snapshot, lambda seen: seen.version >= version, within=within)

    async def describe(self) -> WorkflowExecutionDescription:
        return await self.handle.describe()

    async def is_running(self) -> bool:
        return (await self.describe()).status is WorkflowExecutionStatus.RUNNING

    async def settled(self) -> WorkflowExecutionDescription:
        """Once all that has happened is told outside, and nothing is under way any more."""

        def is_settled(seen: WorkflowExecutionDescription) -> bool:
            raw = seen.raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        version = (await self.snapshot()).version
        await eventually(
            lambda: any(each.snapshot.version >= version for each in self._outside.taken)
        )
        return await eventually(self.describe, is_settled)

    async def events(self, kind: "EventType.ValueType | None" = None) -> list[HistoryEvent]:
        """The history of the latest run, or what of it is of that kind."""
        history = await self.handle.fetch_history()
        return [each for each in history.events if kind is None or each.event_type == kind]

    async def runs(self) -> AsyncIterator[History]:
        """The histories of all runs, oldest first, as one follows from another."""
        run: str | None = (await self.describe()).raw_info.first_run_id
        while run:
            history = await self._client.get_workflow_handle(
                self.workflow_id, run_id=run
            ).fetch_history()
            yield history
            last = history.events[-1]
            run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id

    async def decode(self, payload: Any, kind: Any) -> Any:
        [value] = await self._client.data_converter.decode([payload], [kind])
        return value
