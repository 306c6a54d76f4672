"""O que as rotas da fila pedem de quem chama, e o que o documento da API diz de suas respostas."""

from http import HTTPStatus
from typing import Any

from activities.mongo.keyset import BadCursor
from api.errors import KeyReused, UnsupportedMediaType, WorkflowEnded
from api.fila.representation import QueueExplanation, QueueHistory, QueueItemRepresentation
from api.openapi.fila_examples import PLACE, PROBLEMS
from api.openapi.responses import Answers, route
from api.security.callers import Permission
from domain.kernel.errors import (
    InvalidQueueTransition,
    QueueItemExists,
    QueueItemNotFound,
    VersionMismatch,
)

_ANSWERS = Answers(PLACE, PROBLEMS)
_SIGNALLED = _ANSWERS.signalled(
    "Aceito como sinal, com `Prefer: respond-async`; pode ser descartado"
)
_NOT_MODIFIED = _ANSWERS.success(HTTPStatus.NOT_MODIFIED, "Na versão de `If-None-Match`", "ETag")


ADDED = {"status_code": HTTPStatus.CREATED} | route(
    Permission.WORK,
    _ANSWERS.done(HTTPStatus.CREATED, "O novo item", "ETag", "Location")
    | _ANSWERS.problems(QueueItemExists, KeyReused, UnsupportedMediaType),
    QueueItemRepresentation,
)
LISTED = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "Uma página da fila", "Link") | _ANSWERS.problems(BadCursor),
    list[QueueItemRepresentation],
)
TAKEN = route(
    Permission.WORK,
    _ANSWERS.done(HTTPStatus.OK, "O item, já iniciado", "ETag")
    | _ANSWERS.success(HTTPStatus.NO_CONTENT, "Nada aguarda")
    | _ANSWERS.problems(QueueItemNotFound, InvalidQueueTransition, KeyReused, UnsupportedMediaType),
    QueueItemRepresentation,
)
SHOWN = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "O item", "ETag", "X-Snapshot")
    | _NOT_MODIFIED
    | _ANSWERS.problems(QueueItemNotFound),
    QueueItemRepresentation,
)
SHOWN_BY_ORDER = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "O item", "ETag")
    | _NOT_MODIFIED
    | _ANSWERS.problems(QueueItemNotFound),
    QueueItemRepresentation,
)
HISTORY = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "Uma página do histórico")
    | _ANSWERS.problems(QueueItemNotFound),
    QueueHistory,
)
EXPLAINED = route(
    Permission.READ,
    _ANSWERS.success(HTTPStatus.OK, "Por que nada anda") | _ANSWERS.problems(QueueItemNotFound),
    QueueExplanation,
)
RETRIED = {"status_code": HTTPStatus.ACCEPTED} | route(
    Permission.MANAGE,
    _ANSWERS.success(HTTPStatus.ACCEPTED, "Será tentado")
    | _ANSWERS.problems(QueueItemNotFound, WorkflowEnded),
)
REMOVED = {"status_code": HTTPStatus.NO_CONTENT} | route(
    Permission.MANAGE,
    _ANSWERS.done(HTTPStatus.NO_CONTENT, "Removido")
    | _SIGNALLED
    | _ANSWERS.problems(QueueItemNotFound, WorkflowEnded, VersionMismatch, KeyReused),
)


def changed(*refusals: type[Exception], needed: Permission = Permission.WORK) -> dict[str, Any]:
    return route(
        needed,
        _ANSWERS.done(HTTPStatus.OK, "O item, como está agora", "ETag")
        | _SIGNALLED
        | _ANSWERS.problems(
            QueueItemNotFound,
            InvalidQueueTransition,
            WorkflowEnded,
            VersionMismatch,
            KeyReused,
            UnsupportedMediaType,
            *refusals,
        ),
        QueueItemRepresentation,
    )
