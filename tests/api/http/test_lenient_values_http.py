"""Values as people, forms and other programs write them, where there is no doubt what they mean."""

import unicodedata
from typing import Any

import httpx
import pytest

from domain.kernel.reading import read
from tests.api.answers import BASE, FILA, NEW
from tests.api.fila.fila import DIAGNOSED, id_in, item
from tests.api.temporal_fake import QueueEngine
from workflows.start_inputs import StartExecution

NOTHING: list[Any] = ["", "  ", "\u200b", None]


@pytest.mark.parametrize("nothing", NOTHING)
async def test_what_nobody_has_filled_in_is_as_good_as_absent(
    http: httpx.AsyncClient, nothing: object
) -> None:
    optional = dict.fromkeys(["notes", "technicianId", "scheduledDate"], nothing)

    created = await http.post(BASE, json={**NEW, **optional})

    assert created.status_code == 201, created.text
    assert not created.json().keys() & optional.keys()


@pytest.mark.parametrize("nothing", NOTHING)
async def test_commands_may_say_nothing_in_so_many_words(
    http: httpx.AsyncClient, existing: str, nothing: object
) -> None:
    for command, field in {
        "start": "technicianId",
        "pause": "reason",
        "resume": None,
        "complete": "notes",
        "invoice": "invoiceId",
    }.items():
        done = await http.patch(f"{existing}/{command}", json={field: nothing} if field else {})
        assert done.status_code == 200, done.text


@pytest.mark.parametrize("nothing", NOTHING)
async def test_a_task_may_be_for_nobody_in_so_many_words(
    http: httpx.AsyncClient, existing: str, nothing: object
) -> None:
    task = {"description": "brakes", "estimatedDuration": 5, "assignedTo": nothing}
    added = await http.post(f"{existing}/tasks", json=task)
    assert added.status_code == 201, added.text
    task_id = added.json()["tasks"][0]["taskId"]
    await http.patch(f"{existing}/start")
    await http.patch(f"{existing}/tasks/{task_id}", json={"status": "IN_PROGRESS"})

    done = await http.patch(
        f"{existing}/tasks/{task_id.upper()}",
        json={"status": "COMPLETED", "actualDuration": nothing, "assignedTo": nothing},
    )

    assert done.status_code == 200, done.text


@pytest.mark.parametrize(
    "query",
    [
        "q=&cursor=&serviceOrderId=&status=&sort=&limit=&offset=&count=&createdAt[gte]=",
        "status=&status=SCHEDULED",
    ],
)
async def test_an_empty_filter_is_none(http: httpx.AsyncClient, existing: str, query: str) -> None:
    found = await http.get(f"{BASE}?{query}")

    assert (found.status_code, found.json()["total"]) == (200, 1), found.text


async def test_empty_parameters_of_single_ones_are_none(
    http: httpx.AsyncClient, existing: str, queued: str
) -> None:
    for url in (
        f"{existing}?minVersion=&consistency=",
        f"{existing}/history?after=&limit=&include=",
        f"{queued}?minVersion=&consistency=",
        f"{queued}/historico?apos=&limite=&include=",
        f"{FILA}?status=&limite=&cursor=",
    ):
        assert (await http.get(url)).status_code == 200, url


