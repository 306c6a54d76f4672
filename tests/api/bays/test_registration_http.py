"""Bays over HTTP: registered under ids of their clients, and changed."""

import asyncio
from typing import Any

import httpx
import pytest

from domain.bay.state import Bay
from tests.api.answers import BAYS, TECHNICIANS, problem, shown
from tests.api.bays.places import INSPECTION, KEY, LIFT, PIT, PROFILE
from tests.api.temporal_fake import FakeEngines


async def test_a_put_registers_under_the_clients_own_id(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    assert {name: lift[name] for name in PROFILE} == PROFILE
    assert (lift["bayId"], lift["active"], lift["version"]) == ("lift-1", True, 1)
    assert lift["closures"] == []
    assert shown(await http.get(LIFT)) == lift
    assert shown(await http.get(f"{LIFT}?consistency=strong")) == lift


async def test_the_answer_to_a_registration_says_where_the_bay_is(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.put(LIFT)

    assert (answer.status_code, answer.headers["Location"]) == (201, LIFT)


async def test_another_put_replaces_the_profile(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    changed = shown(await http.put(LIFT, json={"kind": "alignment"}))

    assert (changed["kind"], changed["version"]) == ("ALIGNMENT", 2)
    assert "name" not in changed


async def test_the_same_put_again_changes_nothing(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    assert shown(await http.put(LIFT, json=PROFILE), 201)["version"] == 1


async def test_a_bay_that_the_database_knows_is_not_registered_again(
    http: httpx.AsyncClient, lift: dict[str, Any], engines: FakeEngines
) -> None:
    engines(Bay).forget("bay-lift-1")

    problem(await http.put(LIFT, json={}), 409, "workflow-ended")
    assert shown(await http.get(LIFT))["version"] == 1


async def test_a_repeat_under_a_key_gets_the_first_answer(http: httpx.AsyncClient) -> None:
    first = shown(await http.put(LIFT, json=PROFILE, headers=KEY), 201)
    await http.post(f"{LIFT}/closures", json=INSPECTION)

    again = await http.put(LIFT, json=PROFILE, headers=KEY)
    other = await http.put(LIFT, json={"kind": "PIT"}, headers=KEY)

    assert shown(again, 201) == first
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(other, 422, "key-reused")


async def test_twenty_puts_at_once_register_one(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(http.put(LIFT, json=PROFILE) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert {shown(answer, 201)["version"] for answer in answers} == {1}


@pytest.mark.parametrize("url", [PIT, f"{TECHNICIANS}/lift-1"])
async def test_a_key_registers_one_thing(http: httpx.AsyncClient, url: str) -> None:
    shown(await http.put(LIFT, headers=KEY), 201)

    problem(await http.put(url, headers=KEY), 422, "key-reused")


@pytest.mark.parametrize("tag", ['"1"', "*"])
async def test_who_expects_a_version_registers_nothing(http: httpx.AsyncClient, tag: str) -> None:
    answer = await http.put(LIFT, json=PROFILE, headers={"If-Match": tag})

    problem(answer, 404, "bay-not-found")


async def test_a_change_is_bound_to_a_version(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    problem(await http.put(LIFT, json={}, headers={"If-Match": '"7"'}), 412, "version-mismatch")
    shown(await http.put(LIFT, json={}, headers={"If-Match": '"1"'}))


@pytest.mark.parametrize("wrong", ["a b", "a" * 65, "é", "a%2Fb"])
async def test_an_id_is_of_characters_that_stand_for_themselves(
    http: httpx.AsyncClient, wrong: str
) -> None:
    assert (await http.put(f"{BAYS}/{wrong}", json=PROFILE)).status_code in {404, 422}


@pytest.mark.parametrize("profile", [{"name": "x" * 201}, {"kind": "x" * 65}, {"colour": "red"}])
async def test_a_profile_that_cannot_be_is_refused(
    http: httpx.AsyncClient, profile: dict[str, Any]
) -> None:
    problem(await http.put(LIFT, json=profile), 422, "invalid-request")
    problem(await http.get(LIFT), 404, "bay-not-found")
