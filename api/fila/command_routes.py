"""`/fila-execucao/{fila_id}`: os comandos de um item."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from api.aggregates.responses import removed, signalled, weak_tags_explained
from api.fila import responses
from api.fila.dependencies import FilaService
from api.fila.queries import (
    QueueItemId,
)
from api.fila.representation import QueueItemRepresentation
from api.fila.service import Fila, queue_link
from api.http.bodies import JsonRoute
from api.http.preconditions import ForCommand, WritePreconditions
from api.http.wire import FromClient
from api.security.auth import needs
from api.security.callers import Permission
from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    Prioritize,
    Remove,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Command

router = APIRouter(prefix="/fila-execucao", tags=["fila de execução"], route_class=JsonRoute)


@router.post(
    "/{fila_id}/iniciar-diagnostico",
    operation_id="iniciarDiagnostico",
    summary="Iniciar o diagnóstico",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def start_diagnosis(
    fila: FilaService,
    asked: ForCommand,
    queue_item_id: QueueItemId,
    command: FromClient[StartDiagnosis],
) -> Response:
    """Entrega o item a um mecânico, que descobre o que há de errado."""
    return await _change(fila, asked, queue_item_id, command)


@router.post(
    "/{fila_id}/finalizar-diagnostico",
    operation_id="finalizarDiagnostico",
    summary="Finalizar o diagnóstico",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def finish_diagnosis(
    fila: FilaService,
    asked: ForCommand,
    queue_item_id: QueueItemId,
    command: FromClient[FinishDiagnosis],
) -> Response:
    """Registra o diagnóstico; o item volta a aguardar, agora pela aprovação do cliente."""
    return await _change(fila, asked, queue_item_id, command)


@router.post(
    "/{fila_id}/iniciar-reparo",
    operation_id="iniciarReparo",
    summary="Iniciar o reparo",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def start_repair(
    fila: FilaService,
    asked: ForCommand,
    queue_item_id: QueueItemId,
    command: FromClient[StartRepair] = StartRepair(),
) -> Response:
    """Inicia o reparo. Sem mecânico, o item fica com quem fez o diagnóstico."""
    return await _change(fila, asked, queue_item_id, command)


@router.post(
    "/{fila_id}/finalizar-reparo",
    operation_id="finalizarReparo",
    summary="Finalizar o reparo",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.WORK)],
)
async def finish_repair(
    fila: FilaService,
    asked: ForCommand,
    queue_item_id: QueueItemId,
    command: FromClient[FinishRepair] = FinishRepair(),
) -> Response:
    """Finaliza o reparo."""
    return await _change(fila, asked, queue_item_id, command)


@router.patch(
    "/{fila_id}/prioridade",
    operation_id="alterarPrioridade",
    summary="Alterar a prioridade",
    response_model=QueueItemRepresentation,
    dependencies=[needs(Permission.MANAGE)],
)
async def prioritize(
    fila: FilaService,
    asked: ForCommand,
    queue_item_id: QueueItemId,
    command: FromClient[Prioritize],
) -> Response:
    """Muda o lugar do item na fila."""
    return await _change(fila, asked, queue_item_id, command)


@router.delete(
    "/{fila_id}",
    operation_id="removerDaFila",
    summary="Remover da fila",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    dependencies=[needs(Permission.MANAGE)],
)
async def remove(fila: FilaService, asked: ForCommand, queue_item_id: QueueItemId) -> Response:
    """Tira o item da fila, em qualquer status; a ordem pode ser adicionada outra vez."""
    return removed(await _change(fila, asked, queue_item_id, Remove()))


async def _change(
    fila: Fila, asked: WritePreconditions, queue_item_id: str, command: Command[QueueItem]
) -> Response:
    if asked.is_async:
        await fila.aggregates.signal(queue_item_id, command, asked.origin)
        return signalled(queue_link(queue_item_id))
    with weak_tags_explained(asked):
        answer = await fila.execute(queue_item_id, command, asked.origin)
    return await responses.changed(answer, asked, fila)
