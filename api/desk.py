"""What HTTP adds to a request for the service: who asks, how long they wait, what they are told."""

from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Header, Request
from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from activities.search import ExecutionQuery
from api.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.service import ExecutionService, link
from domain.execution import Execution, ExecutionCommand, NewExecution, Opening
from workflows.contract import Door, Origin

JSON = "application/json"
NO_WAIT = "wait=0"
ASYNC = "respond-async"
PENDING = {"X-Snapshot": "pending"}

IdempotencyKey = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]


class Desk:
    """One request's way to the service."""

    def __init__(
        self,
        request: Request,
        idempotency_key: Annotated[IdempotencyKey | None, Header()] = None,
        prefer: Annotated[str, Header(max_length=200)] = "",
    ) -> None:
        self._service: ExecutionService = request.app.state.service
        self._preferences = {each.strip() for each in prefer.lower().split(",")}
        self._origin = Origin(
            via=Door.HTTP,
            correlation_id=request.state.correlation_id,
            key=idempotency_key,
            request_id=str(uuid4()),
        )
        self._url = request.url

    async def create(self, new: NewExecution) -> Response:
        opening = Opening(**new.__dict__)
        new_id = await self._service.create(opening, self._origin)
        execution, readable = await self._service.created(opening, new_id)
        headers = {"Location": link(new_id)} | ({} if readable else PENDING)
        return _shown(execution, HTTPStatus.CREATED, headers)

    async def command(
        self, execution_id: str, command: ExecutionCommand, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        if ASYNC in self._preferences:
            await self._service.signal(execution_id, command, self._origin)
            return Response(
                status_code=HTTPStatus.ACCEPTED,
                headers={"Location": link(execution_id), "Preference-Applied": ASYNC},
            )
        answer = await self._service.command(execution_id, command, self._origin)
        headers = {}
        if answer.request_id != self._origin.request_id and self._origin.key:
            headers["Idempotency-Replayed"] = "true"
        if NO_WAIT in self._preferences:
            headers["Preference-Applied"] = NO_WAIT
        elif not await self._service.is_readable(execution_id, answer.state.version):
            headers |= PENDING
        return _shown(answer.state, status, headers)

    async def show(
        self, execution_id: str, min_version: int | None, consistency: str | None
    ) -> Response:
        if consistency:
            return _shown(await self._service.get_strong(execution_id))
        fresh = min_version is None or await self._service.is_readable(execution_id, min_version)
        return _shown(await self._service.get(execution_id), headers={} if fresh else PENDING)

    async def list(self, query: ExecutionQuery) -> Response:
        page = await self._service.find(query)
        shown = ExecutionList(
            executions=[ExecutionRepresentation.of(each) for each in page.executions],
            total=page.total,
            next_cursor=page.next_cursor,
        )
        if page.next_cursor is None:
            return _json(shown)
        following = self._url.remove_query_params("offset").include_query_params(
            cursor=page.next_cursor
        )
        # Without the host, which a client or a proxy may have made up.
        return _json(shown, headers={"Link": f'<{following.path}?{following.query}>; rel="next"'})

    async def history(self, execution_id: str, after: int, limit: int) -> Response:
        entries = await self._service.history(execution_id, after, limit + 1)
        shown = entries[:limit]
        more = shown[-1].sequence if len(entries) > limit else None
        return _json(ExecutionHistory(execution_id=execution_id, history=shown, next_after=more))


AtDesk = Annotated[Desk, Depends()]


def _shown(
    execution: Execution,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Response:
    etag = {"ETag": f'"{execution.version}"'}
    return _json(ExecutionRepresentation.of(execution), status, etag | (headers or {}))


def _json(
    body: BaseModel, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response:
    return Response(body.model_dump_json(exclude_none=True), status, headers, JSON)
