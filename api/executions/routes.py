"""`/api/v1/executions`: each route says what it takes, and leaves the rest to the desk."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from activities.mongo.execution_list import ExecutionQuery
from api.executions.queries import (
    After,
    Consistency,
    ExecutionId,
    Include,
    Limit,
    MinVersion,
    TaskId,
)
from api.executions.responses import ForCommand, ForListing, ForOpening, ForReading
from api.http.bodies import JsonRoute
from api.http.wire import Sent
from api.openapi.executions import CREATED, EXPLAINED, HISTORY, LISTED, RETRIED, SHOWN, changed
from api.security.callers import Permission
from domain.execution.commands import (
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.state import NewExecution
from domain.execution.task_commands import AddTask, TaskChange, UpdateTask
from domain.kernel.errors import InvalidTaskTransition, PaymentPending, TaskNotFound, TooManyTasks

router = APIRouter(prefix="/executions", tags=["executions"], route_class=JsonRoute)


@router.post("", operation_id="createExecution", **CREATED)
async def create(desk: ForOpening, new: Sent[NewExecution]) -> Response:
    """Opens the one execution of a service order and its budget."""
    return await desk.create(new)


@router.get("", operation_id="listExecutions", **LISTED)
async def find(desk: ForListing, query: Annotated[Sent[ExecutionQuery], Query()]) -> Response:
    """Executions by filters, in the order of `sort`."""
    return await desk.list(query)


@router.get("/{id}", operation_id="getExecution", **SHOWN)
async def show(
    desk: ForReading,
    execution_id: ExecutionId,
    min_version: MinVersion = None,
    consistency: Consistency = None,
) -> Response:
    """One execution; `consistency=strong` asks the workflow itself."""
    return await desk.show(execution_id, min_version, consistency)


@router.get("/{id}/history", operation_id="getExecutionHistory", **HISTORY)
async def history(
    desk: ForListing,
    execution_id: ExecutionId,
    after: After = 0,
    limit: Limit = 100,
    include: Include = None,
) -> Response:
    """What happened to the execution, in order; `include=refused` tells what could not be done."""
    return await desk.history(execution_id, after, limit, include)


@router.get("/{id}/explain", operation_id="explainExecution", **EXPLAINED)
async def explain(desk: ForListing, execution_id: ExecutionId) -> Response:
    """Why nothing moves: what is not told outside yet, what it fails by, when it is tried again.
    Works without a worker and without the database."""
    return await desk.explain(execution_id)


@router.post("/{id}/retry-delivery", operation_id="retryDelivery", **RETRIED)
async def retry_delivery(desk: ForListing, execution_id: ExecutionId) -> Response:
    """Has what is not told outside yet tried again at once; harmless where there is nothing."""
    return await desk.retry_delivery(execution_id)


@router.patch("/{id}/start", operation_id="startExecution", **changed(PaymentPending))
async def start(
    desk: ForCommand, execution_id: ExecutionId, command: Sent[Start] = Start()
) -> Response:
    """Starts the work and its clock."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/pause", operation_id="pauseExecution", **changed())
async def pause(
    desk: ForCommand, execution_id: ExecutionId, command: Sent[Pause] = Pause()
) -> Response:
    """Stops the clock."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/resume", operation_id="resumeExecution", **changed())
async def resume(
    desk: ForCommand, execution_id: ExecutionId, command: Sent[Resume] = Resume()
) -> Response:
    """Lets the clock run again."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/complete", operation_id="completeExecution", **changed())
async def complete(
    desk: ForCommand, execution_id: ExecutionId, command: Sent[Complete] = Complete()
) -> Response:
    """Ends the work; invoicing follows."""
    return await desk.command(execution_id, command)


@router.patch(
    "/{id}/cancel",
    operation_id="cancelExecution",
    **changed(needed=Permission.MANAGE),
)
async def cancel(desk: ForCommand, execution_id: ExecutionId, command: Sent[Cancel]) -> Response:
    """Gives the execution up for good."""
    return await desk.command(execution_id, command)


@router.patch(
    "/{id}/invoice",
    operation_id="invoiceExecution",
    **changed(needed=Permission.MANAGE),
)
async def invoice(
    desk: ForCommand, execution_id: ExecutionId, command: Sent[MarkInvoiced] = MarkInvoiced()
) -> Response:
    """Records that the customer has been invoiced."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/assign", operation_id="assignExecution", **changed())
async def assign(desk: ForCommand, execution_id: ExecutionId, command: Sent[Assign]) -> Response:
    """Gives the execution to a technician."""
    return await desk.command(execution_id, command)


@router.patch("/{id}/schedule", operation_id="scheduleExecution", **changed())
async def schedule(
    desk: ForCommand, execution_id: ExecutionId, command: Sent[Schedule]
) -> Response:
    """Moves the work to another date."""
    return await desk.command(execution_id, command)


@router.post(
    "/{id}/tasks",
    operation_id="addTask",
    **changed(TooManyTasks, status=HTTPStatus.CREATED),
)
async def add_task(desk: ForCommand, execution_id: ExecutionId, command: Sent[AddTask]) -> Response:
    """Adds a task; answers with the whole execution."""
    return await desk.command(execution_id, command, HTTPStatus.CREATED)


@router.patch(
    "/{id}/tasks/{taskId}",
    operation_id="updateTask",
    **changed(TaskNotFound, InvalidTaskTransition),
)
async def update_task(
    desk: ForCommand, execution_id: ExecutionId, task_id: TaskId, change: Sent[TaskChange]
) -> Response:
    """Starts, completes or cancels a task; answers with the whole execution."""
    return await desk.command(execution_id, UpdateTask(task_id=task_id, **change.__dict__))
