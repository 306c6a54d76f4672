"""`/api/v1/executions`: each route says what it takes, and leaves the rest to the desk."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from activities.execution_query import ExecutionQuery
from api.executions.desk import AtDesk
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.problems import described
from api.wire import Sent
from domain.execution import NewExecution
from domain.execution_commands import (
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.model import Identifier
from domain.task_commands import AddTask, TaskChange, UpdateTask

router = APIRouter(prefix="/executions", tags=["executions"])

ExecutionId = Annotated[Identifier, Path(alias="id")]
TaskId = Annotated[Identifier, Path(alias="taskId")]
LARGEST = 2**31 - 1

READ: dict[str, Any] = {"responses": described(400, 404, 422, 503, 504)}
COMMAND: dict[str, Any] = {
    "response_model": ExecutionRepresentation,
    "responses": {
        202: {"description": "Taken as a signal, with `Prefer: respond-async`; it may be dropped"},
        **described(400, 404, 409, 422, 503, 504),
    },
}


@router.post("", status_code=HTTPStatus.CREATED, **COMMAND)
async def create(desk: AtDesk, new: Sent[NewExecution]) -> Response:
    """Opens the one execution of a service order and its budget."""
    return await desk.create(new)


@router.get("", response_model=ExecutionList, **READ)
async def find(desk: AtDesk, query: Annotated[Sent[ExecutionQuery], Query()]) -> Response:
    """Executions by filters, in the order of `sort`."""
    return await desk.list(query)


@router.get("/{id}", response_model=ExecutionRepresentation, **READ)
async def show(
    desk: AtDesk,
    execution_id: ExecutionId,
    min_version: Annotated[int | None, Query(alias="minVersion", ge=1, le=LARGEST)] = None,
    consistency: Literal["strong"] | None = None,
) -> Response:
    """One execution; `consistency=strong` asks the workflow itself."""
    return await desk.show(execution_id, min_version, consistency)


@router.get("/{id}/history", response_model=ExecutionHistory, **READ)
async def history(
    desk: AtDesk,
    execution_id: ExecutionId,
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """What happened to the execution, in order."""
    return await desk.history(execution_id, after, limit)


@router.patch("/{id}/start", **COMMAND)
async def start(
    desk: AtDesk, execution_id: ExecutionId, command: Sent[Start] = Start()
) -> Response:
    """Starts the work and its clock."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/pause", **COMMAND)
async def pause(
    desk: AtDesk, execution_id: ExecutionId, command: Sent[Pause] = Pause()
) -> Response:
    """Stops the clock."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/resume", **COMMAND)
async def resume(
    desk: AtDesk, execution_id: ExecutionId, command: Sent[Resume] = Resume()
) -> Response:
    """Lets the clock run again."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/complete", **COMMAND)
async def complete(
    desk: AtDesk, execution_id: ExecutionId, command: Sent[Complete] = Complete()
) -> Response:
    """Ends the work; invoicing follows."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/cancel", **COMMAND)
async def cancel(desk: AtDesk, execution_id: ExecutionId, command: Sent[Cancel]) -> Response:
    """Gives the execution up for good."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/invoice", **COMMAND)
async def invoice(
    desk: AtDesk, execution_id: ExecutionId, command: Sent[MarkInvoiced] = MarkInvoiced()
) -> Response:
    """Records that the customer has been invoiced."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/assign", **COMMAND)
async def assign(desk: AtDesk, execution_id: ExecutionId, command: Sent[Assign]) -> Response:
    """Gives the execution to a technician."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/schedule", **COMMAND)
async def schedule(desk: AtDesk, execution_id: ExecutionId, command: Sent[Schedule]) -> Response:
    """Moves the work to another date."""
    return await desk.command(execution_id, command)


@router.post("/{id}/tasks", status_code=HTTPStatus.CREATED, **COMMAND)
async def add_task(desk: AtDesk, execution_id: ExecutionId, command: Sent[AddTask]) -> Response:
    """Adds a task; answers with the whole execution."""
    return await desk.command(execution_id, command, HTTPStatus.CREATED)


@router.patch("/{id}/tasks/{taskId}", **COMMAND)
async def update_task(
    desk: AtDesk, execution_id: ExecutionId, task_id: TaskId, change: TaskChange
) -> Response:
    """Starts, completes or cancels a task; answers with the whole execution."""
    return await desk.command(execution_id, UpdateTask(task_id=task_id, **change.__dict__))
