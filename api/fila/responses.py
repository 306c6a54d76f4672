"""Items of the workshop's queue as HTTP responses."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic_core import to_json
from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response

from activities.mongo.client import Document
from activities.mongo.collections import queue_document
from activities.mongo.fila_list import QueuePage
from api.aggregates.explanation import Findings
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
from api.fila.representation import (
    QueueExplanation,
    QueueHistory,
    QueueHistoryEntry,
    QueueItemRepresentation,
    QueueRefusedCommand,
)
from api.fila.service import Fila, queue_link
from api.http.preconditions import ReadPreconditions, WritePreconditions
from domain.fila.delivery_health import QueueDeliveryHealth
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Answer
from domain.kernel.values import widen

_FIELDS: Sequence[str] = [
    str(field.alias) for field in QueueItemRepresentation.model_fields.values()
]
_ONCE_UNKNOWN = {"saude": QueueDeliveryHealth()}
"""The values of fields that an earlier release has not written down."""


async def shown(
    item: QueueItem,
    fila: Fila,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Headers | None = None,
    *,
    is_readable: bool = True,
) -> Response:
    # Until its snapshot is there, it would be counted in its old place.
    position = await _position(item, fila) if is_readable else None
    body = to_json(_fields(queue_document(item), position))
    # The version says nothing of `posicao` and `os_notificada`.
    return json_response(body, status, etag(item.version) | NO_STORE | (headers or {}))


async def read(
    item: QueueItem, known: ReadPreconditions, fila: Fila, *, is_fresh: bool = True
) -> Response:
    headers = {} if is_fresh else PENDING
    if is_known(item, known):
        return not_modified(item.version, headers)
    return await shown(item, fila, headers=headers)


async def changed(
    answer: Answer[QueueItem], preconditions: WritePreconditions, fila: Fila
) -> Response:
    """The item that a command led to, once readers can see it too."""
    progress = await progress_of(answer, preconditions, fila.aggregates)
    return await shown(
        answer.state, fila, headers=progress.headers, is_readable=progress.is_readable
    )


async def added_before(
    answer: Answer[QueueItem], preconditions: WritePreconditions, fila: Fila
) -> Response:
    """The item of an addition that has led to more than its first version."""
    progress = await progress_of(answer, preconditions, fila.aggregates)
    headers = {"Location": queue_link(answer.state.queue_item_id)} | progress.headers
    created = HTTPStatus.CREATED
    return await shown(answer.state, fila, created, headers, is_readable=progress.is_readable)


async def added(item: QueueItem, fila: Fila, *, is_readable: bool) -> Response:
    location = {"Location": queue_link(item.queue_item_id)}
    headers = location | ({} if is_readable else PENDING)
    return await shown(item, fila, HTTPStatus.CREATED, headers, is_readable=is_readable)


def listed(page: QueuePage, request: Request) -> Response:
    body = [_fields(item, page.positions.get(item["_id"])) for item in page.items]
    return json_response(to_json(body), headers=next_page(request, page.next_cursor))


def history(queue_item_id: str, page: HistoryPage) -> Response:
    refused = page.refused
    body = QueueHistory(
        queue_item_id=queue_item_id,
        history=[widen(entry, QueueHistoryEntry) for entry in page.entries],
        next_after=page.next_after,
        refused=None if refused is None else [widen(each, QueueRefusedCommand) for each in refused],
    )
    return json_response(body.model_dump_json())


def explained(workflow_id: str, findings: Findings) -> Response:
    return json_response(QueueExplanation.of(workflow_id, findings).model_dump_json())


async def _position(item: QueueItem, fila: Fila) -> int | None:
    try:
        return await fila.queue.position(item)
    except PyMongoError:
        # The command is done, and its sender knows that the snapshot is pending.
        return None


def _fields(document: Document, position: int | None) -> dict[str, Any]:
    """The document is the representation, but for what the service keeps for itself. So a long
    list is written without reading each item first."""
    known = _ONCE_UNKNOWN | document
    return {name: known.get(name) for name in _FIELDS} | {"posicao": position}
