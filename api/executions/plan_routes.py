"""`/api/v1/executions/{id}`: who carries an execution out, where, and when."""

from collections.abc import Awaitable

from fastapi import APIRouter
from starlette.responses import Response

from api import PREFIX
from api.aggregates.changes import changed
from api.aggregates.responses import weak_tags_explained
from api.executions.dependencies import ExecutionsService
from api.executions.queries import ExecutionId
from api.executions.representation import ExecutionRepresentation
from api.executions.responses import EXECUTION
from api.executions.service import Executions
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, WritePreconditions
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.execution.commands import Assign, Assignment, Rescheduling, Schedule
from domain.execution.plan import PlanRequest
from domain.execution.plan_commands import MakePlan, Unplan
from domain.execution.state import Execution
from domain.kernel.aggregate import Answer, Command
from domain.kernel.values import widen

router = APIRouter(prefix=f"{PREFIX}/executions", tags=["executions"], route_class=JsonRoute)


@router.patch(
    "/{id}/assign",
    operation_id="assignExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def assign(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    assignment: FromClient[Assignment],
) -> Response:
    """Gives the execution to a technician. One whose shifts are known is planned for its date."""
    if asked.is_async:
        return await _change(executions, asked, execution_id, widen(assignment, Assign))
    planned = executions.planning.assign(execution_id, assignment, asked.origin)
    return await _planned(executions, asked, planned)


@router.patch(
    "/{id}/schedule",
    operation_id="scheduleExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def schedule(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    rescheduling: FromClient[Rescheduling],
) -> Response:
    """Moves the work to another date. A technician whose shifts are known is planned for it."""
    if asked.is_async:
        return await _change(executions, asked, execution_id, widen(rescheduling, Schedule))
    planned = executions.planning.schedule(execution_id, rescheduling, asked.origin)
    return await _planned(executions, asked, planned)


@router.patch(
    "/{id}/plan",
    operation_id="planExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def plan(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    request: FromClient[PlanRequest],
) -> Response:
    """Plans the work on the agendas of technicians, and of a bay. What was planned before keeps its
    time until this is certain."""
    if asked.is_async:
        return await _change(executions, asked, execution_id, widen(request, MakePlan))
    planned = executions.planning.plan(execution_id, request, asked.origin)
    return await _planned(executions, asked, planned)


@router.patch(
    "/{id}/unplan",
    operation_id="unplanExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def unplan(
    executions: ExecutionsService,
    asked: ForCommand,
    execution_id: ExecutionId,
    command: FromClient[Unplan] = Unplan(),
) -> Response:
    """Gives the planned time back; date and technician stay."""
    return await _change(executions, asked, execution_id, command)


async def _planned(
    executions: Executions, asked: WritePreconditions, planned: Awaitable[Answer[Execution]]
) -> Response:
    with weak_tags_explained(asked):
        answer = await planned
    return await EXECUTION.changed(answer, asked, executions.aggregates)


async def _change(
    executions: Executions,
    asked: WritePreconditions,
    execution_id: str,
    command: Command[Execution],
) -> Response:
    return await changed(executions.aggregates, EXECUTION, asked, execution_id, command)