async def test_mechanic_0_is_nobody(
    http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    before = await items.drive(id_in(queued), *DIAGNOSED)

    started = await http.post(f"{queued}/iniciar-reparo", json={"mecanico_responsavel_id": 0})

    assert item(started)["mecanico_responsavel_id"] == before.mechanic_id


@pytest.mark.parametrize("number", ["42", " 42 ", 42.0])
async def test_numbers_may_be_text_in_the_queue(http: httpx.AsyncClient, number: object) -> None:
    added = await http.post(FILA, json={"ordem_servico_id": number, "prioridade": None})
    url = added.headers["Location"]

    started = await http.post(
        f"{url.upper().replace(FILA.upper(), FILA)}/iniciar-diagnostico",
        json={"mecanico_responsavel_id": number},
    )

    assert item(started)["ordem_servico_id"] == 42
    assert item(started)["mecanico_responsavel_id"] == 42


@pytest.mark.parametrize("text", ["", None])
async def test_a_repair_may_end_without_remarks(
    http: httpx.AsyncClient, queued: str, text: object
) -> None:
    await http.post(f"{queued}/iniciar-reparo", json={"mecanico_responsavel_id": None})

    ended = await http.post(f"{queued}/finalizar-reparo", json={"observacoes_reparo": text})

    assert item(ended)["observacoes_reparo"] is None


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00ad", "\u202a", "\u2060"])
async def test_an_order_is_the_same_however_it_was_typed(
    http: httpx.AsyncClient, mark: str
) -> None:
    order = "OS-Caf\u00e9"
    await http.post(BASE, json={**NEW, "serviceOrderId": order})

    for same in (unicodedata.normalize("NFD", order), f"{mark}OS-{mark}Caf\u00e9{mark}"):
        again = await http.post(BASE, json={**NEW, "serviceOrderId": same})
        found = await http.get(BASE, params={"serviceOrderId": same})
        assert again.status_code == 409, again.text
        assert found.json()["total"] == 1


@pytest.mark.parametrize("spelt", [str.upper, "{{{}}}".format, "urn:uuid:{}".format, " {} ".format])
async def test_an_execution_is_found_by_its_id_in_any_spelling(
    http: httpx.AsyncClient, existing: str, spelt: Any
) -> None:
    execution_id = existing.rpartition("/")[2]

    found = await http.get(f"{BASE}/{spelt(execution_id)}")

    assert (found.status_code, found.json()["id"]) == (200, execution_id)


async def test_ids_and_texts_may_be_numbers(http: httpx.AsyncClient) -> None:
    created = await http.post(BASE, json={**NEW, "serviceOrderId": 42, "budgetId": 7, "notes": 5})

    body = created.json()
    assert (body["serviceOrderId"], body["budgetId"], body["notes"]) == ("42", "7", "5")


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02t08:00:00z",
        "2026-03-02 08:00:00Z",
        "2026-03-02T05:00:00-0300",
        "2026-03-02T08:00:00.0000000Z",
        "2026-03-02T08:00:00.000000000Z",
        "2026-03-02T08:00Z",
        "2026-03-02T08:00:00+00",
        "2026-03-02T08:00:00Z[UTC]",
    ],
)
async def test_dates_are_understood_as_other_programs_write_them(
    http: httpx.AsyncClient, existing: str, written: str
) -> None:
    moved = await http.patch(f"{existing}/schedule", json={"scheduledDate": written})

    assert moved.json().get("scheduledDate") == "2026-03-02T08:00:00Z", moved.text


async def test_a_date_without_its_zone_is_refused_with_what_to_write(
    http: httpx.AsyncClient, existing: str
) -> None:
    refused = await http.patch(
        f"{existing}/schedule", json={"scheduledDate": "2026-03-02T08:00:00"}
    )

    assert refused.status_code == 422
    assert "2026-03-02T08:00:00Z" in refused.json()["detail"]


async def test_nothing_becomes_of_half_a_character(http: httpx.AsyncClient) -> None:
    body = b'{"serviceOrderId":"a\\ud800","budgetId":"b","estimatedDuration":60}'

    refused = await http.post(BASE, content=body, headers={"Content-Type": "application/json"})

    assert 400 <= refused.status_code < 500, refused.text


def test_what_was_recorded_before_is_read_as_it_was() -> None:
    order = unicodedata.normalize("NFD", "OS-Caf\u00e9")

    start = read(StartExecution, {"serviceOrderId": order, "budgetId": "b", "estimatedDuration": 1})

    assert start.service_order_id == order
