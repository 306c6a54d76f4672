"""Refusals of the queue's rules, in the contract's words, and what a client may do instead."""

import asyncio
from typing import Any

import httpx
import pytest

from api.fila.service import QueueRules
from tests.api.answers import FILA
from tests.api.fila.fila import FINISHED, NEXT, WAYS, add, id_in, item, not_found, problema
from tests.api.temporal_fake import QueueEngine

STEPS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "iniciar-diagnostico": ("POST", {"mecanico_responsavel_id": 9}),
    "finalizar-diagnostico": ("POST", {"diagnostico": "freio"}),
    "iniciar-reparo": ("POST", None),
    "finalizar-reparo": ("POST", None),
    "prioridade": ("PATCH", {"prioridade": "ALTA"}),
}
# Where an item is: what it may not do there, its status, what it may become, what may be done.
REFUSED: dict[str, tuple[list[str], str, list[str], list[str]]] = {
    "waiting": (
        ["finalizar-diagnostico", "finalizar-reparo"],
        "AGUARDANDO",
        ["EM_DIAGNOSTICO", "EM_REPARO", "REMOVIDA"],
        ["iniciar-diagnostico", "iniciar-reparo", "prioridade", "remover"],
    ),
    "diagnosing": (
        ["iniciar-diagnostico", "iniciar-reparo", "finalizar-reparo"],
        "EM_DIAGNOSTICO",
        ["AGUARDANDO", "REMOVIDA"],
        ["finalizar-diagnostico", "prioridade", "remover"],
    ),
    "diagnosed": (
        ["iniciar-diagnostico", "finalizar-diagnostico", "finalizar-reparo"],
        "AGUARDANDO",
        ["EM_REPARO", "REMOVIDA"],
        ["iniciar-reparo", "prioridade", "remover"],
    ),
    "repairing": (
        ["iniciar-diagnostico", "finalizar-diagnostico", "iniciar-reparo"],
        "EM_REPARO",
        ["FINALIZADA", "REMOVIDA"],
        ["finalizar-reparo", "prioridade", "remover"],
    ),
    "finished": (
        [*STEPS],
        "FINALIZADA",
        ["REMOVIDA"],
        ["remover"],
    ),
}
CASES = [(where, step) for where, (steps, *_) in REFUSED.items() for step in steps]
MALFORMED = ["nada", "7", "x" * 24, "A" * 24, "a" * 23, "a" * 250, "%F0%9F%94%A7", "a%20b"]
WELL_FORMED = ["0" * 24, "f" * 24, "000000000007ffffffffffff"]
"""Ids that could be an item's; the last is another than that of the item that its order has."""
ROUTES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("GET", "?consistency=strong", None),
    ("GET", "?minVersion=1", None),
    ("GET", "/historico", None),
    *((method, f"/{step}", body) for step, (method, body) in STEPS.items()),
    ("DELETE", "", None),
]


@pytest.mark.parametrize(("where", "step"), CASES)
async def test_a_refused_step_is_a_conflict_that_says_what_may_be_done(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str, step: str
) -> None:
    await items.drive(id_in(queued), *WAYS[where])
    before = item(await http.get(queued))
    method, body = STEPS[step]

    answer = await http.request(method, f"{queued}/{step}", json=body)

    refusal = problema(answer, 409, "invalid-queue-transition")
    _, status, reachable, actions = REFUSED[where]
    assert refusal["currentStatus"] == status
    assert refusal["allowedTransitions"] == reachable
    assert refusal["acoes_permitidas"] == actions
    assert item(await http.get(queued)) == before


async def test_a_refused_step_says_so_in_portuguese(http: httpx.AsyncClient, queued: str) -> None:
    refusal = problema(await http.post(f"{queued}/finalizar-reparo"), 409)

    assert refusal["title"] == "O status do item da fila não permite esta ação"
    assert refusal["detail"] == (
        "A ação finalizar-reparo não é permitida com o item da fila em AGUARDANDO. "
        "Próximos status possíveis: EM_DIAGNOSTICO, EM_REPARO, REMOVIDA"
    )


async def test_a_second_diagnosis_says_that_there_is_one(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *WAYS["diagnosed"])

    answer = await http.post(f"{queued}/iniciar-diagnostico", json={"mecanico_responsavel_id": 9})

    assert problema(answer, 409)["detail"] == "O diagnóstico deste item da fila já foi feito"


@pytest.mark.parametrize("rules", [QueueRules(requires_approval=True)])
@pytest.mark.parametrize("where", ["waiting", "diagnosed"])
async def test_where_approval_is_required_a_repair_waits_for_it(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    before = await items.drive(id_in(queued), *WAYS[where])

    refusal = problema(await http.post(f"{queued}/iniciar-reparo"), 409, "approval-pending")

    assert refusal["detail"] == "O reparo só pode começar depois da aprovação do orçamento"
    assert refusal["currentStatus"] == "AGUARDANDO"
    assert "iniciar-reparo" not in refusal["acoes_permitidas"]
    assert "EM_REPARO" not in refusal["allowedTransitions"]
    assert item(await http.get(queued))["versao"] == before.version


@pytest.mark.parametrize("step", ["iniciar-diagnostico", "iniciar-reparo"])
async def test_of_two_mechanics_and_more_one_starts_the_step(
    http: httpx.AsyncClient, queued: str, step: str
) -> None:
    answers = await asyncio.gather(
        *(
            http.post(f"{queued}/{step}", json={"mecanico_responsavel_id": mechanic})
            for mechanic in range(1, 21)
        )
    )

    (started,) = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer is not started]
    assert len([problema(answer, 409, "invalid-queue-transition") for answer in refused]) == 19
    shown = item(await http.get(queued))
    assert shown["mecanico_responsavel_id"] == item(started)["mecanico_responsavel_id"]


@pytest.mark.usefixtures("impatient")
async def test_an_order_whose_item_cannot_be_read_yet_is_in_the_queue_all_the_same(
    http: httpx.AsyncClient, items: QueueEngine
) -> None:
    items.hold_deliveries()
    added = await http.post(FILA, json={"ordem_servico_id": 7})

    refusal = problema(await http.post(FILA, json={"ordem_servico_id": 7}), 409)

    assert refusal["existing"] == added.headers["Location"]


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_finished_item_bars_its_order_until_it_is_removed(
    http: httpx.AsyncClient, items: QueueEngine, queued: str, forgotten: bool
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    if forgotten:
        items.forget(id_in(queued))

    refusal = problema(await http.post(FILA, json={"ordem_servico_id": 7}), 409)

    assert refusal["detail"] == "Ordem de Serviço 7 já está na fila de execução."
    assert refusal["existing"] == queued


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("unknown", [*MALFORMED, *WELL_FORMED])
@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_what_is_no_items_id_is_not_found(
    http: httpx.AsyncClient, queued: str, unknown: str, method: str, path: str, body: Any
) -> None:
    not_found(await http.request(method, f"{FILA}/{unknown}{path}", json=body))

    assert item(await http.get(queued))["versao"] == 1


@pytest.mark.parametrize("number", ["8", "0", "-7", "07", "7.0", "sete", "7" * 300, "%F0%9F%94%A7"])
async def test_an_order_that_is_not_in_the_queue_is_not_found(
    http: httpx.AsyncClient, queued: str, number: str
) -> None:
    not_found(await http.get(f"{FILA}/ordem-servico/{number}"))


async def test_a_number_that_leads_to_a_place_of_its_own_is_no_id(http: httpx.AsyncClient) -> None:
    await add(http, 7)

    not_found(await http.get(NEXT))
    not_found(await http.get(f"{FILA}/ordem-servico"))
