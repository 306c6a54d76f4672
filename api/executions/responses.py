"""What a client is shown of executions."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import Response

from activities.mongo.execution_list import ExecutionQuery
from api.aggregates.explanation import Explanation
from api.aggregates.responses import (
    NOT_KEPT,
    PENDING,
    Desk,
    Headers,
    etag,
    json_response,
    next_page,
)
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.executions.service import ExecutionService, link
from api.http.preconditions import of_command, of_listing, of_opening, of_reading, on
from domain.execution.state import Execution, NewExecution, Opening, open_execution
from workflows.contract import execution_id


class ExecutionDesk(Desk[Execution]):
    @property
    def _service(self) -> ExecutionService:
        return self._services.executions

    def _link(self, aggregate_id: str) -> str:
        return link(aggregate_id)

    async def create(self, new: NewExecution) -> Response:
        opening = Opening(**new.__dict__)
        new_id = execution_id(opening.service_order_id)
        location = {"Location": link(new_id)}
        if first := await self._service.create(opening, self._origin):
            return await self._answered(first, HTTPStatus.CREATED, location)
        execution, readable = await self._service.created(
            new_id, lambda at: open_execution(opening, new_id, at)[0]
        )
        headers = location | ({} if readable else PENDING)
        return await self._shown(execution, HTTPStatus.CREATED, headers)

    async def list(self, query: ExecutionQuery) -> Response:
        page = await self._service.find(query)
        shown = ExecutionList(
            executions=[ExecutionRepresentation.of(each) for each in page.executions],
            total=page.total,
            next_cursor=page.next_cursor,
        )
        if page.next_cursor is None:
            return _json(shown)
        url = self._url.remove_query_params("offset")
        return _json(shown, headers=next_page(url, cursor=page.next_cursor))

    async def explain(self, aggregate_id: str) -> Response:
        findings = await self._service.explain(aggregate_id)
        shown = Explanation.of(self._service.workflow_id(aggregate_id), findings)
        return _json(shown)

    async def history(
        self, aggregate_id: str, after: int, limit: int, include: str | None
    ) -> Response:
        shown, more = await self._history(aggregate_id, after, limit)
        refused = await self._refused(aggregate_id, include)
        return _json(
            ExecutionHistory(
                execution_id=aggregate_id, history=shown, next_after=more, refused=refused
            )
        )

    async def _shown(
        self,
        state: Execution,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Headers | None = None,
        *,
        readable: bool = True,
    ) -> Response:
        shown = ExecutionRepresentation.of(state)
        kept = {} if state.health.is_ok else NOT_KEPT
        return _json(shown, status, etag(state.version) | kept | (headers or {}))


ForListing = Annotated[ExecutionDesk, Depends(on(of_listing, ExecutionDesk))]
ForReading = Annotated[ExecutionDesk, Depends(on(of_reading, ExecutionDesk))]
ForOpening = Annotated[ExecutionDesk, Depends(on(of_opening, ExecutionDesk))]
ForCommand = Annotated[ExecutionDesk, Depends(on(of_command, ExecutionDesk))]


def _json(
    body: BaseModel, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    return json_response(body.model_dump_json(exclude_none=True), status, headers)
