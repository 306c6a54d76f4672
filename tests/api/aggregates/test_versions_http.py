"""ETag, If-Match and If-None-Match: who writes says what they have read."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.api.answers import problem, shown
from tests.api.fila.fila import id_in, item, problema
from tests.api.temporal_fake import ExecutionEngine


def matching(*tags: str) -> dict[str, str]:
    return {"If-Match": ", ".join(tags)}


async def test_a_command_for_the_present_version_is_carried_out(
    http: httpx.AsyncClient, existing: str
) -> None:
    read = await http.get(existing)

    answer = await http.patch(f"{existing}/start", headers=matching(read.headers["ETag"]))

    assert shown(answer)["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("tags", [('"1"', '"7"'), ("*",), ('W/"9"', '"1"')])
async def test_one_of_several_versions_is_enough(
    http: httpx.AsyncClient, existing: str, tags: tuple[str, ...]
) -> None:
    answer = await http.patch(f"{existing}/start", headers=matching(*tags))

    assert shown(answer)["version"] == 2


@pytest.mark.parametrize("tag", ['"2"', '"x"', '""', 'W/"1"', '"1", W/"2"'])
async def test_a_command_for_another_version_changes_nothing(
    http: httpx.AsyncClient, existing: str, tag: str
) -> None:
    await http.patch(f"{existing}/assign", json={"technicianId": "t-1"})

    answer = await http.patch(f"{existing}/pause", headers=matching(tag.replace('"2"', '"3"')))

    assert problem(answer, 412, "version-mismatch")["currentVersion"] == 2
    assert shown(await http.get(existing))["version"] == 2


async def test_of_twenty_writers_that_have_read_the_same_one_wins(
    http: httpx.AsyncClient, existing: str
) -> None:
    answers = await asyncio.gather(
        *(
            http.patch(
                f"{existing}/assign", json={"technicianId": f"t-{each}"}, headers=matching('"1"')
            )
            for each in range(20)
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 19}
    assert shown(await http.get(existing))["version"] == 2


async def test_a_repeat_of_what_was_done_is_not_held_against_the_version_it_made(
    http: httpx.AsyncClient, existing: str
) -> None:
    headers = {"Idempotency-Key": "key-1", **matching('"1"')}
    first = await http.patch(f"{existing}/start", headers=headers)

    again = await http.patch(f"{existing}/start", headers=headers)

    assert shown(again) == shown(first)


async def test_an_ended_execution_has_a_version_too(http: httpx.AsyncClient, existing: str) -> None:
    await http.patch(f"{existing}/cancel", json={"reason": "sold"})

    answer = await http.patch(f"{existing}/start", headers=matching('"1"'))

    assert problem(answer, 412, "version-mismatch")["currentVersion"] == 2


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("malformed", ["1", '"1', '"1" "2"', "*, *", 'w/"1"', '"é"'])
async def test_what_is_no_entity_tag_is_not_valid(
    http: httpx.AsyncClient, existing: str, header: str, malformed: str
) -> None:
    headers = [(header.encode(), malformed.encode())]

    reading = header == "If-None-Match"
    answer = await (
        http.get(existing, headers=headers)
        if reading
        else http.patch(f"{existing}/start", headers=headers)
    )

    problem(answer, 422, "invalid-request")


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"9", "1"', "*"])
@pytest.mark.parametrize("query", ["", "?consistency=strong", "?minVersion=1"])
async def test_a_reader_who_knows_the_version_is_told_just_that(
    http: httpx.AsyncClient, existing: str, known: str, query: str
) -> None:
    answer = await http.get(existing + query, headers={"If-None-Match": known})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == '"1"'
    assert "Cache-Control" not in answer.headers


async def test_a_reader_who_knows_an_older_version_is_shown_the_present_one(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/start")

    answer = await http.get(existing, headers={"If-None-Match": '"1"'})

    assert shown(answer)["version"] == 2


async def test_an_item_of_the_queue_has_versions_too(http: httpx.AsyncClient, queued: str) -> None:
    body = {"prioridade": "ALTA"}

    done = await http.patch(f"{queued}/prioridade", json=body, headers=matching('"1"'))
    late = await http.delete(queued, headers=matching('"1"'))
    known = await http.get(queued, headers={"If-None-Match": '"2"'})

    assert item(done)["versao"] == 2
    assert problema(late, 412, "version-mismatch")["currentVersion"] == 2
    assert known.status_code == 304


async def test_no_browser_keeps_an_item_whose_position_moves_without_a_version(
    http: httpx.AsyncClient, queued: str
) -> None:
    answers = [
        await http.get(queued),
        await http.get("/fila-execucao/ordem-servico/7"),
        await http.post(f"{queued}/iniciar-diagnostico", json={"mecanico_responsavel_id": 1}),
    ]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert {id_in(queued)} == {item(answer)["fila_id"] for answer in answers}


async def test_a_signal_for_another_version_is_dropped(
    http: httpx.AsyncClient, existing: str, engine: ExecutionEngine
) -> None:
    headers = {"Prefer": "respond-async", **matching('"7"')}

    answer = await http.patch(f"{existing}/start", headers=headers)

    assert answer.status_code == 202
    assert [state.version for state in engine.states.values()] == [1]
