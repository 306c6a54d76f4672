"""The workshop's queue as readers see it: its order, its pages, and each item's position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import uuid4

from pydantic import Field

from activities.mongo.client import Database, Document
from activities.mongo.clock import shared_time
from activities.mongo.collections import FILA_SNAPSHOTS
from activities.mongo.filters import any_of, count
from activities.mongo.keyset import BadCursor
from domain.fila.lifecycle import QueueStage, QueueStatus
from domain.fila.state import QueueItem
from domain.fila.vocabulary import IN_PORTUGUESE
from domain.kernel.values import Input, in_words

_CURSOR = re.compile(r"([0-9a-f]{32})\.([0-9]{1,7})")
_IN_ORDER = [("lugar", 1)]
_ENDED = "workflow_encerrado"
_CANCELLED = "pedido_cancelado_em"
IN_ONE_BATCH = 100_000
"""A scan that is fetched in several batches would meet an item again that has moved meanwhile."""
CURSOR_LIFETIME = timedelta(minutes=10)
"""Time that a list which has begun can be paged through."""


class QueueQuery(Input):
    model_config = IN_PORTUGUESE | in_words({"limit": "limite"}, {"status", "cursor"})

    status: Annotated[
        tuple[QueueStatus, ...], Field(max_length=20, description="Qualquer um destes")
    ] = ()
    limit: Annotated[int, Field(ge=1, le=500, description="Quantos itens no máximo")] = 500
    cursor: Annotated[
        str | None, Field(max_length=100, description="O que o `Link` da página anterior traz")
    ] = None


@dataclass(frozen=True)
class QueuePage:
    """Stored documents, and the position of each waiting one by its `_id`; 1 is next."""

    items: list[Document]
    positions: dict[str, int]
    next_cursor: str | None = None


@dataclass(frozen=True)
class Waiting:
    """An item that a mechanic could take."""

    queue_item_id: str
    version: int
    stage: QueueStage


class QueueList:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._items = database[FILA_SNAPSHOTS.collection]
        self._pages = database["fila_paginas"]

    async def find(self, query: QueueQuery) -> QueuePage:
        """Raises BadCursor.

        Items move between the pages of a list while it is read. So the order of a list that needs
        more than one page is stored with the first page: each item comes once, as it is by then.
        """
        if query.cursor:
            return await self._next_page(query, query.cursor)
        wanted = _wanted(query)
        few = self._items.find(wanted).sort(_IN_ORDER).limit(query.limit + 1)
        items = await few.batch_size(IN_ONE_BATCH).to_list(None)
        if len(items) <= query.limit:
            waiting = [item["_id"] for item in items if item["status"] == QueueStatus.WAITING]
            return QueuePage(items=items, positions=_counted(waiting))
        order = await self._ids(wanted)
        token = uuid4().hex
        await self._pages.insert_one(
            {
                "_id": token,
                "ordem": order,
                "status": _text(query.status),
                "expira_em": await shared_time(self._database) + CURSOR_LIFETIME,
            }
        )
        return await self._page(query, token, order, 0)

    async def of_service_order(self, service_order_id: int) -> QueueItem | None:
        wanted = FILA_SNAPSHOTS.visible | {"ordem_servico_id": service_order_id}
        document = await self._items.find_one(wanted, sort=[("dta_criacao", -1)])
        return QueueItem.model_validate(document) if document else None

    async def position(self, item: QueueItem) -> int | None:
        """The item's position: 1 is next; None once work has begun. Waiting items sort first."""
        if item.status is not QueueStatus.WAITING:
            return None
        return 1 + await count(
            self._database, FILA_SNAPSHOTS.collection, {"lugar": {"$lt": item.sort_key}}
        )

    async def waiting(self, stages: Sequence[QueueStage], limit: int) -> list[Waiting]:
        """The first items that wait for this kind of work, in the queue's order, without those
        whose workflow has been ended or whose service order was cancelled."""
        wanted = {"etapa": any_of(stages)}
        fields = {"versao": 1, "etapa": 1, _ENDED: 1, _CANCELLED: 1}
        found = self._items.find(wanted, fields).sort(_IN_ORDER).batch_size(limit)
        waiting: list[Waiting] = []
        async for each in found:
            if not (each.get(_ENDED) or each.get(_CANCELLED)):
                stage = QueueStage(each["etapa"])
                waiting.append(Waiting(each["_id"], each["versao"], stage))
            if len(waiting) == limit:
                break
        await found.close()
        return waiting

    async def _next_page(self, query: QueueQuery, cursor: str) -> QueuePage:
        read = _CURSOR.fullmatch(cursor)
        rest = await self._pages.find_one({"_id": read[1]}) if read else None
        if read is None or rest is None or rest["expira_em"] < await shared_time(self._database):
            raise BadCursor("O cursor não é desta lista ou expirou; comece a lista de novo")
        if rest["status"] != _text(query.status):
            raise BadCursor("O cursor pertence a uma lista com outro filtro de status")
        return await self._page(query, read[1], rest["ordem"], int(read[2]))

    async def _page(self, query: QueueQuery, token: str, order: list[str], at: int) -> QueuePage:
        end = at + query.limit
        here = order[at:end]
        found = await self._items.find(_wanted(query) | {"_id": {"$in": here}}).to_list(None)
        by_id = {item["_id"]: item for item in found}
        return QueuePage(
            items=[by_id[each] for each in here if each in by_id],
            positions=await self._positions(),
            next_cursor=f"{token}.{end}" if end < len(order) else None,
        )

    async def _positions(self) -> dict[str, int]:
        wanted = {"status": str(QueueStatus.WAITING)} | FILA_SNAPSHOTS.visible
        return _counted(await self._ids(wanted))

    async def _ids(self, wanted: Document) -> list[str]:
        found = self._items.find(wanted, {"_id": 1}).sort(_IN_ORDER).batch_size(IN_ONE_BATCH)
        return list(dict.fromkeys([each["_id"] async for each in found]))


def _wanted(query: QueueQuery) -> Document:
    if not query.status:
        return dict(FILA_SNAPSHOTS.visible)
    return FILA_SNAPSHOTS.visible | {"status": any_of(query.status)}


def _counted(waiting: Sequence[str]) -> dict[str, int]:
    return {queue_item_id: count for count, queue_item_id in enumerate(waiting, 1)}


def _text(words: Sequence[Any]) -> list[str]:
    return [str(word) for word in words]
