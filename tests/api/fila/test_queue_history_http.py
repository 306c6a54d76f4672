"""The history of an item, in order, under Portuguese names."""

from typing import Any

import httpx

from tests.api.fila.fila import DATE, FINISHED, id_in
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


async def test_the_history_of_what_was_removed_comes_in_pages_too(
    http: httpx.AsyncClient, queued: str
) -> None:
    await http.patch(f"{queued}/prioridade", json={"prioridade": "ALTA"})
    await http.delete(queued)

    first = await _history(http, queued, limite=2)
    second = await _history(http, queued, apos=first["proximo_apos"], limite=2)
    behind = await _history(http, queued, apos=3)

    assert [each["sequencia"] for each in first["historico"] + second["historico"]] == [1, 2, 3]
    assert second["proximo_apos"] is None
    assert (behind["historico"], behind["proximo_apos"]) == ([], None)


async def test_refused_steps_are_told_in_portuguese(http: httpx.AsyncClient, queued: str) -> None:
    await http.post(f"{queued}/finalizar-reparo")

    answer = await http.get(f"{queued}/historico", params={"include": "refused"})

    [refused] = answer.json()["recusadas"]
    assert set(refused) == {
        *("recusa_id", "ocorrido_em", "acao", "status", "versao", "codigo", "motivo", "autor"),
        *("correlacao_id", "causa_id", "via"),
    }
    assert (refused["acao"], refused["codigo"]) == ("finalizar-reparo", "invalid-queue-transition")
