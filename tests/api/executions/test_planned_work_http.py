"""Planned work over HTTP: moved, called off, repeated, disrupted, and time held for nobody."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from activities.agendas.planner import Planner
from activities.mongo.client import Database
from activities.probes import Readiness
from api.composition import assembled
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from domain.agenda.resource_commands import DropHold, HoldTime
from domain.bay.state import Bay
from domain.technician.state import Technician
from tests.api.answers import BASE, NEW, TECHNICIANS, problem, shown
from tests.api.app_client import Frontage
from tests.api.executions.planners_desk import (
    ANA,
    FRIDAY,
    LIFT,
    MONDAY,
    Desk,
    at,
    blocks,
    technicians_of,
)
from tests.api.temporal_fake import ExecutionEngine, FakeEngines
from tests.starts import SAO_PAULO


async def test_a_plan_that_moves_gives_its_old_time_back(desk: Desk) -> None:
    path = await desk.planned(at(MONDAY, "09:00"), bayId="lift")

    body = shown(await desk.plan(path, at(MONDAY, "14:00"), "bruno"))

    assert body["plan"]["revision"] == 2
    await desk.planned(at(MONDAY, "09:00"), "ana", bayId="lift")


async def test_a_plan_may_overlap_the_one_that_it_replaces(desk: Desk) -> None:
    path = await desk.planned(at(MONDAY, "09:00"))

    shown(await desk.plan(path, at(MONDAY, "09:30")))


async def test_what_is_called_off_is_free_for_others(desk: Desk, http: httpx.AsyncClient) -> None:
    cancelled = await desk.planned(at(MONDAY, "09:00"))
    unplanned = await desk.planned(at(MONDAY, "10:00"))

    await http.patch(f"{cancelled}/cancel", json={"reason": "sold"})
    body = shown(await http.patch(f"{unplanned}/unplan"))

    assert "plan" not in body
    assert body["scheduledDate"] == at(MONDAY, "10:00")
    await desk.planned(at(MONDAY, "09:00"), durationMinutes=120)


async def test_what_is_refused_by_the_execution_leaves_no_time_held(
    desk: Desk, http: httpx.AsyncClient, engines: FakeEngines
) -> None:
    path = await desk.opened()
    await http.patch(f"{path}/cancel", json={"reason": "sold"})

    problem(await desk.plan(path, at(MONDAY, "09:00")), 409, "invalid-transition")

    [ana] = [each for each in technicians_of(engines) if each.technician_id == "ana"]
    assert (ana.holds, ana.bookings) == ((), ())


async def test_a_repeat_under_the_same_key_is_planned_once(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    path = await desk.opened()

    first = await desk.plan(path, at(MONDAY, "09:00"), key="key-1")
    again = await desk.plan(path, at(MONDAY, "09:00"), key="key-1")

    assert shown(again) == shown(first)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await desk.plan(path, at(MONDAY, "10:00"), key="key-1")
    problem(other, 422, "key-reused")


async def test_only_the_expected_version_is_planned(desk: Desk, http: httpx.AsyncClient) -> None:
    path = await desk.opened()
    body = {"start": at(MONDAY, "09:00"), "technicianIds": ["ana"]}

    stale = await http.patch(f"{path}/plan", json=body, headers={"If-Match": '"7"'})

    problem(stale, 412, "version-mismatch")
    await desk.planned(at(MONDAY, "09:00"))


async def test_who_is_assigned_a_date_is_planned(desk: Desk, http: httpx.AsyncClient) -> None:
    path = await desk.opened()
    await http.patch(f"{path}/schedule", json={"scheduledDate": at(MONDAY, "09:00")})

    assigned = shown(await http.patch(f"{path}/assign", json={"technicianId": "ana"}))
    moved = shown(await http.patch(f"{path}/schedule", json={"scheduledDate": at(MONDAY, "14:00")}))

    assert assigned["plan"]["blocks"] == blocks((MONDAY, "09:00", "10:00"))
    assert moved["plan"]["blocks"] == blocks((MONDAY, "14:00", "15:00"))
    other = await desk.opened(scheduledDate=at(MONDAY, "14:30"))
    problem(await http.patch(f"{other}/assign", json={"technicianId": "ana"}), 409)
    assert "technicianId" not in (await http.get(other)).json()


async def test_work_that_is_opened_for_somebody_on_a_date_is_planned(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    wanted = {"technicianId": "ana", "scheduledDate": at(MONDAY, "09:00")}

    created = shown(await http.post(BASE, json=NEW | wanted), 201)
    unique = {"serviceOrderId": "os-2", "budgetId": "budget-2"}
    second = await http.post(BASE, json=NEW | wanted | unique)

    assert created["plan"]["state"] == "BOOKED"
    problem(second, 409, "schedule-conflict")
    assert shown(await http.post(BASE, json=NEW | unique), 201)["version"] == 1


async def test_whom_nobody_has_registered_works_as_before(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    night = {"scheduledDate": at(MONDAY, "03:00")}
    first = await desk.opened(technicianId="joão", **night)
    second = await desk.opened(technicianId="joão")

    for path in (first, second):
        body = shown(await http.patch(f"{path}/schedule", json=night))
        assert (body["technicianId"], body.get("plan")) == ("joão", None)


async def test_who_has_no_shifts_is_given_work_as_before(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    await http.put(f"{TECHNICIANS}/carla", json={})
    path = await desk.opened(scheduledDate=at(MONDAY, "03:00"))

    body = shown(await http.patch(f"{path}/assign", json={"technicianId": "carla"}))

    assert "plan" not in body


async def test_a_date_in_the_past_is_kept_and_books_nothing(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    past = at(MONDAY - timedelta(days=28), "03:00")
    path = await desk.opened(technicianId="ana")

    body = shown(await http.patch(f"{path}/schedule", json={"scheduledDate": past}))

    assert (body["scheduledDate"], body["plan"]["blocks"]) == (past, [])


async def test_work_is_assigned_without_the_database_that_knows_the_agendas(
    desk: Desk, engine: ExecutionEngine, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: Any) -> bool:
        raise ServerSelectionTimeoutError("down")

    path = await desk.opened(scheduledDate=at(MONDAY, "09:00"))
    monkeypatch.setattr(Planner, "has_agenda", down)

    body = shown(await http.patch(f"{path}/assign", json={"technicianId": "ana"}))

    assert body["plan"]["state"] == "CLAIMING"


async def test_what_disrupts_is_accepted_and_says_whose_work_is_affected(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    path = await desk.planned(at(MONDAY, "09:00"), bayId="lift")
    affected = [{"executionId": path.rsplit("/")[-1]} | blocks((MONDAY, "09:00", "10:00"))[0]]
    off = {"from": at(MONDAY, "09:30"), "to": at(MONDAY, "11:00"), "kind": "SICK"}

    sick = shown(await http.post(f"{ANA}/time-off", json=off), 201)
    closed = shown(
        await http.post(f"{LIFT}/closures", json={"from": off["from"], "to": off["to"]}), 201
    )
    gone = shown(await http.patch(f"{ANA}/deactivate", json={}))

    assert sick["affected"] == closed["affected"] == gone["affected"] == affected
    assert (await http.get(path)).json()["plan"]["state"] == "BOOKED"


async def test_every_suggestion_can_be_planned_at_once(desk: Desk, http: httpx.AsyncClient) -> None:
    """ana is free 08:00-09:00 and 10:00-12:00 on Monday, bruno 09:00-10:00."""
    await desk.planned(at(MONDAY, "09:00"), "ana", bayId="lift")
    for begins, minutes in (("08:00", 60), ("10:00", 120)):
        await desk.planned(at(MONDAY, begins), "bruno", durationMinutes=minutes)
    wanted = {
        "durationMinutes": 120,
        "from": at(MONDAY, "00:00"),
        "until": at(FRIDAY, "17:00"),
        "bayKind": "LIFT",
        "count": 10,
    }

    answer = await http.post("/api/v1/schedule/suggestions", json=wanted)

    suggestions = answer.json()["suggestions"]
    assert len(suggestions) > 1
    assert at(MONDAY, "08:00") not in {each["start"] for each in suggestions}
    for each in suggestions:
        path = await desk.opened()
        fields = {"durationMinutes": 120, "bayId": each["bayId"]}
        planned = shown(await desk.plan(path, each["start"], each["technicianId"], **fields))
        assert planned["plan"]["blocks"] == each["blocks"]
        await http.patch(f"{path}/unplan")


async def test_a_workflow_that_was_ended_by_force_is_named(
    desk: Desk, engines: FakeEngines
) -> None:
    engines(Technician).end("technician-ana")

    answer = await desk.plan(await desk.opened(), at(MONDAY, "09:00"), bayId="lift")

    assert "technician-ana" in problem(answer, 409, "workflow-ended")["detail"]
    assert engines(Bay).states["bay-lift"].holds == ()


async def test_repeats_under_one_key_leave_nothing_held(desk: Desk, engines: FakeEngines) -> None:
    path = await desk.opened()

    plans = [desk.plan(path, at(MONDAY, "09:00"), key="key-1") for _ in range(20)]
    answers = await asyncio.gather(*plans)

    assert {shown(each)["plan"]["revision"] for each in answers} == {1}
    [ana] = [each for each in technicians_of(engines) if each.technician_id == "ana"]
    assert (ana.holds, len(ana.bookings)) == ((), 1)


async def test_only_the_registered_are_given_work_where_that_is_asked_for(
    frontage: Frontage,
    engines: FakeEngines,
    database: Database,
    rules: QueueRules,
    readiness: Readiness,
) -> None:
    planning = PlanningRules(SAO_PAULO, technicians_only=True)
    services = assembled(engines, database, rules, planning)

    async with frontage.of(services, readiness) as strict:
        path = (await strict.post(BASE, json=NEW)).headers["Location"]
        nobody = {"technicianId": "nobody"}
        problem(await strict.patch(f"{path}/assign", json=nobody), 404, "technician-not-found")
        problem(await strict.patch(f"{path}/start", json=nobody), 404, "technician-not-found")
        other = {"serviceOrderId": "os-2", "budgetId": "b-2"}
        problem(await strict.post(BASE, json=NEW | other | nobody), 404, "technician-not-found")
        await strict.put(ANA, json={})
        shown(await strict.patch(f"{path}/assign", json={"technicianId": "ana"}))


async def test_of_ten_executions_planned_at_once_for_one_time_one_has_it(
    desk: Desk, engines: FakeEngines
) -> None:
    paths = [await desk.opened() for _ in range(10)]

    answers = await asyncio.gather(*(desk.plan(each, at(MONDAY, "09:00")) for each in paths))

    refused = [problem(each, 409, "schedule-conflict") for each in answers if each.is_error]
    assert len(refused) == 9
    [ana] = [each for each in technicians_of(engines) if each.technician_id == "ana"]
    assert (len(ana.taken), ana.holds) == (1, ())


async def test_a_time_that_is_held_for_a_plan_which_never_came_is_a_conflict_until_it_lapses(
    desk: Desk, engines: FakeEngines
) -> None:
    path, held_for = await desk.opened(), "of-a-planner-who-died"
    block = {"from": at(MONDAY, "09:00"), "to": at(MONDAY, "10:00")}
    hold = HoldTime.model_validate(
        {"holdId": "h-1", "executionId": held_for, "serviceOrderId": "os-9", "seconds": 60}
        | {"blocks": [block]}
    )
    await engines(Technician).tell("technician-ana", hold)

    refused = problem(await desk.plan(path, at(MONDAY, "09:00")), 409, "schedule-conflict")
    await engines(Technician).tell("technician-ana", DropHold(hold_id="h-1"))

    assert [each["kind"] for each in refused["conflicts"]] == ["HOLD"]
    shown(await desk.plan(path, at(MONDAY, "09:00")))


async def test_what_is_planned_on_somebody_who_has_left_is_listed_until_it_is_planned_anew(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    paths = [await desk.planned(at(MONDAY, clock)) for clock in ("09:00", "10:00", "14:00")]

    left = shown(await http.patch(f"{ANA}/deactivate", json={"reason": "has left"}))

    assert len(left["affected"]) == 3
    for still_listed in (2, 1, 0):
        problem(await desk.plan(paths[-1], at(MONDAY, "16:00")), 409, "technician-inactive")
        shown(await desk.plan(paths.pop(), at(MONDAY, f"{9 + still_listed:02}:00"), "bruno"))
        days = f"from={MONDAY:%Y-%m-%d}&to={MONDAY:%Y-%m-%d}"
        listed = (await http.get(f"/api/v1/schedule/conflicts?{days}")).json()["conflicts"]
        assert {each["executionId"] for each in listed} == {each[-36:] for each in paths}
