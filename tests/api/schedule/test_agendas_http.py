"""Agendas of technicians and of bays, over HTTP, with what is booked in them."""

from typing import Any

import httpx

from domain.agenda.intervals import Interval
from domain.bay.state import BayClosure
from domain.kernel.values import evolve
from domain.technician.events import TimeOffKind
from domain.technician.state import TimeOff
from tests.api.answers import BAYS, TECHNICIANS, problem
from tests.api.schedule.workshop import Workshop, booking
from tests.domain.planning.builders import at, time

MONDAY = "agenda?from=2026-11-30&to=2026-11-30"


def spans(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["from"], each["to"]) for each in found]


async def test_an_agenda_has_the_blocks_of_plans_and_what_they_leave_free(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    e1 = booking("e1", time("11-30", "11:00-12:00"), time("11-30", "13:00-15:00"), bay_id="lift-1")
    gone = evolve(booking("e2", time("11-30", "08:00-09:00")), released=True)
    off = TimeOff(
        time_off_id="ana-1", kind=TimeOffKind.OTHER, from_=at("11-30 16:00"), to=at("11-30 17:00")
    )
    await workshop.technician("ana", e1, gone, time_off=(off,))

    agenda = (await http.get(f"{TECHNICIANS}/ana/{MONDAY}")).json()

    assert agenda["blocks"][0] == {
        "from": "2026-11-30T14:00:00Z",
        "to": "2026-11-30T15:00:00Z",
        "executionId": "e1",
        "serviceOrderId": "os-e1",
        "bayId": "lift-1",
        "planRevision": 1,
    }
    assert spans(agenda["blocks"][1:]) == [("2026-11-30T16:00:00Z", "2026-11-30T18:00:00Z")]
    assert spans(agenda["free"]) == [
        ("2026-11-30T11:00:00Z", "2026-11-30T14:00:00Z"),
        ("2026-11-30T18:00:00Z", "2026-11-30T19:00:00Z"),
    ]
    assert (agenda["technicianId"], agenda["freeMinutes"]) == ("ana", 240)
    assert [each["timeOffId"] for each in agenda["timeOff"]] == ["ana-1"]


async def test_blocks_are_cut_to_the_days_that_are_asked_for(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    await workshop.bay("lift-1", booking("e1", time("11-30", "11:00-23:00")))
    overnight = booking("e2", Interval(at("11-30 20:00"), at("12-01 09:00")))
    await workshop.bay("pit-2", overnight)

    lift = (await http.get(f"{BAYS}/lift-1/agenda?from=2026-12-01&to=2026-12-01")).json()
    pit = (await http.get(f"{BAYS}/pit-2/agenda?from=2026-12-01&to=2026-12-01")).json()

    assert lift["blocks"] == []
    assert spans(pit["blocks"]) == [("2026-12-01T03:00:00Z", "2026-12-01T12:00:00Z")]
    assert spans(pit["free"]) == [("2026-12-01T12:00:00Z", "2026-12-02T03:00:00Z")]


async def test_a_bay_is_free_at_any_hour_but_for_its_closures(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    closure = BayClosure(closure_id="lift-1-1", from_=at("11-30 06:00"), to=at("11-30 09:00"))
    await workshop.bay("lift-1", booking("e1", time("11-30", "10:00-12:00")), closures=(closure,))

    agenda = (await http.get(f"{BAYS}/lift-1/{MONDAY}")).json()

    assert spans(agenda["free"]) == [
        ("2026-11-30T03:00:00Z", "2026-11-30T09:00:00Z"),
        ("2026-11-30T12:00:00Z", "2026-11-30T13:00:00Z"),
        ("2026-11-30T15:00:00Z", "2026-12-01T03:00:00Z"),
    ]
    assert [each["closureId"] for each in agenda["closures"]] == ["lift-1-1"]
    assert agenda["freeMinutes"] == (6 + 1 + 12) * 60


async def test_an_inactive_bay_is_never_free(http: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.bay("lift-1")
    await http.put(f"{BAYS}/pit-2")
    await http.patch(f"{BAYS}/pit-2/deactivate")

    free = [
        (await http.get(f"{BAYS}/{each}/{MONDAY}")).json()["free"] for each in ("lift-1", "pit-2")
    ]

    assert [len(each) for each in free] == [1, 0]


async def test_a_bays_agenda_has_an_end(http: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.bay("lift-1")

    backwards = await http.get(f"{BAYS}/lift-1/agenda?from=2026-12-01&to=2026-11-30")
    too_long = await http.get(f"{BAYS}/lift-1/agenda?from=2026-01-01&to=2026-03-05")

    assert (backwards.json()["blocks"], backwards.json()["free"]) == ([], [])
    problem(too_long, 422, "range-too-long")
    problem(await http.get(f"{BAYS}/lift-1/agenda?from=2026-01-01"), 422, "invalid-request")
    problem(await http.get(f"{BAYS}/lift-9/{MONDAY}"), 404, "bay-not-found")
