"""Requests to the queue that cannot be understood or are not allowed, answered in Portuguese."""

from typing import Any

import httpx
import pytest

from tests.api.answers import FILA
from tests.api.fila.fila import NEXT, item, listed, problema

JSON = {"Content-Type": "application/json"}
NEW = {"ordem_servico_id": 8}
PRIORITIES = "deve ser um destes: 'URGENTE', 'ALTA', 'NORMAL' ou 'BAIXA'"
INTEGER = "deve ser um número inteiro"
POSITIVE = "deve ser maior que 0"
FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"ordem_servico_id": None}, "/ordem_servico_id", INTEGER),
    ({"ordem_servico_id": "oito"}, "/ordem_servico_id", INTEGER),
    ({"ordem_servico_id": "8.5"}, "/ordem_servico_id", INTEGER),
    ({"ordem_servico_id": "-8"}, "/ordem_servico_id", POSITIVE),
    ({"ordem_servico_id": 8.5}, "/ordem_servico_id", INTEGER),
    ({"ordem_servico_id": True}, "/ordem_servico_id", INTEGER),
    ({"ordem_servico_id": [8]}, "/ordem_servico_id", INTEGER),
    ({"ordem_servico_id": 0}, "/ordem_servico_id", POSITIVE),
    ({"ordem_servico_id": -8}, "/ordem_servico_id", POSITIVE),
    ({"ordem_servico_id": 2**48}, "/ordem_servico_id", "deve ser menor que 281474976710656"),
    ({"ordem_servico_id": 10**30}, "/ordem_servico_id", "deve ser menor que 281474976710656"),
    ({"prioridade": "MEDIA"}, "/prioridade", PRIORITIES),
    ({"prioridade": "alta"}, "/prioridade", PRIORITIES),
    ({"prioridade": 1}, "/prioridade", PRIORITIES),
    ({"cor": "azul"}, "/cor", "campo desconhecido"),
    ({"status": "FINALIZADA"}, "/status", "campo desconhecido"),
    ({"exige_aprovacao": False}, "/exige_aprovacao", "campo desconhecido"),
    ({"priority": "ALTA"}, "/priority", "campo desconhecido"),
]
COMMANDS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("POST", "/iniciar-diagnostico", {}, "/mecanico_responsavel_id", "campo obrigatório"),
    (
        *("POST", "/iniciar-diagnostico", {"mecanico_responsavel_id": None}),
        *("/mecanico_responsavel_id", INTEGER),
    ),
    (
        *("POST", "/iniciar-diagnostico", {"mecanico_responsavel_id": 0}),
        *("/mecanico_responsavel_id", POSITIVE),
    ),
    ("POST", "/finalizar-diagnostico", {}, "/diagnostico", "campo obrigatório"),
    (
        *("POST", "/finalizar-diagnostico", {"diagnostico": ""}),
        *("/diagnostico", "não pode ficar em branco"),
    ),
    (
        *("POST", "/finalizar-diagnostico", {"diagnostico": " \t\n"}),
        *("/diagnostico", "não pode ficar em branco"),
    ),
    (
        *("POST", "/finalizar-diagnostico", {"diagnostico": [7]}),
        *("/diagnostico", "deve ser um texto"),
    ),
    (
        *("POST", "/finalizar-diagnostico", {"diagnostico": "x" * 2001}),
        *("/diagnostico", "deve ter no máximo 2000 caracteres"),
    ),
    (
        *("POST", "/finalizar-diagnostico", {"diagnostico": "a\x00b"}),
        *("/diagnostico", "não pode conter o caractere NUL"),
    ),
    (
        *("POST", "/iniciar-reparo", {"mecanico_responsavel_id": -1}),
        *("/mecanico_responsavel_id", POSITIVE),
    ),
    (
        *("POST", "/iniciar-reparo", {"mecanico_responsavel_id": "Ana"}),
        *("/mecanico_responsavel_id", INTEGER),
    ),
    ("POST", "/iniciar-reparo", {"mecanico": 3}, "/mecanico", "campo desconhecido"),
    ("POST", "/iniciar-reparo", {"mechanic_id": 3}, "/mechanic_id", "campo desconhecido"),
    (
        *("POST", "/finalizar-reparo", {"observacoes_reparo": ["a"]}),
        *("/observacoes_reparo", "deve ser um texto"),
    ),
    ("POST", "/finalizar-reparo", {"fim": "hoje"}, "/fim", "campo desconhecido"),
    ("PATCH", "/prioridade", {}, "/prioridade", "campo obrigatório"),
    ("PATCH", "/prioridade", {"prioridade": "X"}, "/prioridade", PRIORITIES),
]
QUERIES: list[tuple[str, str, str]] = [
    ("?limite=0", "#query/limite", "deve ser no mínimo 1"),
    ("?limite=501", "#query/limite", "deve ser no máximo 500"),
    ("?limite=muitos", "#query/limite", INTEGER),
    ("?limite=1.5", "#query/limite", INTEGER),
    ("?limite=" + "9" * 5000, "#query/limite", "número grande demais"),
    ("?cursor=" + "x" * 101, "#query/cursor", "deve ter no máximo 100 caracteres"),
    ("?" + "status=AGUARDANDO&" * 21, "#query/status", "tem itens demais: no máximo 20"),
]
OF_AN_ITEM: list[tuple[str, str, str]] = [
    ("?minVersion=0", "#query/minVersion", "deve ser no mínimo 1"),
    ("?minVersion=2147483648", "#query/minVersion", "deve ser no máximo 2147483647"),
    ("?consistency=weak", "#query/consistency", "deve ser um destes: 'strong'"),
    ("/historico?apos=-1", "#query/apos", "deve ser no mínimo 0"),
    ("/historico?apos=2147483648", "#query/apos", "deve ser no máximo 2147483647"),
    ("/historico?limite=0", "#query/limite", "deve ser no mínimo 1"),
    ("/historico?limite=501", "#query/limite", "deve ser no máximo 500"),
]


