"""Bays over HTTP: listed, taken out and back, and told apart from all else."""

from typing import Any

import httpx

from domain.bay.state import Bay
from tests.activities.databases import Database
from tests.api.answers import BAYS, TECHNICIANS, problem, shown
from tests.api.bays.places import INSPECTION, LIFT, PIT
from tests.api.temporal_fake import FakeEngines


async def test_an_inactive_bay_is_changed_only_by_coming_back(
    http: httpx.AsyncClient, lift: dict[str, Any], engines: FakeEngines
) -> None:
    gone = shown(await http.patch(f"{LIFT}/deactivate", json={"reason": "is worn out"}))
    refused = await http.post(f"{LIFT}/closures", json=INSPECTION)
    again = await http.patch(f"{LIFT}/deactivate")
    engines(Bay).forget("bay-lift-1")  # as Temporal does after its retention
    profile = await http.put(LIFT, json={"kind": "PIT"})

    assert (gone["active"], gone["statusReason"]) == (False, "is worn out")
    assert gone["allowedActions"] == ["reactivate"]
    assert problem(refused, 409, "invalid-transition")["currentStatus"] == "INACTIVE"
    problem(again, 409, "invalid-transition")
    problem(profile, 409, "invalid-transition")

    back = shown(await http.patch(f"{LIFT}/reactivate"))
    closed = shown(await http.post(f"{LIFT}/closures", json=INSPECTION), 201)

    assert (back["active"], back["kind"], len(closed["closures"])) == (True, "LIFT", 1)
    assert "bay-lift-1" in engines(Bay).runs


async def test_lists_go_by_kind_and_by_whether_they_are_active(http: httpx.AsyncClient) -> None:
    for each, kind in (("lift-1", "lift"), ("lift-2", "LIFT"), ("pit-1", "PIT")):
        await http.put(f"{BAYS}/{each}", json={"kind": kind})
    await http.patch(f"{BAYS}/lift-2/deactivate")

    async def ids(query: str) -> list[str]:
        body = (await http.get(f"{BAYS}{query}")).json()
        return [each["bayId"] for each in body["bays"]]

    assert await ids("") == ["lift-1", "lift-2", "pit-1"]
    assert await ids("?kind=Lift") == ["lift-1", "lift-2"]
    assert await ids("?active=true") == ["lift-1", "pit-1"]
    assert await ids("?active=false&kind=LIFT") == ["lift-2"]
    problem(await http.get(f"{BAYS}?cursor=nonsense"), 400, "bad-cursor")


async def test_a_long_list_comes_in_pages(http: httpx.AsyncClient) -> None:
    for each in range(5):
        await http.put(f"{BAYS}/b-{each}")

    seen, path = list[str](), f"{BAYS}?limit=2"
    while path:
        answer = await http.get(path)
        seen += [each["bayId"] for each in answer.json()["bays"]]
        path = answer.links.get("next", {}).get("url", "")

    assert seen == [f"b-{each}" for each in range(5)]


async def test_a_spoilt_snapshot_hides_no_other_bay(
    http: httpx.AsyncClient, lift: dict[str, Any], database: Database
) -> None:
    await http.put(PIT)
    await database["bays"].update_one({"_id": "bay-lift-1"}, {"$set": {"closures": "?"}})

    body = (await http.get(BAYS)).json()

    assert [each["bayId"] for each in body["bays"]] == ["pit-2"]


async def test_the_history_tells_what_was_done_and_what_was_refused(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    await http.post(f"{LIFT}/closures", json=INSPECTION)
    await http.patch(f"{LIFT}/reactivate")

    page = (await http.get(f"{LIFT}/history?include=refused")).json()
    explained = (await http.get(f"{LIFT}/explain")).json()

    assert [each["type"] for each in page["history"]] == ["BayRegistered", "BayClosed"]
    assert [each["code"] for each in page["refused"]] == ["invalid-transition"]
    assert explained["workflowId"] == "bay-lift-1"
    assert (await http.post(f"{LIFT}/retry-delivery")).status_code == 202


async def test_a_bay_has_nothing_of_a_technician_of_the_same_id(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "key-2"}
    shown(await http.put(LIFT), 201)
    shown(await http.put(f"{TECHNICIANS}/lift-1"), 201)

    shown(await http.patch(f"{LIFT}/deactivate", headers=key))
    shown(await http.patch(f"{TECHNICIANS}/lift-1/deactivate", headers=key))
    shown(await http.patch(f"{LIFT}/reactivate"))

    told = (await http.get(f"{LIFT}/history")).json()["history"]
    assert [each["type"] for each in told] == ["BayRegistered", "BayDeactivated", "BayReactivated"]
    assert shown(await http.get(f"{TECHNICIANS}/lift-1"))["active"] is False


async def test_a_command_may_be_sent_as_a_signal(
    http: httpx.AsyncClient, lift: dict[str, Any]
) -> None:
    headers = {"Prefer": "respond-async"}

    answer = await http.post(f"{LIFT}/closures", json=INSPECTION, headers=headers)

    assert (answer.status_code, answer.headers["Location"]) == (202, LIFT)
    assert len(shown(await http.get(LIFT))["closures"]) == 1
