"""Explanations of why an item of the queue does not move, in Portuguese."""

import httpx

from activities.delivery_failure import DeliveryFailure
from domain.fila.commands import Remove
from domain.kernel.delivery_health import HealthStatus
from tests.activities.databases import Database
from tests.api.answers import FILA
from tests.api.failing_services import RETRY_AT, explained, failed, fails_delivery, waiting
from tests.api.fila.fila import ENGLISH, WELL, id_in, problema
from tests.api.temporal_fake import QueueEngine
from tests.api.workflow_fake import HISTORY_LENGTH


async def test_an_item_of_the_queue_is_explained_in_portuguese(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    fails_delivery(items, HealthStatus.RETRYING, DeliveryFailure.BUS)
    [run] = items.runs.values()
    run.pending = [waiting(failed(DeliveryFailure.DATABASE))]

    body = await explained(http, queued, "explicacao")

    assert body == {
        "conclusao": "RETRYING",
        "detalhe": "A entrega falha, e é repetida até que o destino volte",
        "workflow_id": "fila-7",
        "status_do_workflow": "RUNNING",
        "tamanho_do_historico": HISTORY_LENGTH,
        "tem_worker": True,
        "saude": {
            "status": "RETRYING",
            "desde": RETRY_AT,
            "motivo": "O barramento de eventos não responde",
        },
        "versao_mais_antiga_nao_entregue": None,
        "versoes_nao_entregues": 0,
        "atividades_pendentes": [
            {
                "tipo": "persist_and_publish",
                "em_andamento": False,
                "tentativa": 7,
                "ultima_falha": "O banco de dados não responde",
                "proxima_tentativa_em": RETRY_AT,
            }
        ],
    }
    assert not ENGLISH.search(body["detalhe"])


async def test_an_item_whose_place_another_has_taken_is_not_explained_by_that_one(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), Remove())
    assert (await http.post(FILA, json={"ordem_servico_id": 7})).status_code == 201

    problema(await http.get(f"{queued}/explicacao"), 404, "queue-item-not-found")
    problema(await http.post(f"{queued}/repetir-entrega"), 404, "queue-item-not-found")


async def test_an_items_delivery_is_retried(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    answer = await http.post(f"{queued}/repetir-entrega")

    assert answer.status_code == 202
    assert items.calls["retry_delivery"] == 1


async def test_an_item_written_by_an_earlier_release_is_well(
    http: httpx.AsyncClient, database: Database, queued: str
) -> None:
    await database["fila_execucao"].update_one({}, {"$unset": {"saude": ""}})

    [listed] = (await http.get(FILA)).json()
    shown = (await http.get(queued)).json()

    assert listed["saude"] == shown["saude"] == WELL
