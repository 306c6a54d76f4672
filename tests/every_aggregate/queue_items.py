"""The row of items of the workshop's queue."""

from activities.mongo.fila_list import QueueList
from api.fila.representation import QueueExplanation, QueueHistory
from domain.fila.commands import QUEUE_COMMANDS, FinishRepair, Prioritize
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from tests.api.answers import FILA
from tests.api.fila.fila import item, listed, problema
from tests.domain.fila.builders import DIAGNOSIS, REPAIR
from tests.every_aggregate.kinds import OverHttp, Request
from tests.starts import new_item

QUEUE_ITEMS = OverHttp(
    name="queue item",
    url=FILA,
    new=lambda number: {"ordem_servico_id": number},
    other={"prioridade": "BAIXA"},
    reads=item,
    created=lambda answer: item(answer, 201) | {"posicao": None},
    listed=listed,
    problem=problema,
    begin=Request("POST", "/iniciar-reparo"),
    proceed=Request("POST", "/finalizar-reparo"),
    change=Request("PATCH", "/prioridade", {"prioridade": "ALTA"}),
    changed={"prioridade": "URGENTE"},
    end=(Request("POST", "/iniciar-reparo"), Request("POST", "/finalizar-reparo")),
    statuses=("AGUARDANDO", "EM_REPARO", "FINALIZADA"),
    state=QueueItem,
    start=new_item,
    life=(*DIAGNOSIS, *REPAIR),
    back_and_forth=(Prioritize(priority=Priority.HIGH), Prioritize(priority=Priority.LOW)),
    too_early=FinishRepair(),
    unreadable={
        "a number": ("prioridade", [42]),
        "a mechanic as text": ("iniciar-diagnostico", [{"mecanico_responsavel_id": "Ana"}]),
        "mechanic 0": ("iniciar-diagnostico", [{"mecanico_responsavel_id": 0}]),
        "no mechanic": ("iniciar-diagnostico", [{}]),
        "nothing where something is needed": ("finalizar-diagnostico", []),
        "a blank": ("finalizar-diagnostico", [{"diagnostico": "  "}]),
        "an English priority": ("prioridade", [{"prioridade": "HIGH"}]),
        "an extra field": ("iniciar-reparo", [{"mecanico_responsavel_id": 7, "urgente": True}]),
        "a wrong origin": ("iniciar-reparo", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("iniciar-reparo", [{}, {}, {}]),
    },
    known_commands=QUEUE_COMMANDS,
    given_up="REMOVIDA",
    lists=QueueList,
    history="/historico",
    explain="/explicacao",
    retry="/repetir-entrega",
    words={
        "unavailable": "Nada foi alterado; tente outra vez em instantes",
        "key-reused": "Esta Idempotency-Key foi usada com outro comando ou outro corpo",
        "outcome-unknown": "Isto pode ter sido feito; repita com a mesma Idempotency-Key",
        "database-unavailable": "O banco de dados não responde; nada foi alterado",
        "internal-error": "correlationId",
        "queue-item-exists": "Ordem de Serviço 1 já está na fila de execução.",
        "queue-item-not-found": "Item da fila não encontrado.",
    },
    not_found="queue-item-not-found",
    exists="queue-item-exists",
    refused="invalid-queue-transition",
    explanation=QueueExplanation,
    actions="acoes_permitidas",
    version="versao",
    id="fila_id",
    page_of_history=QueueHistory,
    page="?apos={after}&limite={limit}",
    more=(
        Request("POST", "/iniciar-diagnostico", {"mecanico_responsavel_id": 3}),
        Request("DELETE", ""),
    ),
)
