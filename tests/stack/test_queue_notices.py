"""The workshop works on whatever the OS service does; in the end that has heard all, in order."""

import asyncio
from datetime import UTC, datetime

import pytest

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.customer import Document
from tests.stack.faults import killed
from tests.stack.os_service import STEPS, OsService
from tests.stack.workshop import Workshop, new_order


@pytest.fixture
async def item(workshop: Workshop) -> Document:
    return await workshop.adds()


async def start_diagnosis(workshop: Workshop, item: Document) -> Document:
    return await workshop.does(
        item["fila_id"], "iniciar-diagnostico", {"mecanico_responsavel_id": 7}
    )


async def finish_diagnosis(workshop: Workshop, item: Document) -> Document:
    return await workshop.does(item["fila_id"], "finalizar-diagnostico", {"diagnostico": "Freios"})


async def work_through(workshop: Workshop, item: Document) -> Document:
    """All of the work, each request of which has to succeed."""
    await start_diagnosis(workshop, item)
    await finish_diagnosis(workshop, item)
    await workshop.does(item["fila_id"], "iniciar-reparo")
    return await workshop.does(item["fila_id"], "finalizar-reparo")


FAILURES = {
    "recusa": "o serviço de OS respondeu 503",
    "trava": "o serviço de OS não respondeu em 5 s",
    "interrompe": "a conversa com o serviço de OS foi interrompida",
    "goteja": "o serviço de OS respondeu 503",
}


@pytest.mark.parametrize("mode", FAILURES)
async def test_work_is_done_before_a_failing_os_service_has_heard_of_any(
    workshop: Workshop, os_service: OsService, item: Document, mode: str
) -> None:
    number = item["ordem_servico_id"]
    os_service.fails(mode, number)

    finished = await work_through(workshop, item)
    unheard = os_service.history(number)
    failing = await workshop.waits_for(
        item["fila_id"], lambda seen: seen["os_notificada"]["falha"], within=30
    )
    tried = set(os_service.attempts(number))
    os_service.recovers()

    assert (finished["status"], finished["versao"]) == ("FINALIZADA", 5)
    assert unheard == []
    notices = failing["os_notificada"]
    assert (notices["confirmada"], notices["pendentes"]) == (None, STEPS)
    assert notices["falha"].startswith(FAILURES[mode])
    assert tried == {"EM_DIAGNOSTICO"}
    await os_service.hears(number, STEPS)
    told = (await workshop.sees_told(item["fila_id"], "FINALIZADA"))["os_notificada"]
    assert (told["falha"], told["recusadas"]) == (None, [])


async def test_work_is_done_while_the_os_service_is_down_and_told_when_it_is_back(
    stack: Stack, workshop: Workshop, os_service: OsService, item: Document
) -> None:
    number = item["ordem_servico_id"]

    with killed(stack, "service_orders"):
        finished = await work_through(workshop, item)
        failing = await workshop.waits_for(
            item["fila_id"], lambda seen: seen["os_notificada"]["falha"]
        )
        back_from = datetime.now(UTC)
    await os_service.hears(number, STEPS)
    told = (await workshop.sees_told(item["fila_id"], "FINALIZADA"))["os_notificada"]

    assert finished["status"] == "FINALIZADA"
    assert failing["os_notificada"]["pendentes"] == STEPS
    assert failing["os_notificada"]["falha"].startswith("o serviço de OS está fora de alcance")
    assert datetime.fromisoformat(told["confirmada_em"]) > back_from


async def test_one_order_that_cannot_be_told_keeps_no_other_waiting(
    workshop: Workshop, os_service: OsService, item: Document
) -> None:
    os_service.fails("trava", item["ordem_servico_id"])
    await start_diagnosis(workshop, item)
    others = await workshop.adds_many(*["NORMAL"] * 20)

    await asyncio.gather(*(start_diagnosis(workshop, other) for other in others))

    for other in others:
        await os_service.hears(other["ordem_servico_id"], ["EM_DIAGNOSTICO"], within=20)
    assert os_service.history(item["ordem_servico_id"]) == []


@pytest.mark.parametrize("code", [404, 422])
async def test_what_the_os_service_will_never_take_is_recorded_and_left(
    workshop: Workshop, os_service: OsService, item: Document, code: int
) -> None:
    number = item["ordem_servico_id"]
    os_service.fails("recusa", number, code)
    await start_diagnosis(workshop, item)
    refused = await workshop.waits_for(
        item["fila_id"], lambda seen: seen["os_notificada"]["recusadas"]
    )
    os_service.recovers()

    await finish_diagnosis(workshop, item)
    shown = await workshop.sees_told(item["fila_id"], "AGUARDANDO_APROVACAO")

    assert refused["os_notificada"]["pendentes"] == []
    assert shown["os_notificada"]["recusadas"] == [
        {
            "status": "EM_DIAGNOSTICO",
            "motivo": f'o serviço de OS respondeu {code}: {{"detail": "told to fail"}}',
        }
    ]
    assert os_service.attempts(number) == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]


@pytest.mark.parametrize("code", [401, 429, 500])
async def test_what_may_pass_is_tried_again_until_it_has(
    workshop: Workshop, os_service: OsService, item: Document, code: int
) -> None:
    number = item["ordem_servico_id"]
    os_service.fails("recusa", number, code)
    await start_diagnosis(workshop, item)
    await eventually(lambda: len(os_service.attempts(number)) > 1)

    os_service.recovers()

    shown = await workshop.sees_told(item["fila_id"], "EM_DIAGNOSTICO")
    assert shown["os_notificada"]["recusadas"] == []
    assert os_service.history(number) == ["EM_DIAGNOSTICO"]


async def test_of_an_item_removed_during_an_outage_all_is_told_though_it_is_added_again_at_once(
    stack: Stack, workshop: Workshop, os_service: OsService
) -> None:
    number = new_order()
    with killed(stack, "service_orders"):
        item = await workshop.adds(order=number)
        await start_diagnosis(workshop, item)
        await finish_diagnosis(workshop, item)
        await workshop.removes(item["fila_id"])
        again = await workshop.adds(order=number)

    await os_service.hears(number, ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"])
    await start_diagnosis(workshop, again)
    await os_service.hears(number, ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO", "EM_DIAGNOSTICO"])

    assert again["fila_id"] != item["fila_id"]
    assert again["versao"] == 1
    entries = await workshop.history(item["fila_id"])
    assert [entry["acao"] for entry in entries] == [
        "adicionar",
        "iniciar-diagnostico",
        "finalizar-diagnostico",
        "remover",
    ]


async def test_a_finished_item_that_is_removed_during_an_outage_is_told_to_its_end(
    workshop: Workshop, os_service: OsService, item: Document
) -> None:
    number = item["ordem_servico_id"]
    os_service.fails("recusa", number)
    await work_through(workshop, item)
    await workshop.removes(item["fila_id"])

    os_service.recovers()

    await os_service.hears(number, STEPS)
