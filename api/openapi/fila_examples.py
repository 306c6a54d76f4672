"""Examples of the fila: of what is sent, of what is shown, and of what is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from activities.mongo.collections import queue_document
from activities.mongo.keyset import BadCursor
from api.aggregates.explanation import Verdict
from api.fila.representation import (
    QueueExplanation,
    QueueHistory,
    QueueHistoryEntry,
    QueueItemRepresentation,
)
from api.fila.service import queue_link
from api.fila.wanted_work import WantedWork, Work
from api.openapi.examples import AT, after, by_schema, expectation_of, refusal_of
from api.openapi.problem_examples import EXAMPLE_CORRELATION_ID
from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    Prioritize,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.errors import QueueItemExists, QueueItemNotFound
from domain.fila.state import NewQueueItem, QueueEntry, QueueItem, add_to_queue
from domain.fila.vocabulary import Priority
from domain.kernel.values import widen
from workflows.contract import queue_item_id, queue_workflow_id


def place() -> str:
    return queue_link(_id())


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    shown = queue_document(_in_diagnosis()) | {"posicao": None}
    return by_schema(
        _new(),
        WantedWork(mechanic_id=7, stage=Work.DIAGNOSIS),
        _start(),
        FinishDiagnosis(diagnosis="Pastilhas de freio gastas"),
        StartRepair(mechanic_id=7),
        FinishRepair(repair_notes="Pastilhas e discos trocados"),
        Prioritize(priority=Priority.URGENT),
        QueueItemRepresentation.model_validate(shown),
        _explained(),
        QueueHistory(queue_item_id=_id(), history=[_entry()], next_after=None, refused=None),
    )


def problems() -> Sequence[Exception]:
    waiting = _waiting()
    unapproved = waiting.model_copy(update={"requires_approval": True})
    return (
        BadCursor("O cursor não é desta lista ou expirou; comece a lista de novo"),
        QueueItemNotFound.of(_id()),
        expectation_of(waiting, 7),
        QueueItemExists("Ordem de Serviço 1042 já está na fila de execução.", existing=place()),
        refusal_of(waiting, FinishRepair()),
        refusal_of(unapproved, StartRepair()),
    )


def _new() -> NewQueueItem:
    return NewQueueItem(service_order_id=1042, priority=Priority.HIGH)


def _id() -> str:
    return queue_item_id(_new().service_order_id, "5f2a9c01d3e4")


def _start() -> StartDiagnosis:
    return StartDiagnosis(mechanic_id=7)


def _waiting() -> QueueItem:
    return add_to_queue(widen(_new(), QueueEntry, queue_item_id=_id()), AT)[0]


def _in_diagnosis() -> QueueItem:
    return after(_waiting(), _start())


def _entry() -> QueueHistoryEntry:
    in_diagnosis = _in_diagnosis()
    return QueueHistoryEntry(
        sequence=in_diagnosis.version,
        event_id=f"{_id()}:{in_diagnosis.version}",
        type="DiagnosisStarted",
        occurred_at=AT,
        command=StartDiagnosis.ACTION,
        from_status=_waiting().status,
        to_status=in_diagnosis.status,
        actor="ana",
        correlation_id=EXAMPLE_CORRELATION_ID,
        via="http",
        detail={"queueItemId": _id(), "serviceOrderId": "1042", "mechanicId": 7, "startedAt": AT},
    )


def _explained() -> QueueExplanation:
    return QueueExplanation(
        verdict=Verdict.IDLE,
        detail=QueueExplanation.SENTENCES[Verdict.IDLE],
        workflow_id=queue_workflow_id(_new().service_order_id),
        workflow_status="RUNNING",
        history_length=18,
        has_worker=True,
        health=_in_diagnosis().health,
        undelivered_versions=0,
    )
