"""What a client is shown of the workshop's queue."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends
from pydantic_core import to_json
from pymongo.errors import PyMongoError
from starlette.responses import Response

from activities.mongo.documents import Document, queue_document
from activities.mongo.fila_list import QueueQuery
from api.aggregates.responses import (
    NOT_KEPT,
    PENDING,
    TOLD,
    Desk,
    Headers,
    etag,
    json_response,
    next_page,
)
from api.fila.next_item import WantedWork
from api.fila.representation import (
    QueueExplanation,
    QueueHistory,
    QueueHistoryEntry,
    QueueItemRepresentation,
    QueueRefusedCommand,
)
from api.fila.service import QueueService, queue_link
from api.http.preconditions import of_command, of_listing, of_opening, of_reading, on
from domain.fila.commands import Remove
from domain.fila.state import NewQueueItem, QueueItem, add_to_queue, service_order_number
from domain.kernel.delivery_health import QueueDeliveryHealth
from domain.kernel.errors import QueueItemNotFound

_FIELDS: Sequence[str] = [
    str(field.alias) for field in QueueItemRepresentation.model_fields.values()
]


_ONCE_UNKNOWN = {"saude": QueueDeliveryHealth()}
"""What stands for fields that an earlier release has not written down."""


class QueueDesk(Desk[QueueItem]):
    @property
    def _service(self) -> QueueService:
        return self._services.queue

    def _link(self, aggregate_id: str) -> str:
        return queue_link(aggregate_id)

    async def add(self, new: NewQueueItem) -> Response:
        entry, answer = await self._service.add(new, self._origin)
        location = {"Location": queue_link(entry.queue_item_id)}
        if answer:
            return await self._answered(answer, HTTPStatus.CREATED, location)
        item, readable = await self._service.created(
            entry.queue_item_id, lambda at: add_to_queue(entry, at)[0]
        )
        headers = location | ({} if readable else PENDING)
        return await self._shown(item, HTTPStatus.CREATED, headers, readable=readable)

    async def take_next(self, wanted: WantedWork) -> Response:
        answer = await self._services.next_item.take(wanted, self._origin)
        if answer is None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return await self._answered(answer, HTTPStatus.OK)

    async def remove(self, aggregate_id: str) -> Response:
        answered = await self.command(aggregate_id, Remove())
        if answered.status_code != HTTPStatus.OK:
            return answered
        told = {name: answered.headers[name] for name in TOLD if name in answered.headers}
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=told)

    async def list(self, query: QueueQuery) -> Response:
        page = await self._service.find(query)
        shown = [_fields(item, page.positions.get(item["_id"])) for item in page.items]
        following = next_page(self._url, cursor=page.next_cursor) if page.next_cursor else {}
        return json_response(to_json(shown), headers=following)

    async def show_order(self, service_order_id: str) -> Response:
        number = service_order_number(service_order_id)
        if number is None:
            raise QueueItemNotFound.of()
        return await self._read(await self._service.of_service_order(number))

    async def explain(self, aggregate_id: str) -> Response:
        findings = await self._service.explain(aggregate_id)
        shown = QueueExplanation.of(self._service.workflow_id(aggregate_id), findings)
        return json_response(shown.model_dump_json())

    async def history(
        self, aggregate_id: str, after: int, limit: int, include: str | None
    ) -> Response:
        entries, more = await self._history(aggregate_id, after, limit)
        refused = await self._refused(aggregate_id, include)
        body = QueueHistory(
            queue_item_id=aggregate_id,
            history=[QueueHistoryEntry(**entry.__dict__) for entry in entries],
            next_after=more,
            refused=None
            if refused is None
            else [QueueRefusedCommand(**each.__dict__) for each in refused],
        )
        return json_response(body.model_dump_json())

    async def _shown(
        self,
        state: QueueItem,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Headers | None = None,
        *,
        readable: bool = True,
    ) -> Response:
        # Until its snapshot is there, it would be counted in its old place.
        position = await self._position(state) if readable else None
        body = to_json(_fields(queue_document(state), position))
        # The version says nothing of `posicao` and `os_notificada`.
        return json_response(body, status, etag(state.version) | NOT_KEPT | (headers or {}))

    async def _position(self, state: QueueItem) -> int | None:
        try:
            return await self._service.queue.position(state)
        except PyMongoError:
            # The command is done, and its sender has been told that the snapshot is pending.
            return None


ForListing = Annotated[QueueDesk, Depends(on(of_listing, QueueDesk))]
ForReading = Annotated[QueueDesk, Depends(on(of_reading, QueueDesk))]
ForOpening = Annotated[QueueDesk, Depends(on(of_opening, QueueDesk))]
ForCommand = Annotated[QueueDesk, Depends(on(of_command, QueueDesk))]


def _fields(document: Document, position: int | None) -> dict[str, Any]:
    """The document is the representation, but for what the service keeps for itself. So a long
    list is written without reading each item first."""
    known = _ONCE_UNKNOWN | document
    return {name: known.get(name) for name in _FIELDS} | {"posicao": position}
