"""Words of the queue that only its HTTP interface knows: of explanations, histories and status
flows."""

from domain.fila.vocabulary import UNCHANGED, WORDS
from domain.kernel.values import in_words

# The docstrings of what travels so are Portuguese themselves.
DESCRIBED = in_words(
    {
        **WORDS,
        "position": "posicao",
        "allowed_actions": "acoes_permitidas",
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
    },
    UNCHANGED | {"workflow_id", "via"},
)
