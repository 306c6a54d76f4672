"""Examples of the workshop's queue: what is sent, what is shown, and what is refused."""

from collections.abc import Sequence

from activities.mongo.documents import queue_document
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
from api.openapi.examples import AT, CORRELATION_ID, after, by_schema, expectation_of, refusal_of
from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    Prioritize,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.state import NewQueueItem, QueueEntry, add_to_queue
from domain.fila.vocabulary import Priority
from domain.kernel.errors import QueueItemExists, QueueItemNotFound
from workflows.contract import queue_item_id, queue_workflow_id

_NEW = NewQueueItem(service_order_id=1042, priority=Priority.HIGH)
_ID = queue_item_id(_NEW.service_order_id, "5f2a9c01d3e4")
_START = StartDiagnosis(mechanic_id=7)

_WAITING = add_to_queue(QueueEntry(**_NEW.__dict__, queue_item_id=_ID), AT)[0]
_UNAPPROVED = _WAITING.model_copy(update={"requires_approval": True})
_IN_DIAGNOSIS = after(_WAITING, _START)
_HISTORY_ENTRY = QueueHistoryEntry(
    sequence=_IN_DIAGNOSIS.version,
    event_id=f"{_ID}:{_IN_DIAGNOSIS.version}",
    type="DiagnosisStarted",
    occurred_at=AT,
    command=_START.ACTION,
    from_status=_WAITING.status,
    to_status=_IN_DIAGNOSIS.status,
    actor="ana",
    correlation_id=CORRELATION_ID,
    via="http",
    detail={"queueItemId": _ID, "serviceOrderId": "1042", "mechanicId": 7, "startedAt": AT},
)
BODIES = by_schema(
    _NEW,
    WantedWork(mechanic_id=7, stage=Work.DIAGNOSIS),
    _START,
    FinishDiagnosis(diagnosis="Pastilhas de freio gastas"),
    StartRepair(mechanic_id=7),
    FinishRepair(repair_notes="Pastilhas e discos trocados"),
    Prioritize(priority=Priority.URGENT),
    QueueItemRepresentation.model_validate(queue_document(_IN_DIAGNOSIS) | {"posicao": None}),
    QueueExplanation(
        verdict=Verdict.IDLE,
        detail=QueueExplanation.SENTENCES[Verdict.IDLE],
        workflow_id=queue_workflow_id(_NEW.service_order_id),
        workflow_status="RUNNING",
        history_length=18,
        has_worker=True,
        health=_IN_DIAGNOSIS.health,
        undelivered_versions=0,
    ),
    QueueHistory(queue_item_id=_ID, history=[_HISTORY_ENTRY], next_after=None, refused=None),
)

PLACE = queue_link(_ID)
PROBLEMS: Sequence[Exception] = (
    BadCursor("O cursor não é desta lista ou expirou; comece a lista de novo"),
    QueueItemNotFound.of(_ID),
    expectation_of(_WAITING, 7),
    QueueItemExists("Ordem de Serviço 1042 já está na fila de execução.", existing=PLACE),
    refusal_of(_WAITING, FinishRepair()),
    refusal_of(_UNAPPROVED, StartRepair()),
)
