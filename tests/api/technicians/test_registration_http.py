"""Technicians over HTTP: registered under ids of their clients, and changed."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.activities.databases import Database
from tests.api.answers import TECHNICIANS, problem
from tests.api.technicians.people import ANA, BRUNO, KEY, PROFILE, WEEK, shown


async def test_a_put_registers_under_the_clients_own_id(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    assert {name: ana[name] for name in PROFILE} == PROFILE
    assert (ana["technicianId"], ana["active"], ana["version"]) == ("ana", True, 1)
    assert shown(await http.get(ANA)) == ana
    assert shown(await http.get(f"{ANA}?consistency=strong")) == ana


async def test_another_put_replaces_the_profile(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    answer = await http.put(ANA, json={"name": "Ana Souza"})

    changed = shown(answer)
    assert (changed["name"], changed["version"]) == ("Ana Souza", 2)
    assert not {"number", "subject"} & changed.keys()


async def test_the_same_put_again_changes_nothing(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    assert shown(await http.put(ANA, json=PROFILE), 201)["version"] == 1


async def test_a_put_may_have_no_body(http: httpx.AsyncClient) -> None:
    assert shown(await http.put(ANA), 201)["skills"] == []


async def test_a_repeat_under_a_key_gets_the_first_answer(http: httpx.AsyncClient) -> None:
    first = shown(await http.put(ANA, json=PROFILE, headers=KEY), 201)
    await http.put(f"{ANA}/shifts", json=WEEK)

    again = await http.put(ANA, json=PROFILE, headers=KEY)
    other = await http.put(ANA, json={"name": "Eva"}, headers=KEY)

    assert shown(again, 201) == first
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(other, 422, "key-reused")


async def test_twenty_puts_at_once_register_one(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(http.put(ANA, json=PROFILE) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert {shown(answer, 201)["version"] for answer in answers} == {1}


@pytest.mark.parametrize("tag", ['"1"', "*"])
async def test_who_expects_a_version_registers_nobody(http: httpx.AsyncClient, tag: str) -> None:
    answer = await http.put(ANA, json=PROFILE, headers={"If-Match": tag})

    problem(answer, 404, "technician-not-found")


async def test_a_change_is_bound_to_a_version(http: httpx.AsyncClient, ana: dict[str, Any]) -> None:
    problem(await http.put(ANA, json={}, headers={"If-Match": '"7"'}), 412, "version-mismatch")
    shown(await http.put(ANA, json={}, headers={"If-Match": '"1"'}))


@pytest.mark.parametrize("field", ["number", "subject"])
async def test_a_number_and_a_subject_belong_to_one_technician(
    http: httpx.AsyncClient, ana: dict[str, Any], field: str
) -> None:
    taken = problem(await http.put(BRUNO, json={field: PROFILE[field]}), 409, "technician-taken")

    assert (taken["technicianId"], taken["field"]) == ("ana", field)
    problem(await http.get(BRUNO), 404, "technician-not-found")


async def test_a_number_stays_taken_though_its_claim_was_lost(
    http: httpx.AsyncClient, ana: dict[str, Any], database: Database
) -> None:
    await database["claims"].delete_many({})

    problem(await http.put(BRUNO, json={"number": 7}), 409, "technician-taken")
    shown(await http.put(ANA, json=PROFILE), 201)


async def test_a_key_registers_one_technician(http: httpx.AsyncClient) -> None:
    shown(await http.put(ANA, headers=KEY), 201)

    problem(await http.put(BRUNO, headers=KEY), 422, "key-reused")


async def test_what_a_technician_gives_up_is_free_for_another(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    shown(await http.put(ANA, json={"number": 8}))

    shown(await http.put(BRUNO, json={"number": 7, "subject": "ana@example"}), 201)
    problem(await http.put(BRUNO, json={"number": 8}), 409, "technician-taken")


async def test_a_refused_change_claims_nothing(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    await http.put(ANA, json=PROFILE | {"number": 9}, headers={"If-Match": '"7"'})

    shown(await http.put(BRUNO, json={"number": 9}), 201)


async def test_of_twenty_who_want_a_number_one_gets_it(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(http.put(f"{TECHNICIANS}/t-{each}", json={"number": 7}) for each in range(20))
    )

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


@pytest.mark.parametrize("wrong", ["a b", "a" * 65, "é", "a%2Fb"])
async def test_an_id_is_of_characters_that_stand_for_themselves(
    http: httpx.AsyncClient, wrong: str
) -> None:
    assert (await http.put(f"{TECHNICIANS}/{wrong}", json=PROFILE)).status_code in {404, 422}


@pytest.mark.parametrize(
    "profile",
    [
        {"number": 0},
        {"number": 7.5},
        {"name": "x" * 201},
        {"skills": [f"s-{each}" for each in range(21)]},
        {"skills": "brakes"},
        {"colour": "red"},
    ],
)
async def test_a_profile_that_cannot_be_is_refused(
    http: httpx.AsyncClient, profile: dict[str, Any]
) -> None:
    problem(await http.put(ANA, json=profile), 422, "invalid-request")
    problem(await http.get(ANA), 404, "technician-not-found")
