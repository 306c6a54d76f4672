"""The queue's rules as the contract prints them, copied by hand and never derived from the code."""

LEADS = {
    ("AGUARDANDO", "iniciar-diagnostico"): "EM_DIAGNOSTICO",
    ("AGUARDANDO", "iniciar-reparo"): "EM_REPARO",
    ("AGUARDANDO", "prioridade"): "AGUARDANDO",
    ("AGUARDANDO", "remover"): "REMOVIDA",
    ("AGUARDANDO", "orcamento-aprovado"): "AGUARDANDO",
    ("AGUARDANDO", "aprovacao-retirada"): "AGUARDANDO",
    ("AGUARDANDO", "pedido-cancelado"): "REMOVIDA",
    ("AGUARDANDO", "vincular-execucao"): "AGUARDANDO",
    ("EM_DIAGNOSTICO", "finalizar-diagnostico"): "AGUARDANDO",
    ("EM_DIAGNOSTICO", "prioridade"): "EM_DIAGNOSTICO",
    ("EM_DIAGNOSTICO", "remover"): "REMOVIDA",
    ("EM_DIAGNOSTICO", "orcamento-aprovado"): "EM_DIAGNOSTICO",
    ("EM_DIAGNOSTICO", "aprovacao-retirada"): "EM_DIAGNOSTICO",
    ("EM_DIAGNOSTICO", "pedido-cancelado"): "EM_DIAGNOSTICO",
    ("EM_DIAGNOSTICO", "vincular-execucao"): "EM_DIAGNOSTICO",
    ("EM_REPARO", "finalizar-reparo"): "FINALIZADA",
    ("EM_REPARO", "prioridade"): "EM_REPARO",
    ("EM_REPARO", "remover"): "REMOVIDA",
    ("EM_REPARO", "orcamento-aprovado"): "EM_REPARO",
    ("EM_REPARO", "pedido-cancelado"): "EM_REPARO",
    ("EM_REPARO", "vincular-execucao"): "EM_REPARO",
    ("FINALIZADA", "remover"): "REMOVIDA",
    ("FINALIZADA", "vincular-execucao"): "FINALIZADA",
}
"""Statuses to which each action leads from each status; what is not here is refused."""

STATUSES = ("AGUARDANDO", "EM_DIAGNOSTICO", "EM_REPARO", "FINALIZADA", "REMOVIDA")

ACTIONS = (
    "iniciar-diagnostico",
    "finalizar-diagnostico",
    "iniciar-reparo",
    "finalizar-reparo",
    "prioridade",
    "remover",
    "orcamento-aprovado",
    "aprovacao-retirada",
    "pedido-cancelado",
    "vincular-execucao",
)

SUCCESSORS = {
    "AGUARDANDO": ["EM_DIAGNOSTICO", "EM_REPARO", "REMOVIDA"],
    "EM_DIAGNOSTICO": ["AGUARDANDO", "REMOVIDA"],
    "EM_REPARO": ["FINALIZADA", "REMOVIDA"],
    "FINALIZADA": ["REMOVIDA"],
    "REMOVIDA": [],
}

OFFERED = {
    "AGUARDANDO": ["iniciar-diagnostico", "iniciar-reparo", "prioridade", "remover"],
    "EM_DIAGNOSTICO": ["finalizar-diagnostico", "prioridade", "remover"],
    "EM_REPARO": ["finalizar-reparo", "prioridade", "remover"],
    "FINALIZADA": ["remover"],
    "REMOVIDA": [],
}
"""Actions that a client is offered on an item that has not been diagnosed, and needs no
approval."""

TELLS = {
    "iniciar-diagnostico": "EM_DIAGNOSTICO",
    "finalizar-diagnostico": "AGUARDANDO_APROVACAO",
    "iniciar-reparo": "EM_EXECUCAO",
    "finalizar-reparo": "FINALIZADA",
}
"""Words that the OS service hears of each step; of all else it hears nothing."""

PRIORITIES = ["URGENTE", "ALTA", "NORMAL", "BAIXA"]
"""In the order in which items are taken."""
