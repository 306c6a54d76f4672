"""Executions as HTTP responses."""

from http import HTTPStatus

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from activities.mongo.search import Page
from api.aggregates.explanation import Explanation, Findings
from api.aggregates.responses import (
    NO_STORE,
    PENDING,
    Headers,
    etag,
    is_known,
    json_response,
    next_page,
    not_modified,
    progress_of,
)
from api.aggregates.service import HistoryPage
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.executions.service import Executions, link
from api.http.preconditions import ReadPreconditions, WritePreconditions
from domain.execution.state import Execution
from domain.kernel.aggregate import Answer


def shown(
    execution: Execution, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    body = ExecutionRepresentation.of(execution)
    kept = {} if execution.health.is_ok else NO_STORE
    return _json(body, status, etag(execution.version) | kept | (headers or {}))


def read(
    execution: Execution, preconditions: ReadPreconditions, *, is_fresh: bool = True
) -> Response:
    headers = {} if is_fresh else PENDING
    if is_known(execution, preconditions):
        return not_modified(execution.version, headers)
    return shown(execution, headers=headers)


async def changed(
    answer: Answer[Execution],
    preconditions: WritePreconditions,
    executions: Executions,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """The execution that a command led to, once readers can see it too."""
    progress = await progress_of(answer, preconditions, executions.aggregates)
    return shown(answer.state, status, progress.headers)


async def repeated(
    answer: Answer[Execution], preconditions: WritePreconditions, executions: Executions
) -> Response:
    """The answer to a creation that has been there before."""
    progress = await progress_of(answer, preconditions, executions.aggregates)
    location = {"Location": link(answer.state.execution_id)}
    return shown(answer.state, HTTPStatus.CREATED, location | progress.headers)


def created(execution: Execution, *, is_readable: bool) -> Response:
    location = {"Location": link(execution.execution_id)}
    return shown(execution, HTTPStatus.CREATED, location | ({} if is_readable else PENDING))


def listed(page: Page, request: Request) -> Response:
    body = ExecutionList(
        executions=[ExecutionRepresentation.of(each) for each in page.executions],
        total=page.total,
        next_cursor=page.next_cursor,
    )
    return _json(body, headers=next_page(request, page.next_cursor))


def history(execution_id: str, page: HistoryPage) -> Response:
    return _json(
        ExecutionHistory(
            execution_id=execution_id,
            history=page.entries,
            next_after=page.next_after,
            refused=page.refused,
        )
    )


def explained(workflow_id: str, findings: Findings) -> Response:
    return _json(Explanation.of(workflow_id, findings))


def _json(
    body: BaseModel, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    return json_response(body.model_dump_json(exclude_none=True), status, headers)
