"""A what-if, over HTTP."""

from typing import Any

import httpx
import pytest

from activities.mongo.store import Store
from domain.agenda.intervals import Interval
from domain.technician.lifecycle import TechnicianStatus
from tests.api.answers import SCHEDULE, problem
from tests.api.schedule.workshop import Workshop, booking, planned
from tests.domain.planning.builders import at, time

SIMULATE = f"{SCHEDULE}/simulate"
NINE, TEN = time("11-30", "09:00-10:00"), time("11-30", "10:00-11:00")


async def simulated(http: httpx.AsyncClient, *changes: dict[str, Any]) -> dict[str, Any]:
    answer = await http.post(SIMULATE, json={"changes": list(changes)})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def absent(technician_id: str, time_away: Interval) -> dict[str, Any]:
    return {
        "type": "TECHNICIAN_ABSENT",
        "technicianId": technician_id,
        "from": time_away.start.isoformat(),
        "to": time_away.end.isoformat(),
    }


async def test_an_absence_moves_what_is_planned_then(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    ana = await workshop.technician("ana", booking("e1", NINE, bay_id="lift-1"), booking("e2", TEN))
    await workshop.bay("lift-1", booking("e1", NINE), booking("e3", time("11-30", "10:30-13:30")))
    await store.save(planned("e1", NINE, bay_id="lift-1"))

    body = await simulated(http, absent("ana", time("11-30", "09:00-10:00")))

    assert body == {
        "asOf": "2026-11-30T10:00:00Z",
        "moved": [
            {
                "executionId": "e1",
                "technicianId": "ana",
                "from": {"from": "2026-11-30T12:00:00Z", "to": "2026-11-30T13:00:00Z"},
                "to": {"from": "2026-11-30T16:30:00Z", "to": "2026-11-30T17:30:00Z"},
            }
        ],
        "brokenPromises": [],
        "unplaceable": [],
    }
    assert await store.get(type(ana), ana.aggregate_id) == ana


async def test_delays_parts_and_extra_jobs_are_supposed_together(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician("ana", booking("e1", NINE), booking("e2", TEN), skills="brakes")
    await store.save(planned("e1", NINE))
    await store.save(planned("e2", TEN))

    body = await simulated(
        http,
        {"type": "DELAY", "executionId": "e1", "minutes": 60},
        {"type": "PARTS_AT", "executionId": "e2", "at": "2026-11-30T16:00:00Z"},
        {"type": "EXTRA_JOB", "durationMinutes": 60, "promisedAt": "2026-11-30T11:30:00Z"},
        {"type": "EXTRA_JOB", "durationMinutes": 60, "skills": ["painting"]},
    )

    moved = [(each["executionId"], each["to"]["from"][11:16]) for each in body["moved"]]
    assert moved == [("e1", "13:00"), ("e2", "16:00"), ("extra-1", "11:00")]
    assert [each["lateMinutes"] for each in body["brokenPromises"]] == [30]
    assert body["unplaceable"] == [{"executionId": "extra-2", "reason": "NOBODY_WITH_SKILLS"}]


async def test_work_of_two_moves_with_both_and_unsplit_work_stays_in_one_piece(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    both, late = booking("e1", NINE), time("11-30", "10:00-12:00")
    await workshop.technician("ana", both, booking("e2", late))
    await workshop.technician("bruno", both, booking("e3", time("11-30", "10:00-11:00")))
    await store.save(planned("e1", NINE, technician_ids=("ana", "bruno")))
    await store.save(planned("e2", late, splittable=False))

    body = await simulated(http, absent("bruno", NINE), absent("ana", time("11-30", "10:00-11:00")))

    moved = [(each["executionId"], each["to"]["from"][11:16]) for each in body["moved"]]
    assert moved == [("e1", "14:00"), ("e2", "16:00")]


async def test_an_execution_that_is_not_planned_is_named(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician("ana")
    await store.save(planned("e1", NINE))

    body = await simulated(http, {"type": "DELAY", "executionId": "e1", "minutes": 60})

    assert body["unplaceable"] == [{"executionId": "e1", "reason": "NOT_PLANNED"}]


async def test_who_and_what_is_unknown_is_not_found(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    await workshop.technician("ana", status=TechnicianStatus.INACTIVE)
    delay = {"type": "DELAY", "executionId": "nobody", "minutes": 60}

    inactive = await simulated(http, absent("ana", NINE))
    nobody = await http.post(SIMULATE, json={"changes": [absent("nobody", NINE)]})
    nothing = await http.post(SIMULATE, json={"changes": [delay]})

    assert inactive["moved"] == inactive["unplaceable"] == []
    problem(nobody, 404, "technician-not-found")
    problem(nothing, 404, "execution-not-found")


async def test_what_is_supposed_lies_within_the_horizon(
    http: httpx.AsyncClient, workshop: Workshop
) -> None:
    await workshop.technician("ana")
    late = "2027-03-01T00:00:00Z"
    parts = {"type": "PARTS_AT", "executionId": "e1", "at": late}
    away = absent("ana", NINE) | {"to": late}

    for_good = await simulated(http, away)
    refused = [
        await http.post(SIMULATE, json={"changes": [each]})
        for each in (parts, away | {"from": late, "to": "2027-03-02T00:00:00Z"})
    ]

    assert for_good["unplaceable"] == []
    for each in refused:
        problem(each, 422, "beyond-horizon")


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"type": "EARTHQUAKE"}],
        [{"type": "DELAY", "executionId": "e1"}],
        [absent("ana", Interval(at("11-30 10:00"), at("11-30 09:00")))],
        [{"type": "EXTRA_JOB", "durationMinutes": 60}] * 21,
    ],
)
async def test_what_cannot_be_supposed_is_refused(
    http: httpx.AsyncClient, changes: list[dict[str, Any]]
) -> None:
    problem(await http.post(SIMULATE, json={"changes": changes}), 422, "invalid-request")
