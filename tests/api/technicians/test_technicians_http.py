"""Technicians over HTTP: listed, taken out and back, and told apart from all else."""

from typing import Any

import httpx

from domain.technician.state import Technician
from tests.activities.databases import Database
from tests.api.answers import BASE, NEW, TECHNICIANS, problem
from tests.api.technicians.people import ANA, BRUNO, KEY, WEEK, shown
from tests.api.temporal_fake import FakeEngines


async def test_an_inactive_technician_is_changed_only_by_coming_back(
    http: httpx.AsyncClient, ana: dict[str, Any], engines: FakeEngines
) -> None:
    gone = shown(await http.patch(f"{ANA}/deactivate", json={"reason": "has left"}))
    refused = problem(await http.put(f"{ANA}/shifts", json=WEEK), 409, "invalid-transition")
    again = await http.patch(f"{ANA}/deactivate")
    engines(Technician).forget("technician-ana")  # as Temporal does after its retention
    profile = await http.put(ANA, json={"name": "Eva"})

    assert (gone["active"], gone["statusReason"]) == (False, "has left")
    assert gone["allowedActions"] == ["reactivate"]
    assert refused["currentStatus"] == "INACTIVE"
    problem(again, 409, "invalid-transition")
    problem(profile, 409, "invalid-transition")

    back = shown(await http.patch(f"{ANA}/reactivate"))
    worked = shown(await http.put(f"{ANA}/shifts", json=WEEK))

    assert (back["active"], back["number"], worked["patterns"]) == (True, 7, [WEEK])
    assert "technician-ana" in engines(Technician).runs


async def test_lists_go_by_skill_and_by_whether_they_are_active(http: httpx.AsyncClient) -> None:
    for each, skills in (("ana", ["brakes"]), ("bruno", ["brakes", "tyres"]), ("caio", [])):
        await http.put(f"{TECHNICIANS}/{each}", json={"skills": skills})
    await http.patch(f"{BRUNO}/deactivate")

    async def ids(query: str) -> list[str]:
        body = (await http.get(f"{TECHNICIANS}{query}")).json()
        return [each["technicianId"] for each in body["technicians"]]

    assert await ids("") == ["ana", "bruno", "caio"]
    assert await ids("?skill=brakes") == ["ana", "bruno"]
    assert await ids("?active=true") == ["ana", "caio"]
    assert await ids("?active=false&skill=tyres") == ["bruno"]
    problem(await http.get(f"{TECHNICIANS}?cursor=nonsense"), 400, "bad-cursor")


async def test_a_long_list_comes_in_pages(http: httpx.AsyncClient) -> None:
    for each in range(5):
        await http.put(f"{TECHNICIANS}/t-{each}")

    seen, path = list[str](), f"{TECHNICIANS}?limit=2"
    while path:
        answer = await http.get(path)
        seen += [each["technicianId"] for each in answer.json()["technicians"]]
        path = answer.links.get("next", {}).get("url", "")

    assert seen == [f"t-{each}" for each in range(5)]


async def test_a_spoilt_snapshot_hides_no_other_technician(
    http: httpx.AsyncClient, ana: dict[str, Any], database: Database
) -> None:
    await http.put(BRUNO)
    await database["technicians"].update_one({"_id": "technician-ana"}, {"$set": {"patterns": "?"}})

    body = (await http.get(TECHNICIANS)).json()

    assert [each["technicianId"] for each in body["technicians"]] == ["bruno"]


async def test_the_history_tells_what_was_done_and_what_was_refused(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    await http.put(f"{ANA}/shifts", json=WEEK)
    await http.patch(f"{ANA}/reactivate")

    page = (await http.get(f"{ANA}/history?include=refused")).json()

    assert [each["type"] for each in page["history"]] == ["TechnicianRegistered", "ShiftsChanged"]
    assert [each["code"] for each in page["refused"]] == ["invalid-transition"]
    explained = (await http.get(f"{ANA}/explain")).json()
    assert explained["workflowId"] == "technician-ana"


async def test_who_is_named_like_an_execution_has_nothing_of_it(http: httpx.AsyncClient) -> None:
    execution = await http.post(BASE, json=NEW, headers=KEY)
    url = execution.headers["Location"]
    await http.patch(f"{url}/start", headers={"Idempotency-Key": "key-2"})
    namesake = f"{TECHNICIANS}/{execution.json()['executionId']}"

    shown(await http.put(namesake, headers={"Idempotency-Key": "key-2"}), 201)
    shown(await http.patch(f"{namesake}/deactivate", headers={"Idempotency-Key": "key-3"}))

    told = (await http.get(f"{namesake}/history")).json()["history"]
    assert [each["type"] for each in told] == ["TechnicianRegistered", "TechnicianDeactivated"]
    assert len((await http.get(f"{url}/history")).json()["history"]) == 2
    assert (await http.get(url)).json()["status"] == "IN_PROGRESS"
    problem(await http.patch(f"{BASE}/none/start", headers={"Idempotency-Key": "key-3"}), 404)


async def test_a_command_may_be_sent_as_a_signal(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    answer = await http.put(f"{ANA}/shifts", json=WEEK, headers={"Prefer": "respond-async"})

    assert (answer.status_code, answer.headers["Location"]) == (202, ANA)
    assert shown(await http.get(ANA))["patterns"] == [WEEK]
