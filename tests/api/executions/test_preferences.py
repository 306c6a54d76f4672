"""What a client may ask for beside the command itself: repeats, waiting, freshness, signals."""

import asyncio

import httpx
import pytest

from tests.api.answers import BASE, NEW, problem, shown
from tests.api.temporal_fake import ExecutionEngine

KEY = {"Idempotency-Key": "key-1"}


async def test_a_repeat_under_the_same_key_gets_the_first_answer(
    http: httpx.AsyncClient, existing: str
) -> None:
    first = await http.patch(f"{existing}/start", headers=KEY)
    await http.patch(f"{existing}/pause")

    again = await http.patch(f"{existing}/start", headers=KEY)

    assert shown(again) == shown(first)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_another_command_under_the_same_key_is_not_valid(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/assign", json={"technicianId": "t-1"}, headers=KEY)

    other_body = await http.patch(f"{existing}/assign", json={"technicianId": "t-2"}, headers=KEY)
    other_route = await http.patch(f"{existing}/start", headers=KEY)

    problem(other_body, 422, "key-reused")
    problem(other_route, 422, "key-reused")
    assert shown(await http.get(existing))["technicianId"] == "t-1"


async def test_a_refused_command_can_be_sent_again_under_its_key(
    http: httpx.AsyncClient, existing: str
) -> None:
    problem(await http.patch(f"{existing}/pause", headers=KEY), 409)
    await http.patch(f"{existing}/start")

    again = await http.patch(f"{existing}/pause", headers=KEY)

    assert shown(again)["status"] == "PAUSED"


async def test_keys_of_two_executions_do_not_meet(http: httpx.AsyncClient, existing: str) -> None:
    other = await http.post(BASE, json={**NEW, "serviceOrderId": "os-2", "budgetId": "b-2"})
    await http.patch(f"{existing}/start", headers=KEY)

    answer = await http.patch(f"{other.headers['Location']}/start", headers=KEY)

    assert shown(answer)["serviceOrderId"] == "os-2"
    assert "Idempotency-Replayed" not in answer.headers


async def test_without_a_key_nothing_is_called_a_repeat(
    http: httpx.AsyncClient, existing: str
) -> None:
    answers = [
        await http.patch(f"{existing}/assign", json={"technicianId": "t-1"}) for _ in range(2)
    ]

    assert all("Idempotency-Replayed" not in answer.headers for answer in answers)
    assert shown(answers[0]) == shown(answers[1])


async def test_a_command_waits_until_its_snapshot_can_be_read(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.hold_deliveries()
    command = asyncio.create_task(http.patch(f"{existing}/start"))
    await engine.taken.wait()
    assert not command.done()

    await engine.release_deliveries()
    answer = await command

    assert "X-Snapshot" not in answer.headers
    assert shown(await http.get(existing)) == shown(answer)


@pytest.mark.usefixtures("impatient")
async def test_a_command_whose_snapshot_is_late_answers_all_the_same(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.hold_deliveries()

    answer = await http.patch(f"{existing}/start")

    assert answer.headers["X-Snapshot"] == "pending"
    assert shown(answer)["status"] == "IN_PROGRESS"
    assert shown(await http.get(existing))["status"] == "SCHEDULED"


@pytest.mark.usefixtures("impatient")
async def test_a_creation_whose_snapshot_is_late_answers_all_the_same(
    http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    engine.hold_deliveries()

    answer = await http.post(BASE, json=NEW)
    await engine.release_deliveries()

    assert answer.headers["X-Snapshot"] == "pending"
    assert shown(answer, 201) == shown(await http.get(answer.headers["Location"]))


@pytest.mark.usefixtures("blind")
async def test_a_snapshot_that_cannot_be_looked_for_is_as_good_as_late(
    http: httpx.AsyncClient,
) -> None:
    created = await http.post(BASE, json=NEW)
    started = await http.patch(f"{created.headers['Location']}/start")

    assert created.headers["X-Snapshot"] == started.headers["X-Snapshot"] == "pending"
    assert (shown(created, 201)["version"], shown(started)["version"]) == (1, 2)


@pytest.mark.parametrize("prefer", ["wait=0", "WAIT=0", "handling=lenient, wait=0"])
async def test_a_client_can_prefer_not_to_wait(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str, prefer: str
) -> None:
    engine.hold_deliveries()

    answer = await http.patch(f"{existing}/start", headers={"Prefer": prefer})

    assert shown(answer)["status"] == "IN_PROGRESS"
    assert answer.headers["Preference-Applied"] == "wait=0"


async def test_a_command_can_be_sent_as_a_signal(http: httpx.AsyncClient, existing: str) -> None:
    answer = await http.patch(f"{existing}/start", headers={"Prefer": "respond-async"})

    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["Location"] == existing
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert shown(await http.get(existing))["status"] == "IN_PROGRESS"


async def test_a_signal_that_may_not_be_carried_out_is_dropped(
    http: httpx.AsyncClient, existing: str
) -> None:
    answer = await http.patch(f"{existing}/complete", headers={"Prefer": "respond-async"})

    assert answer.status_code == 202
    assert shown(await http.get(existing))["version"] == 1


async def test_an_unknown_preference_is_ignored(http: httpx.AsyncClient, existing: str) -> None:
    answer = await http.patch(f"{existing}/start", headers={"Prefer": "colour=red"})

    assert shown(answer)["status"] == "IN_PROGRESS"
    assert "Preference-Applied" not in answer.headers


@pytest.mark.usefixtures("impatient")
async def test_a_reader_can_insist_on_a_version(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.hold_deliveries()
    await http.patch(f"{existing}/start", headers={"Prefer": "wait=0"})

    late = await http.get(existing, params={"minVersion": 2})
    await engine.release_deliveries()
    fresh = await http.get(existing, params={"minVersion": 2})

    assert (late.headers["X-Snapshot"], shown(late)["version"]) == ("pending", 1)
    assert ("X-Snapshot" in fresh.headers, shown(fresh)["version"]) == (False, 2)


async def test_a_strong_read_asks_the_workflow(
    http: httpx.AsyncClient, engine: ExecutionEngine, existing: str
) -> None:
    engine.hold_deliveries()
    await http.patch(f"{existing}/start", headers={"Prefer": "wait=0"})

    strong = await http.get(existing, params={"consistency": "strong"})

    assert shown(strong)["version"] == 2


async def test_a_strong_read_of_an_ended_execution_is_its_last_snapshot(
    http: httpx.AsyncClient, existing: str
) -> None:
    await http.patch(f"{existing}/cancel", json={"reason": "gone"})

    strong = await http.get(existing, params={"consistency": "strong"})

    assert shown(strong)["status"] == "CANCELLED"
