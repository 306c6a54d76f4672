"""`/api/v1/executions`: creates executions and shows them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from activities.mongo.execution_list import ExecutionQuery
from api import PREFIX
from api.aggregates.explanation import Explanation
from api.aggregates.queries import After, Consistency, Include, Limit, MinVersion
from api.executions import responses
from api.executions.dependencies import ExecutionsService
from api.executions.queries import ExecutionId
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.executions.responses import EXECUTION
from api.http.bodies import JsonRoute
from api.http.preconditions import ForOpening, ForReading
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.execution.state import NewExecution, Opening, open_execution
from domain.kernel.values import widen
from workflows.contract import execution_id as execution_id_of

router = APIRouter(prefix=f"{PREFIX}/executions", tags=["executions"], route_class=JsonRoute)


@router.post(
    "",
    operation_id="createExecution",
    status_code=HTTPStatus.CREATED,
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def create(
    executions: ExecutionsService, asked: ForOpening, new: FromClient[NewExecution]
) -> Response:
    """Opens the one execution of a service order and its budget."""
    opening = widen(new, Opening)
    if first := await executions.create(opening, asked.origin):
        return await EXECUTION.repeated(first, asked, executions.aggregates)
    new_id = execution_id_of(opening.service_order_id)
    execution, is_readable = await executions.aggregates.created(
        new_id, lambda at: open_execution(opening, new_id, at)[0]
    )
    return EXECUTION.created(execution, is_readable=is_readable)


@router.get(
    "",
    operation_id="listExecutions",
    response_model=ExecutionList,
    dependencies=[needs(Permission.READ)],
)
async def find(
    request: Request,
    executions: ExecutionsService,
    query: Annotated[FromClient[ExecutionQuery], Query()],
) -> Response:
    """Executions by filters, in the order of `sort`."""
    return responses.listed(await executions.search.find(query), request)


@router.get(
    "/{id}",
    operation_id="getExecution",
    response_model=ExecutionRepresentation,
    dependencies=[needs(Permission.READ)],
)
async def show(
    executions: ExecutionsService,
    known: ForReading,
    execution_id: ExecutionId,
    min_version: MinVersion = None,
    consistency: Consistency = None,
) -> Response:
    """One execution; `consistency=strong` asks the workflow itself."""
    aggregates = executions.aggregates
    if consistency:
        return EXECUTION.read(await aggregates.get_strong(execution_id), known)
    is_fresh = min_version is None or await aggregates.is_readable(execution_id, min_version)
    return EXECUTION.read(await aggregates.get(execution_id), known, is_fresh=is_fresh)


@router.get(
    "/{id}/history",
    operation_id="getExecutionHistory",
    response_model=ExecutionHistory,
    dependencies=[needs(Permission.READ)],
)
async def history(
    executions: ExecutionsService,
    execution_id: ExecutionId,
    after: After = 0,
    limit: Limit = 100,
    include: Include = None,
) -> Response:
    """What happened to the execution, in order; `include=refused` tells what could not be done."""
    page = await executions.aggregates.history_page(
        execution_id, after, limit, with_refused=include is not None
    )
    return responses.history(execution_id, page)


@router.get(
    "/{id}/explain",
    operation_id="explainExecution",
    response_model=Explanation,
    dependencies=[needs(Permission.READ)],
)
async def explain(executions: ExecutionsService, execution_id: ExecutionId) -> Response:
    """Why nothing moves: what is not told outside yet, what it fails by, when it is tried again.
    Works without a worker and without the database."""
    findings = await executions.diagnosis.findings(execution_id)
    return responses.explained(executions.aggregates.workflow_id(execution_id), findings)


@router.post(
    "/{id}/retry-delivery",
    operation_id="retryDelivery",
    status_code=HTTPStatus.ACCEPTED,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def retry_delivery(executions: ExecutionsService, execution_id: ExecutionId) -> Response:
    """Has what is not told outside yet tried again at once; harmless where there is nothing."""
    await executions.aggregates.retry_delivery(execution_id)
    return Response(status_code=HTTPStatus.ACCEPTED)
