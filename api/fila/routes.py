"""`/fila-execucao`: coloca na fila, entrega o próximo item e mostra os itens."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from activities.mongo.fila_list import QueueQuery
from api.fila import responses
from api.fila.dependencies import FilaService, NextItemService
from api.fila.queries import (
    After,
    Consistency,
    Include,
    Limit,
    MinVersion,
    OrderNumber,
    QueueItemId,
)
from api.fila.representation import QueueExplanation, QueueHistory, QueueItemRepresentation
from api.fila.wanted_work import WantedWork
from api.http.bodies import JsonRoute
from api.http.preconditions import ForOpening, ForReading
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.fila.errors import QueueItemNotFound
from domain.fila.state import NewQueueItem, add_to_queue, service_order_number

router = APIRouter(prefix="/fila-execucao", tags=["fila de execução"], route_class=JsonRoute)


@router.post(
    "",
    operation_id="adicionarNaFila",
    summary="Adicionar à fila",
    status_code=HTTPStatus.CREATED,
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def add(fila: FilaService, asked: ForOpening, new: FromClient[NewQueueItem]) -> Response:
    """Coloca uma ordem de serviço na fila. Cada ordem está na fila no máximo uma vez."""
    entry, answer = await fila.add(new, asked.origin)
    if answer:
        return await responses.added_before(answer, asked, fila)
    item, is_readable = await fila.aggregates.created(
        entry.queue_item_id, lambda at: add_to_queue(entry, at)[0]
    )
    return await responses.added(item, fila, is_readable=is_readable)


@router.get(
    "",
    operation_id="listarFila",
    summary="Listar a fila",
    response_model=list[QueueItemRepresentation],
    dependencies=[needs(Permission.READ)],
)
async def find(
    request: Request, fila: FilaService, query: Annotated[FromClient[QueueQuery], Query()]
) -> Response:
    """Os itens na ordem da fila: primeiro os que aguardam, por prioridade e idade; os finalizados
    no fim. A página seguinte, se houver, está no cabeçalho `Link`; nela cada item aparece uma só
    vez, mesmo que a fila mude entre as páginas."""
    return responses.listed(await fila.queue.find(query), request)


@router.post(
    "/proximo",
    operation_id="pegarProximo",
    summary="Pegar o próximo",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def take_next(
    next_item: NextItemService, fila: FilaService, asked: ForOpening, wanted: FromClient[WantedWork]
) -> Response:
    """Entrega o primeiro item que aguarda um mecânico, já iniciado, somente a este mecânico. Itens
    que aguardam a aprovação do cliente não são entregues."""
    answer = await next_item.take(wanted, asked.origin)
    if answer is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return await responses.changed(answer, asked, fila)


@router.get(
    "/ordem-servico/{ordem_servico_id}",
    operation_id="consultarOrdemServico",
    summary="Consultar por ordem de serviço",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.READ)],
)
async def show_order(
    fila: FilaService,
    known: ForReading,
    service_order_id: OrderNumber,
) -> Response:
    """O item de uma ordem de serviço."""
    number = service_order_number(service_order_id)
    if number is None:
        raise QueueItemNotFound.of()
    return await responses.read(await fila.of_service_order(number), known, fila)


@router.get(
    "/{fila_id}",
    operation_id="consultarItem",
    summary="Consultar um item",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.READ)],
)
async def show(
    fila: FilaService,
    known: ForReading,
    queue_item_id: QueueItemId,
    min_version: MinVersion = None,
    consistency: Consistency = None,
) -> Response:
    """Um item; `consistency=strong` pergunta ao próprio workflow."""
    aggregates = fila.aggregates
    if consistency:
        return await responses.read(await aggregates.get_strong(queue_item_id), known, fila)
    is_fresh = min_version is None or await aggregates.is_readable(queue_item_id, min_version)
    item = await aggregates.get(queue_item_id)
    return await responses.read(item, known, fila, is_fresh=is_fresh)


@router.get(
    "/{fila_id}/historico",
    operation_id="consultarHistorico",
    summary="Consultar o histórico",
    response_model=QueueHistory,
    dependencies=[needs(Permission.READ)],
)
async def history(
    fila: FilaService,
    queue_item_id: QueueItemId,
    after: After = 0,
    limit: Limit = 100,
    include: Include = None,
) -> Response:
    """O que aconteceu com o item, em ordem; continua disponível depois da remoção. Com
    `include=refused`, também o que não pôde ser feito."""
    page = await fila.aggregates.history_page(
        queue_item_id, after, limit, with_refused=include is not None
    )
    return responses.history(queue_item_id, page)


@router.get(
    "/{fila_id}/explicacao",
    operation_id="explicarItem",
    summary="Explicar por que nada anda",
    response_model=QueueExplanation,
    dependencies=[needs(Permission.READ)],
)
async def explain(fila: FilaService, queue_item_id: QueueItemId) -> Response:
    """Por que nada anda: o que ainda não foi comunicado, por que falha, e quando será tentado de
    novo. Funciona sem worker e sem banco de dados."""
    findings = await fila.diagnosis.findings(queue_item_id)
    return responses.explained(fila.aggregates.workflow_id(queue_item_id), findings)


@router.post(
    "/{fila_id}/repetir-entrega",
    operation_id="repetirEntrega",
    summary="Repetir a entrega",
    status_code=HTTPStatus.ACCEPTED,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def retry_delivery(fila: FilaService, queue_item_id: QueueItemId) -> Response:
    """Tenta de novo, já, o que ainda não foi comunicado; sem efeito quando não há nada."""
    await fila.aggregates.retry_delivery(queue_item_id)
    return Response(status_code=HTTPStatus.ACCEPTED)
