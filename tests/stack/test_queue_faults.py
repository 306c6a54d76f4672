"""Parts of the service fail while the workshop works with its queue: no item and no step of it is
lost, doubled or given to two."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo.database import Database

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.customer import Document, until_known
from tests.stack.faults import assert_unavailable, crash, frozen, killed, timely
from tests.stack.listener import Listener
from tests.stack.os_service import STEPS, OsService
from tests.stack.workshop import PATH, Workshop

MECHANIC = {"mecanico_responsavel_id": 7}
LIFE: list[tuple[str, Document | None]] = [
    ("iniciar-diagnostico", MECHANIC),
    ("finalizar-diagnostico", {"diagnostico": "Freios"}),
    ("iniciar-reparo", None),
    ("finalizar-reparo", {"observacoes_reparo": "Pastilhas novas"}),
]
EVENTS = [
    "QueueItemAdded",
    "DiagnosisStarted",
    "DiagnosisFinished",
    "RepairStarted",
    "RepairFinished",
]


@pytest.fixture
async def item(workshop: Workshop) -> Document:
    return await workshop.adds()


async def live_through(workshop: Workshop, item: str) -> None:
    for step, body in LIFE:
        answer = await workshop.insists("POST", f"/{item}/{step}", body, key=step)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("victim", ["worker", "api"])
async def test_a_crash_between_steps_loses_and_doubles_nothing(
    stack: Stack,
    workshop: Workshop,
    listener: Listener,
    os_service: OsService,
    database: Database[Document],
    victim: str,
) -> None:
    items = await workshop.adds_many(*["NORMAL"] * 5)

    working = asyncio.gather(*(live_through(workshop, item["fila_id"]) for item in items))
    await eventually(lambda: len(listener.of(items[0]["fila_id"])) > 1, within=30)
    await asyncio.to_thread(crash, stack, victim)
    await working

    for item in items:
        events = await listener.all_of(item["fila_id"], 5, within=40)
        assert [each.type for each in events] == EVENTS
        assert [each.sequence for each in events] == [1, 2, 3, 4, 5]
        kept = database["history"].find({"aggregateId": item["fila_id"]}).sort("sequence")
        assert [entry["command"] for entry in kept] == ["adicionar", *(step for step, _ in LIFE)]
        await os_service.hears(item["ordem_servico_id"], STEPS)
        shown = await workshop.sees_told(item["fila_id"], "FINALIZADA")
        assert (shown["status"], shown["versao"]) == ("FINALIZADA", 5)


async def test_a_worker_that_is_killed_in_mid_notice_leaves_the_notice_to_another(
    stack: Stack, workshop: Workshop, os_service: OsService, item: Document
) -> None:
    number = item["ordem_servico_id"]
    os_service.fails("trava", number)
    await workshop.does(item["fila_id"], "iniciar-diagnostico", MECHANIC)
    await eventually(lambda: os_service.attempts(number), lambda seen: seen == STEPS[:1])

    await asyncio.to_thread(crash, stack, "worker")
    found = await workshop.insists(
        "POST", f"/{item['fila_id']}/finalizar-diagnostico", {"diagnostico": "Freios"}
    )
    unheard = os_service.history(number)
    os_service.recovers()

    assert found.json()["etapa"] == "AGUARDANDO_APROVACAO"
    assert unheard == []
    await os_service.hears(number, STEPS[:2], within=60)
    await workshop.sees_told(item["fila_id"], "AGUARDANDO_APROVACAO")


async def test_mechanics_whose_api_dies_in_mid_request_get_one_item_each_when_they_repeat_it(
    stack: Stack, workshop: Workshop, empty_queue: None
) -> None:
    added = await workshop.adds_many(*["NORMAL"] * 30)
    broken_off: list[int] = []

    async def take(mechanic: int) -> httpx.Response:
        key = str(uuid4())
        try:
            return await workshop.takes_next(mechanic, key=key)
        except httpx.TransportError:
            broken_off.append(mechanic)
            return await until_known(lambda: workshop.takes_next(mechanic, key=key))

    taking = [asyncio.create_task(take(mechanic)) for mechanic in range(1, 21)]
    await asyncio.wait(taking, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.to_thread(crash, stack, "api")
    answers = await asyncio.gather(*taking)

    assert broken_off
    assert Counter(answer.status_code for answer in answers) == {200: 20}
    assert len({answer.json()["fila_id"] for answer in answers}) == 20
    shown = [await workshop.sees(item["fila_id"]) for item in added]
    mechanics = Counter(each["mecanico_responsavel_id"] for each in shown)
    assert mechanics == {None: 10} | dict.fromkeys(range(1, 21), 1)
    assert {each["versao"] for each in shown} == {1, 2}


@pytest.mark.parametrize("victim", ["worker", "temporal"])
async def test_a_mechanic_who_could_not_be_answered_gets_one_item_by_repeating_the_request(
    stack: Stack, workshop: Workshop, empty_queue: None, victim: str
) -> None:
    added = await workshop.adds_many(*["NORMAL"] * 3)
    once = {"Idempotency-Key": str(uuid4())}

    with killed(stack, victim):
        unanswered = await timely(
            workshop.http, "POST", f"{PATH}/proximo", json=MECHANIC, headers=once
        )
        listed = await timely(workshop.http, "GET", PATH)
    answer = await workshop.insists("POST", "/proximo", MECHANIC, once["Idempotency-Key"])

    assert_unavailable(unanswered, 503, 504)
    assert (listed.status_code, len(listed.json())) == (200, 3)
    assert answer.status_code == 200
    left = await workshop.lists(status="AGUARDANDO")
    started = {each["fila_id"] for each in added} - {each["fila_id"] for each in left}
    assert started == {answer.json()["fila_id"]}
    assert len(await workshop.history(answer.json()["fila_id"])) == 2


@pytest.mark.parametrize("fault", [killed, frozen], ids=["killed", "frozen"])
async def test_without_the_database_steps_are_done_and_readers_see_them_later(
    stack: Stack,
    workshop: Workshop,
    listener: Listener,
    os_service: OsService,
    fault: Any,
) -> None:
    item, other = await workshop.adds(), await workshop.adds()
    path, http = f"{PATH}/{item['fila_id']}", workshop.http

    with fault(stack, "mongo"):
        started = await timely(http, "POST", f"{path}/iniciar-diagnostico", json=MECHANIC)
        found, removed, strong, *refused = await asyncio.gather(
            timely(http, "POST", f"{path}/finalizar-diagnostico", json={"diagnostico": "Freios"}),
            timely(http, "DELETE", f"{PATH}/{other['fila_id']}"),
            timely(http, "GET", f"{path}?consistency=strong"),
            timely(http, "GET", path),
            timely(http, "GET", PATH),
            timely(http, "GET", f"{path}/historico"),
            timely(http, "POST", f"{PATH}/proximo", json=MECHANIC),
            timely(
                http, "POST", PATH, json={"ordem_servico_id": other["ordem_servico_id"] + 10**9}
            ),
        )

    for done, status in ((started, 200), (found, 200), (removed, 204)):
        assert done.status_code == status, done.text
        assert done.headers["X-Snapshot"] == "pending"
    assert strong.json()["dta_inicio_diagnostico"] == started.json()["dta_inicio_diagnostico"]
    for answer in refused:
        assert_unavailable(answer, 503)
    shown = await workshop.reaches(item["fila_id"], "AGUARDANDO_APROVACAO", within=40)
    for name in ("versao", "status", "diagnostico", "dta_fim_diagnostico", "dta_atualizacao"):
        assert shown[name] == found.json()[name], name
    events = await listener.all_of(item["fila_id"], 3, within=20)
    assert [each.type for each in events] == EVENTS[:3]
    await os_service.hears(item["ordem_servico_id"], STEPS[:2])
    gone = await eventually(
        lambda: workshop.asks("GET", f"/{other['fila_id']}"),
        lambda answer: answer.status_code == 404,
        within=40,
    )
    assert gone.json()["detail"] == "Item da fila não encontrado."
