"""Plans over HTTP: on the working time of technicians, on bays, and never twice on the same.

Unless said, ana works from Monday to Friday, 08:00-12:00 and 13:00-17:00, three hours behind UTC.
"""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.answers import problem, shown
from tests.api.executions.planners_desk import (
    ANA,
    BRUNO,
    FRIDAY,
    MONDAY,
    Desk,
    at,
    blocks,
    span,
)


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
