"""`/api/v1/executions/{id}`: the commands to an execution."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from api import PREFIX
from api.aggregates.changes import changed
from api.executions.dependencies import ExecutionsService
from api.executions.queries import ExecutionId, TaskId
from api.executions.representation import ExecutionRepresentation
from api.executions.responses import EXECUTION
from api.executions.service import Executions
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, WritePreconditions
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.execution.commands import (
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Start,
)
from domain.execution.state import Execution
from domain.execution.task_commands import AddTask, TaskChange, UpdateTask
from domain.kernel.aggregate import Command
from domain.kernel.values import widen

router = APIRouter(prefix=f"{PREFIX}/executions", tags=["executions"], route_class=JsonRoute)


@router.patch(
    "/{id}/start",
    operation_id="startExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def start(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[Start] = Start(),
) -> Response:
    """Starts the work and its clock."""
    await executions.planning.check_technician(command.technician_id)
    return await _change(executions, asked, execution_id, command)


@router.patch(
    "/{id}/pause",
    operation_id="pauseExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def pause(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[Pause] = Pause(),
) -> Response:
    """Stops the clock."""
    return await _change(executions, asked, execution_id, command)


@router.patch(
    "/{id}/resume",
    operation_id="resumeExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def resume(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[Resume] = Resume(),
) -> Response:
    """Lets the clock run again."""
    return await _change(executions, asked, execution_id, command)


@router.patch(
    "/{id}/complete",
    operation_id="completeExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def complete(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[Complete] = Complete(),
) -> Response:
    """Ends the work; invoicing follows."""
    return await _change(executions, asked, execution_id, command)


@router.patch(
    "/{id}/cancel",
    operation_id="cancelExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.MANAGE)],
)
async def cancel(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[Cancel],
) -> Response:
    """Gives the execution up for good."""
    return await _change(executions, asked, execution_id, command)


@router.patch(
    "/{id}/invoice",
    operation_id="invoiceExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.MANAGE)],
)
async def invoice(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[MarkInvoiced] = MarkInvoiced(),
) -> Response:
    """Records that the customer has been invoiced."""
    return await _change(executions, asked, execution_id, command)


@router.post(
    "/{id}/tasks",
    operation_id="addTask",
    status_code=HTTPStatus.CREATED,
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def add_task(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[AddTask],
) -> Response:
    """Adds a task; answers with the whole execution."""
    return await _change(executions, asked, execution_id, command, HTTPStatus.CREATED)


@router.patch(
    "/{id}/tasks/{taskId}",
    operation_id="updateTask",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def update_task(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    task_id: TaskId,
    change: FromClient[TaskChange],
) -> Response:
    """Starts, completes or cancels a task; answers with the whole execution."""
    return await _change(
        executions, asked, execution_id, widen(change, UpdateTask, task_id=task_id)
    )


async def _change(
    executions: Executions,
    asked: WritePreconditions,
    execution_id: str,
    command: Command[Execution],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    aggregates = executions.aggregates
    return await changed(aggregates, EXECUTION, asked, execution_id, command, status)
