"""Workflows as the tests look at them from outside."""

from datetime import timedelta
from itertools import groupby

from temporalio.api.enums.v1 import EventType, PendingWorkflowTaskState
from temporalio.client import Client, WorkflowExecutionStatus

from tests.conftest import eventually


async def ended(temporal: Client, workflow_id: str) -> WorkflowExecutionStatus:
    """The status in which it ended, as soon as it has."""
    handle = temporal.get_workflow_handle(workflow_id)

    async def status() -> WorkflowExecutionStatus | None:
        return (await handle.describe()).status

    found = await eventually(status, lambda seen: seen is not WorkflowExecutionStatus.RUNNING)
    assert found is not None
    return found


async def at_rest(temporal: Client, workflow_id: str) -> None:
    """Nothing of it is in a worker's hands."""
    handle = temporal.get_workflow_handle(workflow_id)

    async def busy() -> bool:
        seen = (await handle.describe()).raw_description
        return bool(seen.pending_activities) or seen.HasField("pending_workflow_task")

    await eventually(busy, lambda seen: not seen)


async def begun(temporal: Client, workflow_id: str) -> None:
    """A worker has a task of it in its hands."""
    handle = temporal.get_workflow_handle(workflow_id)

    async def state() -> PendingWorkflowTaskState.ValueType:
        return (await handle.describe()).raw_description.pending_workflow_task.state

    started = PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED
    await eventually(state, lambda seen: seen == started)


async def task_timeout(temporal: Client, workflow_id: str) -> timedelta:
    """The time after which the server hands a task of it to another worker."""
    described = await temporal.get_workflow_handle(workflow_id).describe()
    return described.raw_description.execution_config.default_workflow_task_timeout.ToTimedelta()


async def with_status(temporal: Client, workflow_id: str, status: str) -> list[str]:
    """The workflows that operators find under that status and id, as soon as there are any."""

    async def found() -> list[str]:
        query = f"ServiceStatus = '{status}' AND WorkflowId = '{workflow_id}'"
        return [each.id async for each in temporal.list_workflows(query)]

    return await eventually(found)


async def builds(temporal: Client, workflow_id: str) -> list[str]:
    """The builds of the workers that have had it in their hands, in turn."""
    history = await temporal.get_workflow_handle(workflow_id).fetch_history()
    by = [
        event.workflow_task_completed_event_attributes.deployment_version.build_id
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]
    return [build for build, _ in groupby(by)]
