"""What HTTP adds to a request for a service: who asks, how long they wait, what they are told."""

from http import HTTPStatus
from typing import Any, Generic
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import URL
from starlette.responses import Response

from activities.mongo.store import HistoryEntry
from api.aggregates.service import Service
from api.composition import Services
from api.http.preconditions import ASYNC, NO_WAIT, Terms
from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.errors import VersionMismatch
from domain.kernel.events import RefusedCommand
from workflows.contract import Door, Origin

JSON = "application/json"
PENDING = {"X-Snapshot": "pending"}
NOT_KEPT = {"Cache-Control": "no-store"}
"""For what may look different without a new version."""
ONLY_WEAK = "weak"
"""The hint for an `If-Match` that can match nothing."""
TOLD = ("X-Snapshot", "Preference-Applied", "Idempotency-Replayed")
"""What an answer says of how a command was carried out, whether or not it has a body."""

Headers = dict[str, str]


class Desk(Generic[State]):
    """One request's way to the service; a subclass knows what is shown of an aggregate."""

    def __init__(self, request: Request, terms: Terms) -> None:
        self._services: Services = request.app.state.services
        self._terms = terms
        self._origin = Origin(
            via=Door.HTTP,
            actor=request.state.caller.subject,
            correlation_id=request.state.correlation_id,
            key=terms.key,
            request_id=str(uuid4()),
            expected_versions=terms.expected,
        )
        self._url = request.url

    @property
    def _service(self) -> Service[State]:
        raise NotImplementedError

    def _link(self, aggregate_id: str) -> str:
        raise NotImplementedError

    async def _shown(
        self,
        state: State,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Headers | None = None,
        *,
        readable: bool = True,
    ) -> Response:
        """`readable`: whether what it stands in relation to, in the database, knows it too."""
        raise NotImplementedError

    async def command(
        self, aggregate_id: str, command: Command[State], status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        if self._terms.is_async:
            await self._service.signal(aggregate_id, command, self._origin)
            return Response(
                status_code=HTTPStatus.ACCEPTED,
                headers={"Location": self._link(aggregate_id), "Preference-Applied": ASYNC},
            )
        try:
            answer = await self._service.command(aggregate_id, command, self._origin)
        except VersionMismatch as refusal:
            if self._terms.only_weak:
                refusal.add_note(ONLY_WEAK)
            raise
        return await self._answered(answer, status)

    async def retry_delivery(self, aggregate_id: str) -> Response:
        await self._service.retry_delivery(aggregate_id)
        return Response(status_code=HTTPStatus.ACCEPTED)

    async def show(
        self, aggregate_id: str, min_version: int | None, consistency: str | None
    ) -> Response:
        if consistency:
            return await self._read(await self._service.get_strong(aggregate_id))
        fresh = min_version is None or await self._service.is_readable(aggregate_id, min_version)
        state = await self._service.get(aggregate_id)
        return await self._read(state, {} if fresh else PENDING)

    async def _read(self, state: State, headers: Headers | None = None) -> Response:
        """What is shown to a reader, unless it is what they know already."""
        # Its health has no version, and those who ask have to see what is amiss.
        if state.health.is_ok and self._terms.knows(state.version):
            headers = etag(state.version) | (headers or {})
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return await self._shown(state, headers=headers)

    async def _history(
        self, aggregate_id: str, after: int, limit: int
    ) -> tuple[list[HistoryEntry], int | None]:
        """One page, and the sequence behind which the next begins, if there is one."""
        entries = await self._service.history(aggregate_id, after, limit + 1)
        shown = entries[:limit]
        return shown, shown[-1].sequence if len(entries) > limit else None

    async def _refused(self, aggregate_id: str, include: str | None) -> list[RefusedCommand] | None:
        return await self._service.refused(aggregate_id) if include else None

    async def _answered(
        self, answer: Answer[State], status: HTTPStatus, headers: Headers | None = None
    ) -> Response:
        """The state that a command led to, as soon as readers can see it too."""
        headers = dict(headers or {})
        if answer.request_id != self._origin.request_id and self._origin.key:
            headers["Idempotency-Replayed"] = "true"
        state, waits = answer.state, self._terms.waits
        # Readers may still see a higher version, of a run that has been given up.
        revision = state.revision if state.was_reset else 0
        readable = waits and await self._service.is_readable(
            state.aggregate_id, state.version, revision
        )
        if not waits:
            headers["Preference-Applied"] = NO_WAIT
        elif not readable:
            headers |= PENDING
        return await self._shown(state, status, headers, readable=readable)


def etag(version: int) -> Headers:
    return {"ETag": f'"{version}"'}


def next_page(url: URL, **query: Any) -> Headers:
    # Without the host, which a client or a proxy may have made up.
    following = url.include_query_params(**query)
    return {"Link": f'<{following.path}?{following.query}>; rel="next"'}


def json_response(
    body: str | bytes, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    return Response(body, status, headers, JSON)
