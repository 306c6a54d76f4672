"""`/fila-execucao`: cada rota diz o que recebe, e deixa o resto com o balcão (`QueueDesk`)."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from activities.mongo.fila_list import QueueQuery
from api.fila.next_item import WantedWork
from api.fila.queries import (
    After,
    Consistency,
    Include,
    Limit,
    MinVersion,
    OrderNumber,
    QueueItemId,
)
from api.fila.responses import ForCommand, ForListing, ForOpening, ForReading
from api.http.bodies import JsonRoute
from api.http.wire import Sent
from api.openapi.fila import (
    ADDED,
    EXPLAINED,
    HISTORY,
    LISTED,
    REMOVED,
    RETRIED,
    SHOWN,
    SHOWN_BY_ORDER,
    TAKEN,
    changed,
)
from api.security.callers import Permission
from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    Prioritize,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.state import NewQueueItem
from domain.kernel.errors import ApprovalPending

router = APIRouter(prefix="/fila-execucao", tags=["fila de execução"], route_class=JsonRoute)


@router.post("", operation_id="adicionarNaFila", summary="Adicionar à fila", **ADDED)
async def add(desk: ForOpening, new: Sent[NewQueueItem]) -> Response:
    """Coloca uma ordem de serviço na fila. Cada ordem está na fila no máximo uma vez."""
    return await desk.add(new)


@router.get("", operation_id="listarFila", summary="Listar a fila", **LISTED)
async def find(desk: ForListing, query: Annotated[Sent[QueueQuery], Query()]) -> Response:
    """Os itens na ordem da fila: primeiro os que aguardam, por prioridade e idade; os finalizados
    no fim. A página seguinte, se houver, está no cabeçalho `Link`; nela cada item aparece uma só
    vez, mesmo que a fila mude entre as páginas."""
    return await desk.list(query)


@router.post("/proximo", operation_id="pegarProximo", summary="Pegar o próximo", **TAKEN)
async def take_next(desk: ForOpening, wanted: Sent[WantedWork]) -> Response:
    """Entrega o primeiro item que aguarda um mecânico, já iniciado, somente a este mecânico. Itens
    que aguardam a aprovação do cliente não são entregues."""
    return await desk.take_next(wanted)


@router.get(
    "/ordem-servico/{ordem_servico_id}",
    operation_id="consultarOrdemServico",
    summary="Consultar por ordem de serviço",
    **SHOWN_BY_ORDER,
)
async def show_order(
    desk: ForReading,
    service_order_id: OrderNumber,
) -> Response:
    """O item de uma ordem de serviço."""
    return await desk.show_order(service_order_id)


@router.get("/{fila_id}", operation_id="consultarItem", summary="Consultar um item", **SHOWN)
async def show(
    desk: ForReading,
    queue_item_id: QueueItemId,
    min_version: MinVersion = None,
    consistency: Consistency = None,
) -> Response:
    """Um item; `consistency=strong` pergunta ao próprio workflow."""
    return await desk.show(queue_item_id, min_version, consistency)


@router.get(
    "/{fila_id}/historico",
    operation_id="consultarHistorico",
    summary="Consultar o histórico",
    **HISTORY,
)
async def history(
    desk: ForListing,
    queue_item_id: QueueItemId,
    after: After = 0,
    limit: Limit = 100,
    include: Include = None,
) -> Response:
    """O que aconteceu com o item, em ordem; continua disponível depois da remoção. Com
    `include=refused`, também o que não pôde ser feito."""
    return await desk.history(queue_item_id, after, limit, include)


@router.get(
    "/{fila_id}/explicacao",
    operation_id="explicarItem",
    summary="Explicar por que nada anda",
    **EXPLAINED,
)
async def explain(desk: ForListing, queue_item_id: QueueItemId) -> Response:
    """Por que nada anda: o que ainda não foi comunicado, por que falha, e quando será tentado de
    novo. Funciona sem worker e sem banco de dados."""
    return await desk.explain(queue_item_id)


@router.post(
    "/{fila_id}/repetir-entrega",
    operation_id="repetirEntrega",
    summary="Repetir a entrega",
    **RETRIED,
)
async def retry_delivery(desk: ForListing, queue_item_id: QueueItemId) -> Response:
    """Tenta de novo, já, o que ainda não foi comunicado; sem efeito quando não há nada."""
    return await desk.retry_delivery(queue_item_id)


@router.post(
    "/{fila_id}/iniciar-diagnostico",
    operation_id="iniciarDiagnostico",
    summary="Iniciar o diagnóstico",
    **changed(),
)
async def start_diagnosis(
    desk: ForCommand, queue_item_id: QueueItemId, command: Sent[StartDiagnosis]
) -> Response:
    """Entrega o item a um mecânico, que descobre o que há de errado."""
    return await desk.command(queue_item_id, command)


@router.post(
    "/{fila_id}/finalizar-diagnostico",
    operation_id="finalizarDiagnostico",
    summary="Finalizar o diagnóstico",
    **changed(),
)
async def finish_diagnosis(
    desk: ForCommand, queue_item_id: QueueItemId, command: Sent[FinishDiagnosis]
) -> Response:
    """Registra o diagnóstico; o item volta a aguardar, agora pela aprovação do cliente."""
    return await desk.command(queue_item_id, command)


@router.post(
    "/{fila_id}/iniciar-reparo",
    operation_id="iniciarReparo",
    summary="Iniciar o reparo",
    **changed(ApprovalPending),
)
async def start_repair(
    desk: ForCommand, queue_item_id: QueueItemId, command: Sent[StartRepair] = StartRepair()
) -> Response:
    """Inicia o reparo. Sem mecânico, o item fica com quem fez o diagnóstico."""
    return await desk.command(queue_item_id, command)


@router.post(
    "/{fila_id}/finalizar-reparo",
    operation_id="finalizarReparo",
    summary="Finalizar o reparo",
    **changed(),
)
async def finish_repair(
    desk: ForCommand, queue_item_id: QueueItemId, command: Sent[FinishRepair] = FinishRepair()
) -> Response:
    """Finaliza o reparo."""
    return await desk.command(queue_item_id, command)


@router.patch(
    "/{fila_id}/prioridade",
    operation_id="alterarPrioridade",
    summary="Alterar a prioridade",
    **changed(needed=Permission.MANAGE),
)
async def prioritize(
    desk: ForCommand, queue_item_id: QueueItemId, command: Sent[Prioritize]
) -> Response:
    """Muda o lugar do item na fila."""
    return await desk.command(queue_item_id, command)


@router.delete("/{fila_id}", operation_id="removerDaFila", summary="Remover da fila", **REMOVED)
async def remove(desk: ForCommand, queue_item_id: QueueItemId) -> Response:
    """Tira o item da fila, em qualquer status; a ordem pode ser adicionada outra vez."""
    return await desk.remove(queue_item_id)
