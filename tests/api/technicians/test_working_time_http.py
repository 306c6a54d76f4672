"""Shifts, single days, times off and the agenda that they leave, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.api.answers import problem
from tests.api.technicians.people import ANA, BRUNO, SICK, WEEK, shown


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
