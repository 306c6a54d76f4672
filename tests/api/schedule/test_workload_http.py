"""The workload of technicians, over HTTP."""

from typing import Any

import httpx

from domain.agenda.intervals import Interval
from domain.technician.events import TimeOffKind
from domain.technician.lifecycle import TechnicianStatus
from domain.technician.state import TimeOff
from tests.api.answers import CLOSURES, problem
from tests.api.schedule.workshop import Workshop, booking
from tests.domain.agenda.builders import pattern
from tests.domain.planning.builders import at, time

WORKLOAD = "/api/v1/workload"


async def loads(http: httpx.AsyncClient, first: str, last: str) -> dict[str, list[Any]]:
    """Day, capacity, booked and free minutes, by technician."""
    answer = await http.get(f"{WORKLOAD}?from={first}&to={last}")
    assert answer.status_code == 200, answer.text
    return {
        each["technicianId"]: [
            (day["day"][5:], day["capacityMinutes"], day["bookedMinutes"], day["freeMinutes"])
            for day in each["days"]
        ]
        for each in answer.json()["technicians"]
    }


async def test_the_load_is_told_for_each_technician_and_day(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    off = TimeOff(
        time_off_id="ana-1", kind=TimeOffKind.SICK, from_=at("12-01 08:00"), to=at("12-01 12:00")
    )
    await workshop.technician("ana", booking("e1", time("11-30", "09:00-10:30")), time_off=(off,))
    await workshop.technician("bruno", booking("e2", time("11-30", "17:00-18:00")))
    await workshop.technician("carla", status=TechnicianStatus.INACTIVE)
    await http.put(f"{CLOSURES}/2026-12-02", json={"name": "Inventory"})

    found = await loads(http, "2026-11-30", "2026-12-02")

    assert found == {
        "ana": [("11-30", 480, 90, 390), ("12-01", 240, 0, 240), ("12-02", 0, 0, 0)],
        "bruno": [("11-30", 480, 60, 480), ("12-01", 480, 0, 480), ("12-02", 0, 0, 0)],
    }


async def test_a_night_shift_counts_for_both_of_its_days(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    night = (pattern("FRI 22:30-02:00"),)
    await workshop.technician(
        "ana", booking("e1", Interval(at("12-04 23:30"), at("12-05 00:30"))), patterns=night
    )

    found = await loads(http, "2026-12-04", "2026-12-06")

    assert found == {"ana": [("12-04", 90, 30, 60), ("12-05", 120, 30, 90), ("12-06", 0, 0, 0)]}


async def test_the_workload_has_an_end(http: httpx.AsyncClient) -> None:
    whole = await http.get(f"{WORKLOAD}?from=2026-01-01&to=2026-03-04")

    assert whole.json()["technicians"] == []
    assert whole.json()["asOf"] == "2026-11-30T10:00:00Z"
    problem(await http.get(f"{WORKLOAD}?from=2026-01-01&to=2026-03-05"), 422, "range-too-long")
    problem(await http.get(f"{WORKLOAD}?from=today&to=2026-03-05"), 422, "invalid-request")
