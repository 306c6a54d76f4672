"""Plans over HTTP: on the working time of technicians, on bays, and never twice on the same.

Unless said, ana works from Monday to Friday, 08:00-12:00 and 13:00-17:00, three hours behind UTC.
"""

import asyncio
from datetime import UTC, datetime, timedelta
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
from tests.api.answers import BASE, BAYS, NEW, TECHNICIANS, problem, shown
from tests.api.app_client import Frontage
from tests.api.temporal_fake import ExecutionEngine, FakeEngines
from tests.starts import SAO_PAULO

ANA, BRUNO, LIFT = f"{TECHNICIANS}/ana", f"{TECHNICIANS}/bruno", f"{BAYS}/lift"
WORKDAYS = ("MON", "TUE", "WED", "THU", "FRI")
WEEK = [
    {"day": day, "from": begins, "to": ends}
    for day in WORKDAYS
    for begins, ends in (("08:00", "12:00"), ("13:00", "17:00"))
]
TODAY = datetime.now(SAO_PAULO).replace(hour=0, minute=0, second=0, microsecond=0)
MONDAY = TODAY + timedelta(days=14 - TODAY.weekday())
"""Midnight at the start of a Monday that is ahead."""
FRIDAY = MONDAY + timedelta(days=4)


def at(day: datetime, clock: str) -> str:
    """The instant of that time of the day, as clients are shown it."""
    hours, minutes = clock.split(":")
    local = day + timedelta(hours=int(hours), minutes=int(minutes))
    return f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def blocks(*times: tuple[datetime, str, str]) -> list[dict[str, str]]:
    return [{"from": at(day, begins), "to": at(day, ends)} for day, begins, ends in times]


def span(day: datetime, begins: str, ends: str) -> dict[str, str]:
    return {"start": at(day, begins), "end": at(day, ends)}


