"""Executions and queue items as clients see them: what the service keeps for itself is left out."""

from pydantic import Field, computed_field

from activities.store import HistoryEntry
from domain.execution import Execution
from domain.model import Instant, Value
from domain.notices import Notices
from domain.queue_words import IN_PORTUGUESE, Priority
from domain.status import ExecutionAction, QueueAction, QueueStage, QueueStatus


class ExecutionRepresentation(Execution):
    """Durations are whole minutes; absent fields are left out."""

    paused_milliseconds: int = Field(0, exclude=True)
    payment_required: bool = Field(False, exclude=True)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def id(self) -> str:
        return self.execution_id

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def allowed_actions(self) -> tuple[ExecutionAction, ...]:
        return super().allowed_actions

    @classmethod
    def of(cls, execution: Execution) -> "ExecutionRepresentation":
        # Shares the values, which have been validated and are frozen.
        return cls.model_construct(**execution.__dict__)


class ExecutionList(Value):
    executions: list[ExecutionRepresentation]
    total: int | None = None
    next_cursor: str | None = None


class ExecutionHistory(Value):
    """In order; `next_after` continues it, and is left out at the end."""

    execution_id: str
    history: list[HistoryEntry]
    next_after: int | None = None


# These docstrings are Portuguese themselves.
_DESCRIBED = IN_PORTUGUESE | {"json_schema_extra": None}


class QueueItemRepresentation(Value):
    """Um item da fila; todos os campos estão sempre presentes. `posicao` 1 é o próximo."""

    model_config = _DESCRIBED

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


class QueueHistoryEntry(HistoryEntry):
    """O que aconteceu com um item em uma versão."""

    model_config = _DESCRIBED


class QueueHistory(Value):
    """Em ordem; `proximo_apos` continua a lista, e é nulo no fim."""

    model_config = _DESCRIBED

    queue_item_id: str
    history: list[QueueHistoryEntry]
    next_after: int | None
