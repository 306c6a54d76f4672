"""The words of the workshop's queue, which its clients and documents know in Portuguese."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import ConfigDict
from pydantic.config import JsonDict

from domain.kernel.values import in_words


class Priority(StrEnum):
    # In the order in which items are taken.
    URGENT = "URGENTE"
    HIGH = "ALTA"
    NORMAL = "NORMAL"
    LOW = "BAIXA"

    @property
    def rank(self) -> int:
        """0 comes first."""
        return _PRIORITY_RANK[self]


# Part of the sort keys that are stored, so a rank never changes.
_PRIORITY_RANK = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}


class ServiceOrderStatus(StrEnum):
    # What the OS service calls the steps.
    IN_DIAGNOSIS = "EM_DIAGNOSTICO"
    AWAITS_APPROVAL = "AGUARDANDO_APROVACAO"
    IN_EXECUTION = "EM_EXECUCAO"
    FINISHED = "FINALIZADA"


WORDS: Mapping[str, str] = {
    "queue_item_id": "fila_id",
    "service_order_id": "ordem_servico_id",
    "priority": "prioridade",
    "mechanic_id": "mecanico_responsavel_id",
    "diagnosis": "diagnostico",
    "repair_notes": "observacoes_reparo",
    "diagnosis_started_at": "dta_inicio_diagnostico",
    "diagnosis_finished_at": "dta_fim_diagnostico",
    "repair_started_at": "dta_inicio_reparo",
    "repair_finished_at": "dta_fim_reparo",
    "created_at": "dta_criacao",
    "updated_at": "dta_atualizacao",
    "version": "versao",
    "stage": "etapa",
    "approved_at": "orcamento_aprovado_em",
    "order_cancelled_at": "pedido_cancelado_em",
    "execution_id": "execucao_id",
    "budget_id": "orcamento_id",
    "requires_approval": "exige_aprovacao",
    "tells_service_orders": "avisa_os",
    # the notices to the service that owns the orders
    "notices": "os_notificada",
    "confirmed": "confirmada",
    "confirmed_at": "confirmada_em",
    "pending": "pendentes",
    "failure": "falha",
    "refused": "recusadas",
    "reason": "motivo",
    # whether what happens gets through to the outside
    "health": "saude",
    "since": "desde",
    "untold_changes": "mudancas_sem_evento",
    "workflow_ended": "workflow_encerrado",
}
UNCHANGED = frozenset({"status"})
"""Fields that are called the same in both languages."""


def _leave_out_description(schema: JsonDict) -> None:
    schema.pop("description", None)


# What clients read of it is Portuguese too; the docstrings here are not.
IN_PORTUGUESE = in_words(WORDS, UNCHANGED) | ConfigDict(json_schema_extra=_leave_out_description)
"""The configuration of whatever travels in these words."""
