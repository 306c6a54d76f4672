"""An item of the queue as clients see it: what the service keeps for itself is left out."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from activities.mongo.history import HistoryEntry
from api.aggregates.explanation import Explanation, PendingActivity, Verdict
from api.fila.vocabulary import DESCRIBED as DESCRIBED
from domain.fila.delivery_health import QueueDeliveryHealth
from domain.fila.lifecycle import QueueAction, QueueStage, QueueStatus
from domain.fila.notifications import Notices
from domain.fila.vocabulary import Priority
from domain.kernel.events import RefusedCommand
from domain.kernel.values import Instant, Value


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
    order_cancelled_at: Instant | None
    execution_id: str | None
    allowed_actions: tuple[QueueAction, ...]
    notices: Notices
    health: QueueDeliveryHealth


class QueuePendingActivity(PendingActivity):
    """O que o workflow espera; `ultima_falha` é por que a tentativa anterior falhou."""

    model_config = DESCRIBED


class QueueExplanation(Explanation):
    """Por que nada anda, ou que nada precisa andar. Sem resposta do workflow, `saude` e o que não
    foi entregue são nulos."""

    model_config = DESCRIBED

    SENTENCES: ClassVar[Mapping[Verdict, str]] = {
        Verdict.ENDED: "O workflow terminou, e tudo foi comunicado",
        Verdict.ENDED_EARLY: "O workflow foi encerrado, expirou ou falhou antes da hora; um "
        "operador o retoma com `python -m api.reopen` e o id dele, ou com um reset",
        Verdict.TASK_FAILS: "A tarefa do workflow falha, e ele não prossegue; a última falha está "
        "na Web UI do Temporal",
        Verdict.NO_WORKER: "Nenhum worker atende a fila de tarefas; o que chegar fica à espera",
        Verdict.NO_ANSWER: "Um worker atende a fila de tarefas, mas o workflow não respondeu",
        Verdict.STUCK: "A entrega falharia sempre do mesmo modo; corrija a causa e tente de novo",
        Verdict.RETRYING: "A entrega falha, e é repetida até que o destino volte",
        Verdict.DELIVERING: "O que aconteceu está sendo comunicado",
        Verdict.IDLE: "Tudo foi comunicado; a próxima ação pode vir",
    }
    HEALTH = QueueDeliveryHealth
    ACTIVITY = QueuePendingActivity

    health: QueueDeliveryHealth | None = None
    pending_activities: tuple[QueuePendingActivity, ...] = ()


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
