"""Workflows as the tests look at them from outside."""

from temporalio.client import Client, WorkflowExecutionStatus

from tests.conftest import eventually


async def ended(temporal: Client, workflow_id: str) -> WorkflowExecutionStatus:
    """How it has come to its end, as soon as it has."""
    handle = temporal.get_workflow_handle(workflow_id)

    async def status() -> WorkflowExecutionStatus | None:
        return (await handle.describe()).status

    found = await eventually(status, lambda seen: seen is not WorkflowExecutionStatus.RUNNING)
    assert found is not None
    return found


async def with_status(temporal: Client, workflow_id: str, status: str) -> list[str]:
    """The workflows that operators find under that status and id, as soon as there are any."""

    async def found() -> list[str]:
        query = f"ServiceStatus = '{status}' AND WorkflowId = '{workflow_id}'"
        return [each.id async for each in temporal.list_workflows(query)]

    return await eventually(found)