class Desk:
    """Opens executions, and plans them."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._opened = 0

    async def opened(self, **fields: Any) -> str:
        self._opened += 1
        unique = {"serviceOrderId": f"os-{self._opened}", "budgetId": f"budget-{self._opened}"}
        path: str = (await self._http.post(BASE, json=NEW | unique | fields)).headers["Location"]
        return path

    async def plan(
        self, path: str, start: str, *technicians: str, key: str = "", **fields: Any
    ) -> httpx.Response:
        body = {"start": start, "technicianIds": technicians or ("ana",), **fields}
        headers = {"Idempotency-Key": key} if key else {}
        return await self._http.patch(f"{path}/plan", json=body, headers=headers)

    async def planned(self, start: str, *technicians: str, **fields: Any) -> str:
        path = await self.opened()
        shown(await self.plan(path, start, *technicians, **fields))
        return path


@pytest.fixture
async def desk(http: httpx.AsyncClient) -> Desk:
    for technician in (ANA, BRUNO):
        assert (await http.put(technician, json={})).status_code == 201
        shifts = {"validFrom": "2026-01-01", "week": WEEK}
        assert (await http.put(f"{technician}/shifts", json=shifts)).status_code == 200
    assert (await http.put(LIFT, json={"kind": "LIFT"})).status_code == 201
    return Desk(http)


async def test_a_plan_skips_the_break(desk: Desk) -> None:
    path = await desk.opened()

    body = shown(await desk.plan(path, at(MONDAY, "11:00"), durationMinutes=180))

    plan = body["plan"]
    assert plan["blocks"] == blocks((MONDAY, "11:00", "12:00"), (MONDAY, "13:00", "15:00"))
    assert (plan["state"], plan["revision"]) == ("BOOKED", 1)
    assert (body["scheduledDate"], plan["end"]) == (at(MONDAY, "11:00"), at(MONDAY, "15:00"))
    assert body["technicianId"] == "ana"
    assert not {"planErrands", "planRevision", "planHoldId"} & set(body)


async def test_a_plan_goes_on_after_the_weekend_and_after_a_closure(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    path, next_monday = await desk.opened(), MONDAY + timedelta(days=7)

    first = shown(await desk.plan(path, at(FRIDAY, "15:00"), durationMinutes=300))
    await http.put(f"/api/v1/closures/{next_monday:%Y-%m-%d}", json={"name": "Feriado"})
    second = shown(await desk.plan(path, at(FRIDAY, "15:00"), durationMinutes=300))

    friday = (FRIDAY, "15:00", "17:00")
    assert first["plan"]["blocks"] == blocks(friday, (next_monday, "08:00", "11:00"))
    tuesday = next_monday + timedelta(days=1)
    assert second["plan"]["blocks"] == blocks(friday, (tuesday, "08:00", "11:00"))


async def test_the_same_time_is_planned_once_and_the_refusal_names_the_next_free_one(
    desk: Desk,
) -> None:
    first = await desk.planned(at(MONDAY, "09:00"))
    path = await desk.opened()

    refused = problem(await desk.plan(path, at(MONDAY, "09:30")), 409, "schedule-conflict")

    [conflict] = refused["conflicts"]
    assert (conflict["resource"], conflict["kind"]) == ("technician-ana", "BOOKING")
    assert first.endswith(conflict["executionId"])
    assert refused["nextFree"] == span(MONDAY, "10:00", "11:00")
    shown(await desk.plan(path, refused["nextFree"]["start"]))


async def test_times_that_touch_are_both_free_and_a_millisecond_of_overlap_is_not(
    desk: Desk,
) -> None:
    await desk.planned(at(MONDAY, "10:00"))
    await desk.planned(at(MONDAY, "11:00"))

    late = at(MONDAY, "10:59").replace(":00Z", ":59.999Z")
    problem(await desk.plan(await desk.opened(), late), 409, "schedule-conflict")


async def test_time_off_is_a_conflict_and_the_next_free_time_begins_after_it(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    off = {"from": at(MONDAY, "09:00"), "to": at(MONDAY, "11:00"), "kind": "SICK"}
    await http.post(f"{ANA}/time-off", json=off)

    answer = await desk.plan(await desk.opened(), at(MONDAY, "08:45"), durationMinutes=180)

    refused = problem(answer, 409, "schedule-conflict")
    assert [each["kind"] for each in refused["conflicts"]] == ["TIME_OFF"]
    assert refused["nextFree"]["start"] == at(MONDAY, "11:00")


async def test_somebody_elses_time_off_is_no_conflict(desk: Desk, http: httpx.AsyncClient) -> None:
    off = {"from": f"{MONDAY:%Y-%m-%d}", "to": f"{MONDAY:%Y-%m-%d}", "kind": "VACATION"}
    await http.post(f"{BRUNO}/time-off", json=off)

    await desk.planned(at(MONDAY, "09:00"), "ana")


async def test_a_refusal_by_one_resource_leaves_the_others_free(desk: Desk) -> None:
    await desk.planned(at(MONDAY, "09:00"), "bruno", bayId="lift")
    path = await desk.opened()

    refused = problem(await desk.plan(path, at(MONDAY, "09:00"), bayId="lift"), 409)

    assert {each["resource"] for each in refused["conflicts"]} == {"bay-lift"}
    shown(await desk.plan(path, at(MONDAY, "09:00")))


async def test_a_bay_is_taken_from_the_first_block_to_the_last(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    await desk.planned(at(FRIDAY, "15:00"), durationMinutes=300, bayId="lift")
    saturday = FRIDAY + timedelta(days=1)
    day = {"intervals": [{"from": "09:00", "to": "12:00"}]}
    for technician in (ANA, BRUNO):
        await http.put(f"{technician}/days/{saturday:%Y-%m-%d}", json=day)

    on_the_lift = await desk.plan(await desk.opened(), at(saturday, "10:00"), "bruno", bayId="lift")

    assert problem(on_the_lift, 409)["conflicts"][0]["resource"] == "bay-lift"
    await desk.planned(at(saturday, "10:00"), "ana")


async def test_several_technicians_work_while_all_of_them_do(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    day = {"intervals": [{"from": "10:00", "to": "16:00"}]}
    await http.put(f"{BRUNO}/days/{MONDAY:%Y-%m-%d}", json=day)
    path = await desk.opened()

    body = shown(await desk.plan(path, at(MONDAY, "11:00"), "ana", "bruno", durationMinutes=120))

    taken = blocks((MONDAY, "11:00", "12:00"), (MONDAY, "13:00", "14:00"))
    assert body["plan"]["blocks"] == taken
    problem(await desk.plan(await desk.opened(), at(MONDAY, "13:30"), "bruno"), 409)


async def test_a_start_outside_of_shifts_needs_to_be_meant(desk: Desk) -> None:
    path = await desk.opened()

    problem(await desk.plan(path, at(MONDAY, "20:00")), 409, "outside-shift")
    problem(await desk.plan(path, at(MONDAY, "20:00"), outsideShift=True), 422)
    body = shown(await desk.plan(path, at(MONDAY, "20:00"), outsideShift=True, reason="overtime"))

    assert body["plan"]["blocks"] == blocks((MONDAY, "20:00", "21:00"))
    conflicting = await desk.plan(
        await desk.opened(), at(MONDAY, "20:30"), outsideShift=True, reason="overtime"
    )
    problem(conflicting, 409, "schedule-conflict")  # that is never forced


async def test_a_plan_has_bounds(desk: Desk) -> None:
    path = await desk.opened()

    problem(await desk.plan(path, at(MONDAY, "08:00"), durationMinutes=6_000), 422, "plan-too-long")
    far = MONDAY + timedelta(days=98)
    problem(await desk.plan(path, at(far, "08:00")), 422, "beyond-horizon")
    unsplit = await desk.plan(path, at(MONDAY, "11:00"), durationMinutes=90, splittable=False)
    problem(unsplit, 409, "outside-shift")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"technicianIds": ["nobody"]}, "technician-not-found"),
        ({"bayId": "nowhere"}, "bay-not-found"),
    ],
)
async def test_what_nobody_has_registered_is_not_planned_on(
    desk: Desk, fields: dict[str, Any], code: str
) -> None:
    path = await desk.opened()

    answer = await desk.plan(path, at(MONDAY, "09:00"), **fields)

    problem(answer, 404, code)


async def test_nothing_is_planned_on_the_inactive(desk: Desk, http: httpx.AsyncClient) -> None:
    await http.patch(f"{ANA}/deactivate", json={})

    answer = await desk.plan(await desk.opened(), at(MONDAY, "09:00"))

    problem(answer, 409, "technician-inactive")


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

    [ana] = [each for each in _technicians(engines) if each.technician_id == "ana"]
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


def _technicians(engines: FakeEngines) -> list[Any]:
    return list(engines(Technician).states.values())


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
    [ana] = [each for each in _technicians(engines) if each.technician_id == "ana"]
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
    [ana] = [each for each in _technicians(engines) if each.technician_id == "ana"]
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
