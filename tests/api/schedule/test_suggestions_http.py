"""Suggestions of who could do some work and when, over HTTP."""

from typing import Any

import httpx
import pytest

from activities.mongo.store import Store
from domain.technician.lifecycle import TechnicianStatus
from tests.api.answers import CLOSURES, SCHEDULE, problem
from tests.api.schedule.workshop import Workshop, booking, planned
from tests.domain.agenda.builders import pattern
from tests.domain.planning.builders import time

SUGGESTIONS = f"{SCHEDULE}/suggestions"


async def suggested(http: httpx.AsyncClient, **asked: Any) -> list[tuple[str, str, str]]:
    """Technician, start and end, in UTC."""
    answer = await http.post(SUGGESTIONS, json=asked)
    assert answer.status_code == 200, answer.text
    return [
        (each["technicianId"], each["start"][5:16], each["end"][5:16])
        for each in answer.json()["suggestions"]
    ]


async def test_time_that_is_not_in_one_piece_is_not_suggested(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    """The contract's case 16."""
    nine, late = time("11-30", "09:00-10:00"), time("11-30", "11:00-12:00")
    before, after = time("11-30", "08:00-09:00"), time("11-30", "10:00-12:00")
    morning = (pattern("MON 08:00-12:00", "TUE 08:00-12:00"),)
    await workshop.technician("ana", booking("e1", nine), booking("e2", late), patterns=morning)
    await workshop.technician(
        "bruno", booking("e3", before), booking("e4", after), patterns=morning
    )

    found = await suggested(http, durationMinutes=120)
    that_day = await suggested(http, durationMinutes=120, until="2026-12-01T00:00:00-03:00")

    assert found[:2] == [
        ("ana", "12-01T11:00", "12-01T13:00"),
        ("bruno", "12-01T11:00", "12-01T13:00"),
    ]
    assert that_day == []


async def test_a_suggestion_has_all_that_a_plan_needs_and_says_why(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    await workshop.technician("ana", skills="brakes")
    await workshop.technician("bruno", booking("e1", time("11-30", "08:00-09:00")))
    await workshop.technician("carla", skills="brakes", status=TechnicianStatus.INACTIVE)
    await workshop.bay("lift-1", booking("e2", time("11-30", "08:00-11:00")))
    await workshop.bay("lift-2", booking("e3", time("11-30", "08:00-12:00")))

    answer = await http.post(
        SUGGESTIONS,
        json={"durationMinutes": 120, "skills": ["brakes"], "bayKind": "lift", "count": 1},
    )

    assert answer.json() == {
        "asOf": "2026-11-30T10:00:00Z",
        "suggestions": [
            {
                "start": "2026-11-30T14:00:00Z",
                "end": "2026-11-30T17:00:00Z",
                "blocks": [
                    {"from": "2026-11-30T14:00:00Z", "to": "2026-11-30T15:00:00Z"},
                    {"from": "2026-11-30T16:00:00Z", "to": "2026-11-30T17:00:00Z"},
                ],
                "technicianId": "ana",
                "bayId": "lift-1",
                "reasons": [
                    {"code": "EARLIEST", "value": "2026-11-30T17:00:00Z"},
                    {"code": "ONLY_ONE_WITH_SKILL", "value": "brakes"},
                ],
            }
        ],
    }


async def test_an_execution_lends_its_length_its_time_and_its_technician(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    nine = time("11-30", "08:00-10:00")
    await workshop.technician("ana")
    await workshop.technician("bruno", booking("e1", nine))
    await store.save(planned("e1", nine, technician_ids=("bruno",)))

    found = await suggested(http, executionId="e1", count=2)
    other = await suggested(http, executionId="e1", durationMinutes=60, count=1)

    assert found == [
        ("bruno", "11-30T11:00", "11-30T13:00"),
        ("ana", "11-30T11:00", "11-30T13:00"),
    ]
    assert other == [("bruno", "11-30T11:00", "11-30T12:00")]


async def test_what_may_not_be_split_is_not(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician("ana", booking("e2", time("11-30", "08:00-11:00")))
    await store.save(planned("e1", time("12-07", "08:00-10:00"), splittable=False))

    found = await suggested(http, executionId="e1", count=1)

    assert found == [("ana", "11-30T16:00", "11-30T18:00")]


async def test_closed_days_times_off_and_changed_shifts_are_not_suggested(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    """Of the contract's case 15: a booking that shifts have left outside stays, and frees
    nothing."""
    week = (pattern("TUE 08:00-10:00", "WED 08:00-10:00", "THU 08:00-10:00"),)
    await workshop.technician("ana", booking("e1", time("11-30", "08:00-10:00")), patterns=week)
    await http.put(f"{CLOSURES}/2026-12-01", json={"name": "Inventory"})

    found = await suggested(http, durationMinutes=60, count=1)

    assert found == [("ana", "12-02T11:00", "12-02T12:00")]


async def test_work_begins_within_the_window_and_may_end_behind_it(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    await workshop.technician("ana")
    window = {"from": "2026-12-04T16:00:00-03:00", "until": "2026-12-04T16:30:00-03:00"}

    found = await suggested(http, durationMinutes=180, **window)
    past = await suggested(http, durationMinutes=60, until="0001-01-01T00:00:00Z")
    long_ago = await suggested(http, durationMinutes=60, count=1, **{"from": "2020-01-01T00:00Z"})

    assert found == [("ana", "12-04T19:00", "12-07T13:00")]
    assert past == []
    assert long_ago == [("ana", "11-30T11:00", "11-30T12:00")]


@pytest.mark.parametrize("field", ["from", "until"])
async def test_no_date_lies_beyond_the_horizon(http: httpx.AsyncClient, field: str) -> None:
    answer = await http.post(
        SUGGESTIONS, json={"durationMinutes": 60, field: "2027-03-01T00:00:00Z"}
    )

    assert "90 days" in problem(answer, 422, "beyond-horizon")["detail"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"durationMinutes": 0},
        {"durationMinutes": 60, "count": 11},
        {"durationMinutes": 60, "skills": [str(number) for number in range(21)]},
        {"durationMinutes": 60, "from": "2026-12-01T00:00Z", "until": "2026-12-01T00:00Z"},
        {"durationMinutes": 60, "technicianId": "ana"},
    ],
)
async def test_what_cannot_be_asked_is_refused(
    http: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    problem(await http.post(SUGGESTIONS, json=asked), 422, "invalid-request")


async def test_an_unknown_execution_is_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.post(SUGGESTIONS, json={"executionId": "nobody"})

    problem(answer, 404, "execution-not-found")


async def test_nothing_is_written(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    ana = await workshop.technician("ana")

    first, again = [
        await http.post(SUGGESTIONS, json={"durationMinutes": 60}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]

    assert first.json() == again.json()
    assert await store.get(type(ana), ana.aggregate_id) == ana
