"""The words of the workshop's queue, which its clients and documents know in Portuguese."""

from enum import StrEnum

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
        return list(Priority).index(self)


class ServiceOrderStatus(StrEnum):
    # What the OS service calls the steps.
    IN_DIAGNOSIS = "EM_DIAGNOSTICO"
    AWAITS_APPROVAL = "AGUARDANDO_APROVACAO"
    IN_EXECUTION = "EM_EXECUCAO"
    FINISHED = "FINALIZADA"


IN_PORTUGUESE = in_words(
    {
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
        "place": "lugar",
        "limit": "limite",
        "position": "posicao",
        "approved_at": "orcamento_aprovado_em",
        "order_cancelled_at": "pedido_cancelado_em",
        "allowed_actions": "acoes_permitidas",
        "execution_id": "execucao_id",
        "budget_id": "orcamento_id",
        "requires_approval": "exige_aprovacao",
        "tells_service_orders": "avisa_os",
        # how far the service that owns the orders has been told
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
        # why nothing moves
        "verdict": "conclusao",
        "workflow_status": "status_do_workflow",
        "history_length": "tamanho_do_historico",
        "has_worker": "tem_worker",
        "oldest_undelivered_version": "versao_mais_antiga_nao_entregue",
        "undelivered_versions": "versoes_nao_entregues",
        "pending_activities": "atividades_pendentes",
        "running": "em_andamento",
        "attempt": "tentativa",
        "last_failure": "ultima_falha",
        "next_attempt_at": "proxima_tentativa_em",
        # the history
        "history": "historico",
        "next_after": "proximo_apos",
        "sequence": "sequencia",
        "event_id": "evento_id",
        "type": "tipo",
        "occurred_at": "ocorrido_em",
        "command": "acao",
        "from_status": "de",
        "to_status": "para",
        "actor": "autor",
        "correlation_id": "correlacao_id",
        "causation_id": "causa_id",
        "detail": "detalhe",
        "refusal_id": "recusa_id",
        "code": "codigo",
        # the status flow
        "initial": "inicial",
        "final": "finais",
        "statuses": "status",
        "transitions": "transicoes",
        "for_clients": "para_clientes",
    }
)
"""The configuration of whatever travels in these words."""

# What clients read of it is Portuguese too; the docstrings here are not.
IN_PORTUGUESE["json_schema_extra"] = lambda schema: schema.pop("description", None)
