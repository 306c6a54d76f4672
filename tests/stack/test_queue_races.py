"""Many mechanics at once: each item and each step goes to one; repeats change nothing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence

import httpx
import pytest
from temporalio.client import Client

from tests.stack.customer import Document
from tests.stack.listener import Listener
from tests.stack.workflows import ended
from tests.stack.workshop import Workshop

pytestmark = pytest.mark.usefixtures("empty_queue")


@pytest.fixture
async def item(workshop: Workshop) -> str:
    return str((await workshop.adds())["fila_id"])


def statuses(answers: Sequence[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def given(answers: Sequence[httpx.Response]) -> list[Document]:
    return [answer.json() for answer in answers if answer.status_code == 200]


async def test_fifty_mechanics_and_thirty_items_meet_without_sharing_any(
    workshop: Workshop, listener: Listener
) -> None:
    added = await workshop.adds_many(*["NORMAL"] * 30)

    def insists(mechanic: int) -> Awaitable[httpx.Response]:
        """Asks again where a slow machine has let nobody through for seconds."""
        return workshop.insists("POST", "/proximo", {"mecanico_responsavel_id": mechanic})

    answers = await asyncio.gather(*(insists(mechanic) for mechanic in range(1, 51)))

    assert statuses(answers) == {200: 30, 204: 20}
    assert {each["fila_id"] for each in given(answers)} == {each["fila_id"] for each in added}
    assert len({each["mecanico_responsavel_id"] for each in given(answers)}) == 30
    assert await workshop.lists(status="AGUARDANDO") == []
    for taken in given(answers):
        shown = await workshop.sees(taken["fila_id"])
        assert shown["status"] == "EM_DIAGNOSTICO"
        assert shown["mecanico_responsavel_id"] == taken["mecanico_responsavel_id"]
        events = await listener.all_of(taken["fila_id"], 2)
        assert [each.type for each in events] == ["QueueItemAdded", "DiagnosisStarted"]


async def test_of_twenty_mechanics_who_start_one_item_one_gets_it(
    workshop: Workshop, listener: Listener, item: str
) -> None:
    answers = await asyncio.gather(
        *(
            workshop.steps(item, "iniciar-diagnostico", {"mecanico_responsavel_id": mechanic})
            for mechanic in range(1, 21)
        )
    )

    assert statuses(answers) == {200: 1, 409: 19}
    [winner] = given(answers)
    shown = await workshop.sees(item)
    assert shown["mecanico_responsavel_id"] == winner["mecanico_responsavel_id"]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["currentStatus"] == "EM_DIAGNOSTICO"
    assert refused["acoes_permitidas"] == ["finalizar-diagnostico", "prioridade", "remover"]
    assert [entry["tipo"] for entry in await workshop.history(item)] == [
        "QueueItemAdded",
        "DiagnosisStarted",
    ]


async def test_twenty_repeats_under_one_key_are_all_answered_and_applied_once(
    workshop: Workshop, listener: Listener, item: str
) -> None:
    mechanic = {"mecanico_responsavel_id": 7}

    answers = await asyncio.gather(
        *(workshop.steps(item, "iniciar-diagnostico", mechanic, key="once") for _ in range(20))
    )

    assert statuses(answers) == {200: 20}
    assert {each["versao"] for each in given(answers)} == {2}
    fresh = [answer for answer in answers if "Idempotency-Replayed" not in answer.headers]
    assert len(fresh) <= 1
    events = await listener.all_of(item, 2)
    assert [each.type for each in events] == ["QueueItemAdded", "DiagnosisStarted"]
    assert len(await workshop.history(item)) == 2


async def test_twenty_repeats_of_one_mechanic_for_the_next_item_give_one_item(
    workshop: Workshop,
) -> None:
    added = await workshop.adds_many(*["NORMAL"] * 12)

    answers = await asyncio.gather(*(workshop.takes_next(7, key="next-please") for _ in range(20)))

    assert statuses(answers) == {200: 20}
    assert len({each["fila_id"] for each in given(answers)}) == 1
    left = await workshop.lists(status="AGUARDANDO")
    assert len(left) == len(added) - 1


async def test_twenty_who_add_one_service_order_get_one_item(workshop: Workshop) -> None:
    number = (await workshop.adds())["ordem_servico_id"] + 10**9

    answers = await asyncio.gather(
        *(workshop.asks("POST", body={"ordem_servico_id": number}) for _ in range(20))
    )

    assert statuses(answers) == {201: 1, 409: 19}
    [created] = [answer.json() for answer in answers if answer.status_code == 201]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {each["existing"] for each in refused} == {f"/fila-execucao/{created['fila_id']}"}
    assert {each["detail"] for each in refused} == {
        f"Ordem de Serviço {number} já está na fila de execução."
    }


async def test_mechanics_for_diagnosis_and_for_repair_do_not_get_each_others_work(
    workshop: Workshop,
) -> None:
    for_repair = [each["fila_id"] for each in await workshop.adds_many(*["BAIXA"] * 5)]
    for item in for_repair:
        await workshop.does(item, "iniciar-diagnostico", {"mecanico_responsavel_id": 99})
        await workshop.does(item, "finalizar-diagnostico", {"diagnostico": "Freios"})
    unapproved = await workshop.takes_next(1, "REPARO")
    for_diagnosis = [each["fila_id"] for each in await workshop.adds_many(*["URGENTE"] * 5)]

    diagnosing = [workshop.takes_next(mechanic, "DIAGNOSTICO") for mechanic in range(1, 8)]
    repairing = [workshop.takes_next(mechanic, "REPARO") for mechanic in range(11, 14)]
    answers = await asyncio.gather(*diagnosing, *repairing)

    assert unapproved.status_code == 204
    assert statuses(answers) == {200: 5, 204: 5}
    assert {each["fila_id"] for each in given(answers)} == set(for_diagnosis)
    waiting = {each["fila_id"] for each in await workshop.lists(status="AGUARDANDO")}
    assert waiting == set(for_repair)


@pytest.mark.parametrize("worked", ["waits", "is finished"])
async def test_of_twenty_who_remove_one_item_one_does_and_its_order_is_free_for_one(
    workshop: Workshop, temporal: Client, worked: str
) -> None:
    added = await workshop.adds()
    item, number = added["fila_id"], added["ordem_servico_id"]
    if worked == "is finished":
        await workshop.does(item, "iniciar-reparo", {"mecanico_responsavel_id": 7})
        await workshop.does(item, "finalizar-reparo")
        await ended(temporal, f"fila-{number}")

    removing = (workshop.asks("DELETE", f"/{item}") for _ in range(20))
    removals = await asyncio.gather(*removing)
    adding = (workshop.asks("POST", body={"ordem_servico_id": number}) for _ in range(20))
    additions = await asyncio.gather(*adding)

    assert statuses(removals) == {204: 1, 404: 19}
    assert statuses(additions) == {201: 1, 409: 19}
    told = [entry["tipo"] for entry in await workshop.history(item)]
    assert told.count("QueueItemRemoved") == 1
