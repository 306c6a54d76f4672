"""Readers of the queue's answers for the tests: its wire is Portuguese, field by field."""

import re
from typing import Any

import httpx

from domain.fila.commands import FinishDiagnosis, FinishRepair, StartDiagnosis, StartRepair
from domain.fila.state import QueueCommand
from tests.api.answers import FILA, problem

NEXT = f"{FILA}/proximo"
FIELDS = {
    *("fila_id", "ordem_servico_id", "status", "prioridade", "mecanico_responsavel_id"),
    *("diagnostico", "observacoes_reparo", "dta_inicio_diagnostico", "dta_fim_diagnostico"),
    *("dta_inicio_reparo", "dta_fim_reparo", "dta_criacao", "dta_atualizacao", "versao", "etapa"),
    *("posicao", "orcamento_aprovado_em", "pedido_cancelado_em", "execucao_id"),
    *("acoes_permitidas", "os_notificada", "saude"),
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
NOT_TOLD: dict[str, Any] = {
    "confirmada": None,
    "confirmada_em": None,
    "pendentes": [],
    "falha": None,
    "recusadas": [],
}
WELL = {"status": "OK", "desde": None, "motivo": None}
ENGLISH = re.compile(
    r"\b(the|is|not|was|of|to|be|this|request|available|must|should|field|required|valid|found|"
    r"allowed|input|permitted|string|number|reached|changed|greater|less|than|characters?|item's|"
    r"something|went|wrong|nothing|body|key|bad|method|unprocessable|conflict|error|engine|"
    r"database|answered|done|workflow)\b",
    re.IGNORECASE,
)

DIAGNOSING = (StartDiagnosis(mechanic_id=3),)
DIAGNOSED = (*DIAGNOSING, FinishDiagnosis(diagnosis="pastilhas gastas"))
REPAIRING = (*DIAGNOSED, StartRepair())
FINISHED = (*REPAIRING, FinishRepair(repair_notes="trocadas"))
WAYS: dict[str, tuple[QueueCommand, ...]] = {
    "waiting": (),
    "diagnosing": DIAGNOSING,
    "diagnosed": DIAGNOSED,
    "repairing": REPAIRING,
    "finished": FINISHED,
}
"""Steps that bring an item to where a test wants it."""


def item(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The item in an answer, with all its fields; its version is in the ETag too."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert set(body) == FIELDS
    assert response.headers["ETag"] == f'"{body["versao"]}"'
    return body


def listed(response: httpx.Response) -> list[dict[str, Any]]:
    """The items of a page, which is an array and nothing around it."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    body: list[dict[str, Any]] = response.json()
    assert isinstance(body, list)
    assert all(set(each) == FIELDS for each in body)
    return body


def problema(response: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem in an answer, once it has proved to be one, and in Portuguese."""
    body = problem(response, status, code)
    words = [body["title"], body["detail"], *(each["message"] for each in body.get("errors", ()))]
    names = (body["instance"], f"{response.request.method} ", "idempotency-key")
    assert not [text for text in words if english_in(text, *names)]
    return body


def english_in(text: str, *names: str) -> list[str]:
    """The English words of a text, but for names that have no other."""
    for name in ("Idempotency-Key", "workflow", *names):
        text = text.replace(name, "")
    return ENGLISH.findall(text)


def not_found(response: httpx.Response) -> None:
    body = problema(response, 404, "queue-item-not-found")
    assert body["detail"] == "Item da fila não encontrado."
    assert body["title"] == "Item da fila não encontrado"


async def add(http: httpx.AsyncClient, number: int = 7, priority: str = "NORMAL") -> str:
    """The URL of a new item."""
    new = {"ordem_servico_id": number, "prioridade": priority}
    answer = await http.post(FILA, json=new)
    item(answer, 201)
    return answer.headers["Location"]


def id_in(url: str) -> str:
    return url.rpartition("/")[2]
