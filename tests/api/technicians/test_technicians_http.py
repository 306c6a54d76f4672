"""Technicians over HTTP: registered, changed, taken out and back."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from domain.technician.state import Technician
from tests.activities.databases import Database
from tests.api.answers import BASE, NEW, TECHNICIANS, problem
from tests.api.temporal_fake import FakeEngines

ANA, BRUNO = f"{TECHNICIANS}/ana", f"{TECHNICIANS}/bruno"
PROFILE = {"name": "Ana", "number": 7, "subject": "ana@example", "skills": ["brakes"]}
WEEK = {"validFrom": "2026-11-30", "week": [{"day": "MON", "from": "08:00", "to": "12:00"}]}
SICK = {"from": "2026-12-01T09:00:00-03:00", "to": "2026-12-01T11:00:00-03:00", "kind": "SICK"}
KEY = {"Idempotency-Key": "key-1"}


def shown(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The technician in an answer; the version is in the ETag too."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    return body


@pytest.fixture
async def ana(http: httpx.AsyncClient) -> dict[str, Any]:
    return shown(await http.put(ANA, json=PROFILE), 201)


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


async def test_shifts_days_and_times_off_are_set_and_taken_back(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    shown(await http.put(f"{ANA}/shifts", json=WEEK))
    shown(await http.put(f"{ANA}/days/2026-12-24", json={"intervals": []}))
    added = shown(await http.post(f"{ANA}/time-off", json=SICK), 201)
    [off] = added["timeOff"]

    assert added["patterns"] == [WEEK]
    assert added["days"] == {"2026-12-24": []}
    assert (off["from"], off["to"]) == ("2026-12-01T12:00:00Z", "2026-12-01T14:00:00Z")
    assert added["shiftsRevision"] == 2

    removed = await http.delete(f"{ANA}/time-off/{off['timeOffId']}")
    cleared = shown(await http.delete(f"{ANA}/days/2026-12-24"))

    assert (removed.status_code, removed.content) == (204, b"")
    assert (cleared["timeOff"], cleared["days"]) == ([], {})
    problem(await http.delete(f"{ANA}/time-off/none"), 404, "time-off-not-found")


async def test_whole_days_off_are_those_of_the_workshop(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    week = {"from": "2026-12-07", "to": "2026-12-11", "kind": "VACATION"}

    [off] = shown(await http.post(f"{ANA}/time-off", json=week), 201)["timeOff"]

    assert (off["from"], off["to"]) == ("2026-12-07T03:00:00Z", "2026-12-12T03:00:00Z")
    assert (off["firstDay"], off["lastDay"]) == ("2026-12-07", "2026-12-11")
    overlapping = await http.post(f"{ANA}/time-off", json=week | {"from": "2026-12-10"})
    assert problem(overlapping, 409, "time-off-overlap")["timeOffId"] == off["timeOffId"]


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("2026-12-02", "2026-12-01"),
        ("2026-12-01", "2026-12-02T00:00:00Z"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("tomorrow", "2026-12-02"),
    ],
)
async def test_a_time_off_that_is_none_is_refused(
    http: httpx.AsyncClient, ana: dict[str, Any], from_: str, to: str
) -> None:
    sent = {"from": from_, "to": to, "kind": "OTHER"}

    problem(await http.post(f"{ANA}/time-off", json=sent), 422, "invalid-request")
    assert shown(await http.get(ANA))["version"] == 1


@pytest.mark.parametrize(
    "week",
    [
        [{"day": "MON", "from": "08:00", "to": "08:00"}],
        [
            {"day": "MON", "from": "22:00", "to": "02:00"},
            {"day": "TUE", "from": "01:00", "to": "05:00"},
        ],
        [
            {"day": "SUN", "from": "22:00", "to": "02:00"},
            {"day": "MON", "from": "01:00", "to": "05:00"},
        ],
        [{"day": "MON", "from": "08:00", "to": "12:00", "until": "13:00"}],
        [{"day": "FERIADO", "from": "08:00", "to": "12:00"}],
    ],
)
async def test_shifts_that_cannot_be_worked_are_refused(
    http: httpx.AsyncClient, ana: dict[str, Any], week: list[dict[str, str]]
) -> None:
    answer = await http.put(f"{ANA}/shifts", json={"validFrom": "2026-11-30", "week": week})

    problem(answer, 422, "invalid-request")


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


async def test_the_agenda_is_what_weeks_days_closures_and_times_off_leave(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    every_day = [
        {"day": day, "from": "08:00", "to": "12:00"} for day in ("MON", "TUE", "WED", "THU")
    ]
    await http.put(f"{ANA}/shifts", json={"validFrom": "2026-11-30", "week": every_day})
    await http.put(f"{ANA}/days/2026-12-03", json={"intervals": [{"from": "22:00", "to": "02:00"}]})
    await http.put("/api/v1/closures/2026-12-02", json={"name": "Inventory"})
    await http.post(f"{ANA}/time-off", json=SICK)

    agenda = (await http.get(f"{ANA}/agenda?from=2026-11-30&to=2026-12-03")).json()

    assert agenda["timezone"] == "America/Sao_Paulo"
    assert [(each["from"], each["to"]) for each in agenda["free"]] == [
        ("2026-11-30T11:00:00Z", "2026-11-30T15:00:00Z"),
        ("2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z"),
        ("2026-12-01T14:00:00Z", "2026-12-01T15:00:00Z"),
        ("2026-12-04T01:00:00Z", "2026-12-04T03:00:00Z"),  # to the end of the last day
    ]
    assert agenda["freeMinutes"] == 4 * 60 + 2 * 60 + 2 * 60
    assert len(agenda["timeOff"]) == 1


async def test_an_inactive_technician_has_no_free_time(
    http: httpx.AsyncClient, ana: dict[str, Any]
) -> None:
    await http.put(f"{ANA}/shifts", json=WEEK)
    await http.patch(f"{ANA}/deactivate")

    agenda = (await http.get(f"{ANA}/agenda?from=2026-11-30&to=2026-12-06")).json()

    assert (agenda["free"], agenda["freeMinutes"]) == ([], 0)


async def test_an_agenda_has_an_end(http: httpx.AsyncClient, ana: dict[str, Any]) -> None:
    whole = await http.get(f"{ANA}/agenda?from=2026-01-01&to=2026-03-04")
    too_long = await http.get(f"{ANA}/agenda?from=2026-01-01&to=2026-03-05")

    assert whole.status_code == 200
    problem(too_long, 422, "range-too-long")
    problem(await http.get(f"{ANA}/agenda"), 422, "invalid-request")
    problem(await http.get(f"{BRUNO}/agenda?from=2026-01-01&to=2026-01-02"), 404)


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
