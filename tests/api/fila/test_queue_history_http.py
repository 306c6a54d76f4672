"""What happened to an item, in order, under Portuguese names."""

from typing import Any

import httpx
import pytest

from tests.api.answers import FILA
from tests.api.fila.fila import DATE, FINISHED, id_in, not_found, problema
from tests.api.temporal_fake import QueueEngine

ENTRY = {
    *("sequencia", "evento_id", "tipo", "ocorrido_em", "acao", "de", "para", "motivo", "autor"),
    *("correlacao_id", "causa_id", "via", "detalhe"),
}
# The whole way of an item: what it is called, what asked for it, from where to where.
WAY = [
    ("QueueItemAdded", "adicionar", None, "AGUARDANDO"),
    ("DiagnosisStarted", "iniciar-diagnostico", "AGUARDANDO", "EM_DIAGNOSTICO"),
    ("DiagnosisFinished", "finalizar-diagnostico", "EM_DIAGNOSTICO", "AGUARDANDO"),
    ("RepairStarted", "iniciar-reparo", "AGUARDANDO", "EM_REPARO"),
    ("RepairFinished", "finalizar-reparo", "EM_REPARO", "FINALIZADA"),
    ("QueueItemRemoved", "remover", "FINALIZADA", "REMOVIDA"),
]


async def _history(http: httpx.AsyncClient, url: str, **query: int) -> dict[str, Any]:
    answer = await http.get(f"{url}/historico", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"fila_id", "historico", "proximo_apos", "recusadas"}
    assert body["fila_id"] == id_in(url)
    assert all(set(entry) == ENTRY for entry in body["historico"])
    return body


async def test_an_entry_says_what_happened_why_and_who_asked(
    http: httpx.AsyncClient, queued: str
) -> None:
    body = {"mecanico_responsavel_id": 3}
    headers = {"X-Correlation-ID": "corr-9"}
    await http.post(f"{queued}/iniciar-diagnostico", json=body, headers=headers)

    entry = (await _history(http, queued))["historico"][1]

    assert DATE.fullmatch(entry["ocorrido_em"])
    assert entry == {
        "sequencia": 2,
        "evento_id": f"{id_in(queued)}:2",
        "tipo": "DiagnosisStarted",
        "acao": "iniciar-diagnostico",
        "de": "AGUARDANDO",
        "para": "EM_DIAGNOSTICO",
        "motivo": None,
        "autor": None,
        "correlacao_id": "corr-9",
        "causa_id": None,
        "via": "http",
        "ocorrido_em": entry["ocorrido_em"],
        "detalhe": {
            "queueItemId": id_in(queued),
            "serviceOrderId": "7",
            "mechanicId": 3,
            "startedAt": entry["ocorrido_em"],
        },
    }


async def test_the_whole_way_is_told_in_order_and_stays_after_the_removal(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    before = await _history(http, queued)
    await http.delete(queued)

    after = await _history(http, queued)

    told = [(each["tipo"], each["acao"], each["de"], each["para"]) for each in after["historico"]]
    assert told == WAY
    assert [each["sequencia"] for each in after["historico"]] == [1, 2, 3, 4, 5, 6]
    assert after["historico"][:5] == before["historico"]
    assert after["proximo_apos"] is None


async def test_a_refused_step_leaves_nothing_in_the_history(
    http: httpx.AsyncClient, queued: str
) -> None:
    problema(await http.post(f"{queued}/finalizar-reparo"), 409)

    assert [entry["sequencia"] for entry in (await _history(http, queued))["historico"]] == [1]


@pytest.mark.parametrize("removed", [False, True])
@pytest.mark.parametrize(
    ("limit", "pages"),
    [(2, [[1, 2], [3, 4], [5]]), (4, [[1, 2, 3, 4], [5]]), (5, [[1, 2, 3, 4, 5]])],
)
async def test_a_history_comes_in_pages(
    http: httpx.AsyncClient, queued: str, limit: int, pages: list[list[int]], removed: bool
) -> None:
    for priority in ("ALTA", "BAIXA", "URGENTE") + (() if removed else ("NORMAL",)):
        await http.patch(f"{queued}/prioridade", json={"prioridade": priority})
    if removed:
        await http.delete(queued)
    seen = []
    after: int | None = 0
    while after is not None:
        page = await _history(http, queued, apos=after, limite=limit)
        seen.append([entry["sequencia"] for entry in page["historico"]])
        after = page["proximo_apos"]

    assert seen == pages


@pytest.mark.parametrize("removed", [False, True])
async def test_behind_the_last_entry_there_is_nothing_yet(
    http: httpx.AsyncClient, queued: str, removed: bool
) -> None:
    if removed:
        await http.delete(queued)

    page = await _history(http, queued, apos=2)

    assert (page["historico"], page["proximo_apos"]) == ([], None)


@pytest.mark.parametrize("after", [0, 1])
async def test_what_never_was_has_no_history(http: httpx.AsyncClient, after: int) -> None:
    not_found(await http.get(f"{FILA}/{'0' * 24}/historico", params={"apos": after}))
