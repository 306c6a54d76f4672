"""Conflicts of what is planned, over HTTP."""

from typing import Any

import httpx
import pytest

from activities.mongo.store import Store
from domain.agenda.intervals import Interval
from domain.bay.lifecycle import BayStatus
from domain.bay.state import BayClosure
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import PlanState
from domain.technician.events import TimeOffKind
from domain.technician.lifecycle import TechnicianStatus
from domain.technician.state import TimeOff
from tests.api.answers import CLOSURES, problem
from tests.api.schedule.workshop import Workshop, booking, planned
from tests.domain.agenda.builders import pattern
from tests.domain.planning.builders import at, time

CONFLICTS = "/api/v1/schedule/conflicts"
NINE, TEN = time("11-30", "09:00-10:00"), time("11-30", "10:00-11:00")


async def conflicts(
    http: httpx.AsyncClient, first: str = "2026-11-30", last: str = "2026-12-04"
) -> list[tuple[Any, ...]]:
    """Kind, resource, execution, and the time from when on, of each."""
    answer = await http.get(f"{CONFLICTS}?from={first}&to={last}")
    assert answer.status_code == 200, answer.text
    return [
        (each["kind"], each.get("resource"), each["executionId"], each["from"][5:16])
        for each in answer.json()["conflicts"]
    ]


async def test_bookings_of_somebody_inactive_are_listed_one_by_one(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    """Of the contract's case 15."""
    times = [time(day, "09:00-10:00") for day in ("11-30", "12-01", "12-02")]
    over = booking("e0", time("11-27", "09:00-10:00"))
    bookings = [booking(f"e{number}", each) for number, each in enumerate(times, 1)]
    await workshop.technician("ana", over, *bookings, status=TechnicianStatus.INACTIVE)
    await workshop.bay("lift-1", bookings[0], status=BayStatus.INACTIVE)

    found = await conflicts(http, "2026-11-23", "2026-12-04")

    assert found == [
        ("INACTIVE", "bay-lift-1", "e1", "11-30T12:00"),
        ("INACTIVE", "technician-ana", "e1", "11-30T12:00"),
        ("INACTIVE", "technician-ana", "e2", "12-01T12:00"),
        ("INACTIVE", "technician-ana", "e3", "12-02T12:00"),
    ]


async def test_bookings_outside_of_changed_shifts_are_listed(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    """Of the contract's case 15: only what lies outside, unless that is on purpose."""
    long = booking("e1", time("11-30", "08:00-12:00"), time("11-30", "13:00-15:00"))
    overtime = booking("e2", time("11-30", "18:00-19:00"), outside_shift=True)
    week = pattern("MON 08:00-12:00", "MON 13:00-14:00", "TUE 08:00-12:00")
    await workshop.technician(
        "ana", long, overtime, booking("e3", time("12-01", "09:00-10:00")), patterns=(week,)
    )

    answer = await http.get(f"{CONFLICTS}?from=2026-11-30&to=2026-12-04")

    assert answer.json()["conflicts"] == [
        {
            "kind": "OUTSIDE_SHIFT",
            "resource": "technician-ana",
            "executionId": "e1",
            "serviceOrderId": "os-e1",
            "from": "2026-11-30T17:00:00Z",
            "to": "2026-11-30T18:00:00Z",
        }
    ]
    assert answer.json()["asOf"] == "2026-11-30T10:00:00Z"


async def test_bookings_in_times_off_and_closures_are_listed(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    off = TimeOff(
        time_off_id="ana-1", kind=TimeOffKind.SICK, from_=NINE.start, to=at("11-30 09:30")
    )
    closure = BayClosure(closure_id="lift-1-1", from_=TEN.start, to=TEN.end)
    tuesday = booking("e2", time("12-01", "09:00-10:00"), outside_shift=True)
    await workshop.technician("ana", booking("e1", NINE), tuesday, time_off=(off,))
    await workshop.technician("bruno", booking("e3", time("12-01", "10:00-11:00")))
    await workshop.bay("lift-1", booking("e1", Interval(NINE.start, TEN.end)), closures=(closure,))
    await http.put(f"{CLOSURES}/2026-12-01", json={"name": "Inventory"})

    found = await conflicts(http)

    assert found == [
        ("TIME_OFF", "technician-ana", "e1", "11-30T12:00"),
        ("CLOSURE", "bay-lift-1", "e1", "11-30T13:00"),
        ("OUTSIDE_SHIFT", "technician-bruno", "e3", "12-01T13:00"),
    ]


async def test_plans_that_could_not_have_their_time_are_listed(
    http: httpx.AsyncClient, store: Store
) -> None:
    plan: dict[str, Any] = {"state": PlanState.CONFLICT, "problem": "ana is taken"}
    await store.save(planned("e1", NINE, **plan))
    await store.save(planned("e2", NINE, status=ExecutionStatus.CANCELLED, **plan))
    await store.save(planned("e3", time("12-07", "09:00-10:00"), **plan))

    body = (await http.get(f"{CONFLICTS}?from=2026-11-30&to=2026-12-04")).json()

    assert body["conflicts"] == [
        {
            "kind": "NOT_BOOKED",
            "executionId": "e1",
            "serviceOrderId": "os-e1",
            "from": "2026-11-30T12:00:00Z",
            "to": "2026-11-30T13:00:00Z",
            "problem": "ana is taken",
        }
    ]


@pytest.mark.parametrize("status", [ExecutionStatus.IN_PROGRESS, ExecutionStatus.PAUSED])
async def test_work_that_goes_on_beyond_its_time_is_in_the_way_of_the_next(
    http: httpx.AsyncClient, workshop: Workshop, store: Store, status: ExecutionStatus
) -> None:
    before = time("11-27", "16:00-17:00")
    await store.save(planned("e1", before, status=status, bay_id="lift-1"))
    await workshop.technician("ana", booking("e1", before), booking("e2", NINE), booking("e3", TEN))
    await workshop.bay("lift-1", booking("e1", before), booking("e4", time("12-01", "08:00-12:00")))

    found = await conflicts(http)
    friday = await conflicts(http, "2026-11-27", "2026-11-29")

    assert found == [
        ("OVERRUN", "technician-ana", "e1", "11-30T12:00"),
        ("OVERRUN", "bay-lift-1", "e1", "12-01T11:00"),
    ]
    assert friday == []


async def test_work_that_is_in_nobodys_way_is_no_conflict(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    over, on_time = time("11-27", "16:00-17:00"), time("11-30", "06:30-07:30")
    await store.save(planned("e1", over, status=ExecutionStatus.IN_PROGRESS))
    await store.save(planned("e2", over, status=ExecutionStatus.COMPLETED))
    await store.save(
        planned("e3", on_time, status=ExecutionStatus.IN_PROGRESS, technician_ids=("bruno",))
    )
    await workshop.technician("ana", booking("e1", over))
    await workshop.technician("bruno", booking("e3", on_time, outside_shift=True))

    assert await conflicts(http) == []


async def test_conflicts_are_asked_for_a_range_of_days(http: httpx.AsyncClient) -> None:
    too_long = await http.get(f"{CONFLICTS}?from=2026-01-01&to=2026-03-05")

    problem(too_long, 422, "range-too-long")
    problem(await http.get(CONFLICTS), 422, "invalid-request")