def _error(answer: httpx.Response, status: int = 422) -> dict[str, str]:
    """The one mistake that the answer tells of."""
    body = problema(answer, status)
    error: dict[str, str]
    (error,) = body["errors"]
    assert body["detail"] == f"{error['pointer']}: {error['message']}"
    return error


async def test_json_that_breaks_off_is_pointed_at(http: httpx.AsyncClient) -> None:
    answer = await http.post(FILA, content=b'{"ordem_servico_id": ', headers=JSON)

    assert _error(answer, 400) == {"pointer": "/", "message": "não é JSON válido"}
    assert answer.json()["code"] == "unreadable-request"


@pytest.mark.parametrize(("wrong", "pointer", "message"), FIELDS)
async def test_a_field_that_is_wrong_is_pointed_at(
    http: httpx.AsyncClient, wrong: dict[str, Any], pointer: str, message: str
) -> None:
    answer = await http.post(FILA, json={**NEW, **wrong})

    assert _error(answer) == {"pointer": pointer, "message": message}
    assert problema(answer, 422, "invalid-request")["title"] == "A requisição não é válida"
    assert listed(await http.get(FILA)) == []


async def test_all_that_is_wrong_is_told_at_once(http: httpx.AsyncClient) -> None:
    answer = await http.post(FILA, json={"prioridade": "X", "cor": "azul"})

    body = problema(answer, 422, "invalid-request")
    assert {each["pointer"]: each["message"] for each in body["errors"]} == {
        "/ordem_servico_id": "campo obrigatório",
        "/prioridade": PRIORITIES,
        "/cor": "campo desconhecido",
    }


@pytest.mark.parametrize(("method", "path", "body", "pointer", "message"), COMMANDS)
async def test_a_command_that_is_wrong_is_refused_before_anybody_is_asked(
    http: httpx.AsyncClient,
    queued: str,
    method: str,
    path: str,
    body: dict[str, Any],
    pointer: str,
    message: str,
) -> None:
    answer = await http.request(method, queued + path, json=body)

    assert _error(answer) == {"pointer": pointer, "message": message}
    assert item(await http.get(queued))["versao"] == 1


@pytest.mark.parametrize("stage", ["PINTURA", "AGUARDANDO_REPARO", 1])
async def test_work_that_nobody_does_cannot_be_asked_for(
    http: httpx.AsyncClient, stage: object
) -> None:
    answer = await http.post(NEXT, json={"mecanico_responsavel_id": 3, "etapa": stage})

    expected = "deve ser um destes: 'DIAGNOSTICO' ou 'REPARO'"
    assert _error(answer) == {"pointer": "/etapa", "message": expected}


@pytest.mark.parametrize("name", ["cor", "Status", "limit", "prioridade", "$where"])
async def test_a_filter_that_nobody_knows_is_a_bad_request(
    http: httpx.AsyncClient, name: str
) -> None:
    answer = await http.get(FILA, params={name: "x"})

    error = _error(answer, 400)
    assert error == {"pointer": f"#query/{name}", "message": "campo desconhecido"}


@pytest.mark.parametrize(("query", "pointer", "message"), QUERIES)
async def test_a_query_value_out_of_range_is_not_valid(
    http: httpx.AsyncClient, query: str, pointer: str, message: str
) -> None:
    answer = await http.get(FILA + query)

    assert _error(answer) == {"pointer": pointer, "message": message}


async def test_a_status_that_does_not_exist_is_not_valid(http: httpx.AsyncClient) -> None:
    error = _error(await http.get(FILA, params={"status": "PERDIDA"}))

    assert error["pointer"] == "#query/status/0"
    assert error["message"].startswith("deve ser um destes: 'AGUARDANDO', 'EM_DIAGNOSTICO'")


@pytest.mark.parametrize(("path", "pointer", "message"), OF_AN_ITEM)
async def test_a_number_that_the_database_cannot_hold_never_gets_there(
    http: httpx.AsyncClient, queued: str, path: str, pointer: str, message: str
) -> None:
    answer = await http.get(queued + path)

    assert _error(answer) == {"pointer": pointer, "message": message}
