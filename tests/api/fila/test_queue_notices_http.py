"""The item shows how far the OS service has heard of it."""

import httpx
import pytest

from api.fila.service import QueueRules
from tests.api.fila.fila import DIAGNOSED, FINISHED, NOT_TOLD, id_in, item
from tests.api.temporal_fake import QueueEngine

TELLING = pytest.mark.parametrize("rules", [QueueRules(tells_service_orders=True)])


@TELLING
async def test_what_it_has_yet_to_hear_is_shown_in_order(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *DIAGNOSED)

    shown = item(await http.post(f"{queued}/iniciar-reparo"))

    assert shown["os_notificada"] == {
        **NOT_TOLD,
        "pendentes": ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO", "EM_EXECUCAO"],
    }


@TELLING
async def test_what_it_has_confirmed_and_refused_is_shown_and_what_fails(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    state = await items.drive(id_in(queued), *FINISHED)
    told = state.notices.delivered(state.updated_at).refused_for("OS cancelada")
    await items.note(state.noting(told.failing("não responde")))

    shown = item(await http.get(queued))

    assert shown["os_notificada"] == {
        "confirmada": "EM_DIAGNOSTICO",
        "confirmada_em": shown["dta_atualizacao"],
        "pendentes": ["EM_EXECUCAO", "FINALIZADA"],
        "falha": "não responde",
        "recusadas": [{"status": "AGUARDANDO_APROVACAO", "motivo": "OS cancelada"}],
    }


@TELLING
async def test_what_it_answers_is_no_new_version_and_is_read_by_the_same_one(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    before = await items.drive(id_in(queued), *DIAGNOSED)
    await items.note(before.noting(before.notices.delivered(before.updated_at)))

    shown = item(await http.get(queued, params={"minVersion": before.version}))

    assert shown["versao"] == before.version
    assert shown["os_notificada"]["confirmada"] == "EM_DIAGNOSTICO"


async def test_without_that_service_nothing_is_pending(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *FINISHED)

    shown = item(await http.get(queued))

    assert shown["os_notificada"] == NOT_TOLD
