"""Every route of the workshop's queue, from its request to the item that comes back."""

import re
from typing import Any

import httpx
import pytest

from tests.api.answers import FILA
from tests.api.fila.fila import DATE, NOT_TOLD, WAYS, WELL, add, id_in, item, listed
from tests.api.temporal_fake import QueueEngine

Body = dict[str, Any] | None
STEPS: list[tuple[str, str, Body, dict[str, Any], list[str]]] = [
    (
        "waiting",
        "iniciar-diagnostico",
        {"mecanico_responsavel_id": 3},
        {
            "status": "EM_DIAGNOSTICO",
            "etapa": "DIAGNOSTICO",
            "mecanico_responsavel_id": 3,
            "posicao": None,
            "acoes_permitidas": ["finalizar-diagnostico", "prioridade", "remover"],
        },
        ["dta_inicio_diagnostico"],
    ),
    (
        "diagnosing",
        "finalizar-diagnostico",
        {"diagnostico": "  pastilhas gastas "},
        {
            "status": "AGUARDANDO",
            "etapa": "AGUARDANDO_APROVACAO",
            "diagnostico": "pastilhas gastas",
            "posicao": 1,
            "acoes_permitidas": ["iniciar-reparo", "prioridade", "remover"],
        },
        ["dta_fim_diagnostico"],
    ),
    (
        "diagnosed",
        "iniciar-reparo",
        {"mecanico_responsavel_id": 4},
        {
            "status": "EM_REPARO",
            "etapa": "REPARO",
            "mecanico_responsavel_id": 4,
            "posicao": None,
            "acoes_permitidas": ["finalizar-reparo", "prioridade", "remover"],
        },
        ["dta_inicio_reparo"],
    ),
    (
        "repairing",
        "finalizar-reparo",
        {"observacoes_reparo": "trocadas; óleo também"},
        {
            "status": "FINALIZADA",
            "etapa": "FINALIZADA",
            "observacoes_reparo": "trocadas; óleo também",
            "acoes_permitidas": ["remover"],
        },
        ["dta_fim_reparo"],
    ),
]
MAY_BE_MISSING: list[tuple[str, str, Body, str]] = [
    ("diagnosed", "iniciar-reparo", {}, "EM_REPARO"),
    ("diagnosed", "iniciar-reparo", {"mecanico_responsavel_id": None}, "EM_REPARO"),
    ("repairing", "finalizar-reparo", {}, "FINALIZADA"),
    ("repairing", "finalizar-reparo", {"observacoes_reparo": None}, "FINALIZADA"),
]


