"""Responses of the routes of the fila, in Portuguese."""

from collections.abc import Mapping
from http import HTTPStatus

from activities.mongo.keyset import BadCursor
from api.errors import KeyReused, UnsupportedMediaType, WorkflowEnded
from api.openapi.fila_examples import place, problems
from api.openapi.responses import ResponseDocs, Responses
from domain.fila.errors import (
    ApprovalPending,
    InvalidQueueTransition,
    QueueItemExists,
    QueueItemNotFound,
)
from domain.kernel.errors import VersionMismatch


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    docs = ResponseDocs(place(), problems())
    return _of_reading(docs) | {
        "adicionarNaFila": docs.done(HTTPStatus.CREATED, "O novo item", "ETag", "Location")
        | docs.problems(QueueItemExists, KeyReused, UnsupportedMediaType),
        "pegarProximo": docs.done(HTTPStatus.OK, "O item, já iniciado", "ETag")
        | docs.success(HTTPStatus.NO_CONTENT, "Nada aguarda")
        | docs.problems(QueueItemNotFound, InvalidQueueTransition, KeyReused, UnsupportedMediaType),
        "repetirEntrega": docs.success(HTTPStatus.ACCEPTED, "Será tentado")
        | docs.problems(QueueItemNotFound, WorkflowEnded),
        "iniciarDiagnostico": _changed(docs),
        "finalizarDiagnostico": _changed(docs),
        "iniciarReparo": _changed(docs, ApprovalPending),
        "finalizarReparo": _changed(docs),
        "alterarPrioridade": _changed(docs),
        "removerDaFila": docs.done(HTTPStatus.NO_CONTENT, "Removido")
        | _signalled(docs)
        | docs.problems(QueueItemNotFound, WorkflowEnded, VersionMismatch, KeyReused),
    }


def _of_reading(docs: ResponseDocs) -> dict[str, Responses]:
    refused = docs.problems(QueueItemNotFound)
    known = docs.success(HTTPStatus.NOT_MODIFIED, "Na versão de `If-None-Match`", "ETag")
    return {
        "listarFila": docs.success(HTTPStatus.OK, "Uma página da fila", "Link")
        | docs.problems(BadCursor),
        "consultarOrdemServico": docs.success(HTTPStatus.OK, "O item", "ETag") | known | refused,
        "consultarItem": docs.success(HTTPStatus.OK, "O item", "ETag", "X-Snapshot")
        | known
        | refused,
        "consultarHistorico": docs.success(HTTPStatus.OK, "Uma página do histórico") | refused,
        "explicarItem": docs.success(HTTPStatus.OK, "Por que nada anda") | refused,
    }


def _signalled(docs: ResponseDocs) -> Responses:
    return docs.signalled("Aceito como sinal, com `Prefer: respond-async`; pode ser descartado")


def _changed(docs: ResponseDocs, *refusals: type[Exception]) -> Responses:
    return (
        docs.done(HTTPStatus.OK, "O item, como está agora", "ETag")
        | _signalled(docs)
        | docs.problems(
            QueueItemNotFound,
            InvalidQueueTransition,
            WorkflowEnded,
            VersionMismatch,
            KeyReused,
            UnsupportedMediaType,
            *refusals,
        )
    )
