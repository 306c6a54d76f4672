"""`/fila-execucao`: cada rota diz o que recebe, e deixa o resto com o balcão (`QueueDesk`)."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from activities.lists.queue_list import QueueQuery
from activities.lists.sorting import BadCursor
from api.documents.openapi import Answers
from api.errors import KeyReused
from api.queue.desk import ForCommand, ForListing, ForOpening, ForReading
from api.queue.examples import PLACE, PROBLEMS
from api.queue.next_item import WantedWork
from api.queue.parameters import (
    After,
    Consistency,
    Include,
    Limit,
    MinVersion,
    OrderNumber,
    QueueItemId,
)
from api.queue.representation import QueueHistory, QueueItemRepresentation
from api.security.auth import needs
from api.security.callers import Permission
from api.wire import Sent
from domain.errors import (
    ApprovalPending,
    InvalidQueueTransition,
    QueueItemExists,
    QueueItemNotFound,
    VersionMismatch,
)
from domain.queue_commands import (
    FinishDiagnosis,
    FinishRepair,
    Prioritize,
    StartDiagnosis,
    StartRepair,
)
from domain.queue_item import NewQueueItem

router = APIRouter(prefix="/fila-execucao", tags=["fila de execução"])


ANSWERS = Answers(PLACE, PROBLEMS)
TOLD = ("X-Snapshot", "Idempotency-Replayed", "Preference-Applied")
SIGNALLED = ANSWERS.success(
    HTTPStatus.ACCEPTED,
    "Aceito como sinal, com `Prefer: respond-async`; pode ser descartado",
    *("Location", "Preference-Applied"),
)
NOT_MODIFIED = ANSWERS.success(HTTPStatus.NOT_MODIFIED, "Na versão de `If-None-Match`", "ETag")


def changing(*refusals: type[Exception], needed: Permission = Permission.WORK) -> dict[str, Any]:
    """O que uma rota que muda um item pede de quem chama, e diz de suas respostas."""
    return {
        "dependencies": [needs(needed)],
        "response_model": QueueItemRepresentation,
        "responses": ANSWERS.success(HTTPStatus.OK, "O item, como está agora", "ETag", *TOLD)
        | SIGNALLED
        | ANSWERS.problems(
            QueueItemNotFound, InvalidQueueTransition, VersionMismatch, KeyReused, *refusals
        ),
    }


@router.post(
    "",
    operation_id="adicionarNaFila",
    dependencies=[needs(Permission.WORK)],
    summary="Adicionar à fila",
    response_model=QueueItemRepresentation,
    status_code=HTTPStatus.CREATED,
    responses=ANSWERS.success(HTTPStatus.CREATED, "O novo item", "ETag", "Location", *TOLD)
    | ANSWERS.problems(QueueItemExists, KeyReused),
)
async def add(desk: ForOpening, new: Sent[NewQueueItem]) -> Response:
    """Coloca uma ordem de serviço na fila. Cada ordem está na fila no máximo uma vez."""
    return await desk.add(new)


@router.get(
    "",
    operation_id="listarFila",
    dependencies=[needs(Permission.READ)],
    summary="Listar a fila",
    response_model=list[QueueItemRepresentation],
    responses=ANSWERS.success(HTTPStatus.OK, "Uma página da fila", "Link")
    | ANSWERS.problems(BadCursor),
)
async def find(desk: ForListing, query: Annotated[Sent[QueueQuery], Query()]) -> Response:
    """Os itens na ordem da fila: primeiro os que aguardam, por prioridade e idade; os finalizados
    no fim. A página seguinte, se houver, está no cabeçalho `Link`; nela cada item aparece uma só
    vez, mesmo que a fila mude entre as páginas."""
    return await desk.list(query)


@router.post(
    "/proximo",
    operation_id="pegarProximo",
    dependencies=[needs(Permission.WORK)],
    summary="Pegar o próximo",
    response_model=QueueItemRepresentation,
    responses=ANSWERS.success(HTTPStatus.OK, "O item, já iniciado", "ETag", *TOLD)
    | ANSWERS.success(HTTPStatus.NO_CONTENT, "Nada aguarda")
    | ANSWERS.problems(QueueItemNotFound, InvalidQueueTransition, KeyReused),
)
async def take_next(desk: ForOpening, wanted: Sent[WantedWork]) -> Response:
    """Entrega o primeiro item que aguarda um mecânico, já iniciado, somente a este mecânico. Itens
    que aguardam a aprovação do cliente não são entregues."""
    return await desk.take_next(wanted)


@router.get(
    "/ordem-servico/{ordem_servico_id}",
    operation_id="consultarOrdemServico",
    dependencies=[needs(Permission.READ)],
    summary="Consultar por ordem de serviço",
    response_model=QueueItemRepresentation,
    responses=ANSWERS.success(HTTPStatus.OK, "O item da ordem de serviço", "ETag")
    | NOT_MODIFIED
    | ANSWERS.problems(QueueItemNotFound),
)
async def show_order(
    desk: ForReading,
    service_order_id: OrderNumber,
) -> Response:
    """O item de uma ordem de serviço."""
    return await desk.show_order(service_order_id)


@router.get(
    "/{fila_id}",
    operation_id="consultarItem",
    dependencies=[needs(Permission.READ)],
    summary="Consultar um item",
    response_model=QueueItemRepresentation,
    responses=ANSWERS.success(HTTPStatus.OK, "O item", "ETag", "X-Snapshot")
    | NOT_MODIFIED
    | ANSWERS.problems(QueueItemNotFound),
)
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
    dependencies=[needs(Permission.READ)],
    summary="Consultar o histórico",
    response_model=QueueHistory,
    responses=ANSWERS.success(HTTPStatus.OK, "Uma página do histórico")
    | ANSWERS.problems(QueueItemNotFound),
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


@router.post(
    "/{fila_id}/iniciar-diagnostico",
    operation_id="iniciarDiagnostico",
    summary="Iniciar o diagnóstico",
    **changing(),
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
    **changing(),
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
    **changing(ApprovalPending),
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
    **changing(),
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
    **changing(needed=Permission.MANAGE),
)
async def prioritize(
    desk: ForCommand, queue_item_id: QueueItemId, command: Sent[Prioritize]
) -> Response:
    """Muda o lugar do item na fila."""
    return await desk.command(queue_item_id, command)


@router.delete(
    "/{fila_id}",
    operation_id="removerDaFila",
    dependencies=[needs(Permission.MANAGE)],
    summary="Remover da fila",
    status_code=HTTPStatus.NO_CONTENT,
    responses=ANSWERS.success(HTTPStatus.NO_CONTENT, "Removido", *TOLD)
    | SIGNALLED
    | ANSWERS.problems(QueueItemNotFound, VersionMismatch, KeyReused),
)
async def remove(desk: ForCommand, queue_item_id: QueueItemId) -> Response:
    """Tira o item da fila, em qualquer status; a ordem pode ser adicionada outra vez."""
    return await desk.remove(queue_item_id)
