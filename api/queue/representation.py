"""An item of the queue as clients see it: what the service keeps for itself is left out."""

from pydantic import Field

from activities.store import HistoryEntry
from domain.events import RefusedCommand
from domain.health import QueueDeliveryHealth
from domain.model import Instant, Value
from domain.notices import Notices
from domain.queue_words import IN_PORTUGUESE, Priority
from domain.status import QueueAction, QueueStage, QueueStatus

# These docstrings are Portuguese themselves.
DESCRIBED = IN_PORTUGUESE | {"json_schema_extra": None}


class QueueItemRepresentation(Value):
    """Um item da fila; todos os campos estão sempre presentes. `posicao` 1 é o próximo;
    é nula quando o trabalho começou, ou quando a resposta não esperou pela leitura."""

    model_config = DESCRIBED

    queue_item_id: str = Field(pattern="^[0-9a-f]{24}$")
    service_order_id: int
    status: QueueStatus
    priority: Priority
    mechanic_id: int | None
    diagnosis: str | None
    repair_notes: str | None
    diagnosis_started_at: Instant | None
    diagnosis_finished_at: Instant | None
    repair_started_at: Instant | None
    repair_finished_at: Instant | None
    created_at: Instant
    updated_at: Instant
    version: int
    stage: QueueStage
    position: int | None
    approved_at: Instant | None
    execution_id: str | None
    allowed_actions: tuple[QueueAction, ...]
    notices: Notices
    health: QueueDeliveryHealth


class QueueHistoryEntry(HistoryEntry):
    """O que aconteceu com um item em uma versão."""

    model_config = DESCRIBED


class QueueRefusedCommand(RefusedCommand):
    """O que não pôde ser feito com um item, e por quê."""

    model_config = DESCRIBED


class QueueHistory(Value):
    """Em ordem; `proximo_apos` continua a lista, e é nulo no fim. `recusadas` são as últimas cem
    ações recusadas, se pedidas."""

    model_config = DESCRIBED

    queue_item_id: str
    history: list[QueueHistoryEntry]
    next_after: int | None
    refused: list[QueueRefusedCommand] | None
