"""The document `fila_execucao`, which other teams read, and its indexes."""

from datetime import datetime
from typing import Any

import pytest

from activities.mongo.store import Store
from domain.fila.commands import LinkExecution, Prioritize, RecordApproval
from domain.fila.lifecycle import QueueStatus
from domain.fila.vocabulary import Priority
from tests.activities.databases import Database, Raw
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, added, diagnosed, in_queue

DATES = [
    "dta_criacao",
    "dta_atualizacao",
    "dta_inicio_diagnostico",
    "dta_fim_diagnostico",
    "dta_inicio_reparo",
    "dta_fim_reparo",
    "orcamento_aprovado_em",
]
WHOLE_LIFE = (
    *DIAGNOSIS,
    RecordApproval(budget_id="b-1"),
    LinkExecution(execution_id="e-1"),
    *REPAIR,
)


async def test_a_fresh_item_has_every_field_and_null_for_what_is_not_known(
    store: Store, raw: Raw
) -> None:
    await store.save(added(41, priority=Priority.HIGH))

    (document,) = raw("fila_execucao")
    assert document == {
        "_id": "0000000000290a1b2c3d4e5f",
        "fila_id": "0000000000290a1b2c3d4e5f",
        "ordem_servico_id": 41,
        "status": "AGUARDANDO",
        "prioridade": "ALTA",
        "mecanico_responsavel_id": None,
        "diagnostico": None,
        "observacoes_reparo": None,
        "dta_inicio_diagnostico": None,
        "dta_fim_diagnostico": None,
        "dta_inicio_reparo": None,
        "dta_fim_reparo": None,
        "dta_criacao": MORNING,
        "dta_atualizacao": MORNING,
        "versao": 1,
        "revisao": 1,
        "etapa": "AGUARDANDO_DIAGNOSTICO",
        "lugar": document["lugar"],
        "acoes_permitidas": ["iniciar-diagnostico", "iniciar-reparo", "prioridade", "remover"],
        "orcamento_aprovado_em": None,
        "pedido_cancelado_em": None,
        "orcamento_id": None,
        "execucao_id": None,
        "exige_aprovacao": False,
        "avisa_os": False,
        "os_notificada": {
            "confirmada": None,
            "confirmada_em": None,
            "pendentes": [],
            "falha": None,
            "recusadas": [],
        },
        "mudancas_sem_evento": 0,
        "saude": {"status": "OK", "desde": None, "motivo": None},
    }


async def test_a_finished_item_has_the_same_fields(store: Store, raw: Raw) -> None:
    await store.save(added(1))
    await store.save(driven(added(2), *WHOLE_LIFE))

    fresh, finished = sorted(raw("fila_execucao"), key=lambda each: each["ordem_servico_id"])
    assert fresh.keys() == finished.keys()
    assert (finished["status"], finished["etapa"]) == ("FINALIZADA", "FINALIZADA")
    assert (finished["diagnostico"], finished["observacoes_reparo"]) == (
        "pastilhas de freio gastas",
        "pastilhas trocadas",
    )
    assert (finished["orcamento_id"], finished["execucao_id"]) == ("b-1", "e-1")
    assert finished["acoes_permitidas"] == ["remover"]


async def test_dates_are_bson_dates_when_inserted_and_when_replaced(store: Store, raw: Raw) -> None:
    first = driven(added(tells_service_orders=True), *WHOLE_LIFE)
    second = first.noting(first.notices.delivered(MORNING))

    await store.save(first)
    (inserted,) = raw("fila_execucao")
    await store.save(second)
    (replaced,) = raw("fila_execucao")

    assert all(isinstance(inserted[name], datetime) for name in DATES)
    assert all(isinstance(replaced[name], datetime) for name in DATES)
    assert replaced["dta_criacao"] == replaced["os_notificada"]["confirmada_em"] == MORNING


async def test_how_far_the_os_service_was_told_stands_on_the_item(store: Store, raw: Raw) -> None:
    item = driven(added(tells_service_orders=True), *WHOLE_LIFE)

    notices = item.notices.delivered(MORNING).refused_for("404").failing("503")
    await store.save(item.noting(notices))

    (document,) = raw("fila_execucao")
    assert document["os_notificada"] == {
        "confirmada": "EM_DIAGNOSTICO",
        "confirmada_em": MORNING,
        "pendentes": ["EM_EXECUCAO", "FINALIZADA"],
        "falha": "503",
        "recusadas": [{"status": "AGUARDANDO_APROVACAO", "motivo": "404"}],
    }
    assert (document["versao"], document["revisao"]) == (7, 8)


async def test_what_follows_from_the_item_is_written_anew_with_each_change(
    store: Store, raw: Raw
) -> None:
    item = diagnosed()
    await store.save(item)
    (before,) = raw("fila_execucao")

    await store.save(driven(item, Prioritize(priority=Priority.URGENT), RecordApproval()))

    (after,) = raw("fila_execucao")
    assert (before["etapa"], after["etapa"]) == ("AGUARDANDO_APROVACAO", "AGUARDANDO_REPARO")
    assert after["lugar"] < before["lugar"]


@pytest.mark.parametrize("status", [each for each in QueueStatus if each != "REMOVIDA"])
async def test_words_are_plain_text_in_the_document(
    store: Store, raw: Raw, status: QueueStatus
) -> None:
    await store.save(in_queue(status))

    (document,) = raw("fila_execucao")
    assert document["status"] == str(status)
    assert isinstance(document["etapa"], str)
    assert isinstance(document["lugar"], str)


async def test_the_indexes_of_the_contract_are_there(store: Store, database: Database) -> None:
    found = await _indexes(database, "fila_execucao")

    for wanted in ("ordem_servico_id", "status", "lugar"):
        assert found[((wanted, 1),)].get("unique", False) is False
    assert (("status", 1), ("lugar", 1)) in found
    assert (("etapa", 1), ("lugar", 1)) in found


async def test_what_is_only_for_a_while_goes_away_by_itself(
    store: Store, database: Database
) -> None:
    reservations = await _indexes(database, "fila_reservas")
    pages = await _indexes(database, "fila_paginas")

    assert reservations[(("claimedAt", 1),)]["expireAfterSeconds"] == 86_400
    assert pages[(("expira_em", 1),)]["expireAfterSeconds"] == 0


async def _indexes(database: Database, collection: str) -> dict[Any, dict[str, Any]]:
    found = await database[collection].index_information()
    return {tuple(tuple(pair) for pair in index["key"]): dict(index) for index in found.values()}