async def test_adding_answers_with_the_item_all_of_it_and_its_place(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.post(FILA, json={"ordem_servico_id": 7})

    body = item(answer, 201)
    assert re.fullmatch("[0-9a-f]{24}", body["fila_id"])
    assert answer.headers["Location"] == f"{FILA}/{body['fila_id']}"
    assert "X-Snapshot" not in answer.headers
    assert DATE.fullmatch(body["dta_criacao"])
    assert body == {
        "fila_id": body["fila_id"],
        "ordem_servico_id": 7,
        "status": "AGUARDANDO",
        "prioridade": "NORMAL",
        "etapa": "AGUARDANDO_DIAGNOSTICO",
        "mecanico_responsavel_id": None,
        "diagnostico": None,
        "observacoes_reparo": None,
        "dta_inicio_diagnostico": None,
        "dta_fim_diagnostico": None,
        "dta_inicio_reparo": None,
        "dta_fim_reparo": None,
        "dta_criacao": body["dta_criacao"],
        "dta_atualizacao": body["dta_criacao"],
        "versao": 1,
        "posicao": 1,
        "orcamento_aprovado_em": None,
        "pedido_cancelado_em": None,
        "execucao_id": None,
        "acoes_permitidas": ["iniciar-diagnostico", "iniciar-reparo", "prioridade", "remover"],
        "os_notificada": NOT_TOLD,
        "saude": WELL,
    }


@pytest.mark.parametrize("priority", ["BAIXA", "NORMAL", "ALTA", "URGENTE"])
async def test_an_item_is_added_with_its_priority(http: httpx.AsyncClient, priority: str) -> None:
    answer = await http.post(FILA, json={"ordem_servico_id": 7, "prioridade": priority})

    assert item(answer, 201)["prioridade"] == priority


async def test_what_was_added_is_found_by_its_id_its_order_and_in_the_list(
    http: httpx.AsyncClient,
) -> None:
    added = await http.post(FILA, json={"ordem_servico_id": 7})

    by_id = item(await http.get(added.headers["Location"]))
    by_order = item(await http.get(f"{FILA}/ordem-servico/7"))
    in_list = listed(await http.get(FILA))

    assert by_id == by_order == item(added, 201)
    assert in_list == [by_id]


@pytest.mark.parametrize(
    ("where", "step", "body", "expected", "dates"), STEPS, ids=[step[1] for step in STEPS]
)
async def test_a_step_changes_what_it_is_about_and_nothing_else(
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    where: str,
    step: str,
    body: Body,
    expected: dict[str, Any],
    dates: list[str],
) -> None:
    await items.drive(id_in(queued), *WAYS[where])
    before = item(await http.get(queued))

    after = item(await http.post(f"{queued}/{step}", json=body))

    now = after["dta_atualizacao"]
    dated = dict.fromkeys([*dates, "dta_atualizacao"], now)
    assert DATE.fullmatch(now)
    assert after == {**before, **expected, **dated, "versao": before["versao"] + 1}
    assert item(await http.get(queued)) == after


@pytest.mark.parametrize(("where", "step", "body", "status"), MAY_BE_MISSING)
async def test_what_may_be_missing_may_be_left_out_or_null(
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    where: str,
    step: str,
    body: Body,
    status: str,
) -> None:
    before = await items.drive(id_in(queued), *WAYS[where])

    answer = item(await http.post(f"{queued}/{step}", json=body))

    assert answer["status"] == status
    assert answer["mecanico_responsavel_id"] == 3
    assert answer["observacoes_reparo"] is None
    assert answer["versao"] == before.version + 1


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}])
@pytest.mark.parametrize(
    ("where", "step"), [("diagnosed", "iniciar-reparo"), ("repairing", "finalizar-reparo")]
)
async def test_a_step_may_come_without_any_body(
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    where: str,
    step: str,
    headers: dict[str, str],
) -> None:
    before = await items.drive(id_in(queued), *WAYS[where])

    answer = await http.post(f"{queued}/{step}", headers=headers)

    assert item(answer)["versao"] == before.version + 1


async def test_a_repair_without_diagnosis_and_mechanic_is_allowed_and_is_nobodys(
    http: httpx.AsyncClient, queued: str
) -> None:
    answer = item(await http.post(f"{queued}/iniciar-reparo"))

    assert (answer["status"], answer["mecanico_responsavel_id"]) == ("EM_REPARO", None)
    assert answer["dta_inicio_diagnostico"] is None


@pytest.mark.parametrize("where", ["waiting", "diagnosing", "diagnosed", "repairing"])
async def test_the_priority_changes_wherever_the_work_is(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    await items.drive(id_in(queued), *WAYS[where])
    before = item(await http.get(queued))

    after = item(await http.patch(f"{queued}/prioridade", json={"prioridade": "URGENTE"}))

    changed = {"prioridade": "URGENTE", "dta_atualizacao": after["dta_atualizacao"]}
    assert after == {**before, **changed, "versao": before["versao"] + 1}


async def test_the_same_priority_again_changes_nothing(
    http: httpx.AsyncClient, queued: str
) -> None:
    before = item(await http.get(queued))

    after = item(await http.patch(f"{queued}/prioridade", json={"prioridade": "NORMAL"}))

    assert after == before


async def test_each_answer_says_how_many_are_before_it(http: httpx.AsyncClient) -> None:
    first = await add(http, 1)
    second = await add(http, 2)

    answers = [
        await http.get(second),
        await http.get(f"{FILA}/ordem-servico/2"),
        await http.patch(f"{second}/prioridade", json={"prioridade": "ALTA"}),
        await http.get(first),
        await http.get(second, params={"consistency": "strong"}),
    ]

    assert [item(answer)["posicao"] for answer in answers] == [2, 2, 1, 2, 1]


async def test_no_browser_keeps_an_item_whose_position_moves_without_a_version(
    http: httpx.AsyncClient, queued: str
) -> None:
    answers = [
        await http.get(queued),
        await http.get(f"{FILA}/ordem-servico/7"),
        await http.post(f"{queued}/iniciar-diagnostico", json={"mecanico_responsavel_id": 1}),
    ]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert {id_in(queued)} == {item(answer)["fila_id"] for answer in answers}
