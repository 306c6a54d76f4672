"""Work that is carried over to the next day, over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from activities.mongo.store import Store
from domain.execution.commands import Pause, Start
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.kernel.aggregate import Command
from tests.api.answers import SCHEDULE, problem
from tests.api.schedule.workshop import NOW, Workshop, booking, planned
from tests.domain.execution.builders import driven
from tests.domain.planning.builders import at, time

CARRY_OVER = f"{SCHEDULE}/carry-over"
FRIDAY, MONDAY = time("11-27", "15:00-17:00"), time("11-30", "15:00-17:00")


async def carried(http: httpx.AsyncClient, query: str = "") -> list[tuple[Any, ...]]:
    """Execution, what remains of it, and the start of what is proposed."""
    answer = await http.get(f"{CARRY_OVER}{query}")
    assert answer.status_code == 200, answer.text
    return [
        (each["executionId"], each["remainingMinutes"], each.get("nextSlot", {}).get("start"))
        for each in answer.json()["executions"]
    ]


def begun(execution: Execution, since: datetime, paused_after: int | None = None) -> Execution:
    """The execution at work since then, and paused after so many minutes."""
    commands: list[Command[Execution]] = [Start(), *([Pause()] if paused_after else [])]
    return driven(execution, *commands, at=since, step=timedelta(minutes=paused_after or 1))


async def test_what_is_left_of_a_day_is_proposed_for_the_next(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician(
        "ana", booking("e1", FRIDAY), booking("e2", time("11-30", "08:00-09:00"))
    )
    half_done = begun(planned("e1", FRIDAY), FRIDAY.start, paused_after=30)
    await store.save(half_done)

    body = (await http.get(f"{CARRY_OVER}?day=2026-11-27")).json()

    assert (body["day"], body["asOf"]) == ("2026-11-27", "2026-11-30T10:00:00Z")
    assert body["executions"] == [
        {
            "executionId": "e1",
            "serviceOrderId": "os-e1",
            "status": "PAUSED",
            "technicianIds": ["ana"],
            "remainingMinutes": 90,
            "nextSlot": {
                "start": "2026-11-30T12:00:00Z",
                "end": "2026-11-30T13:30:00Z",
                "blocks": [{"from": "2026-11-30T12:00:00Z", "to": "2026-11-30T13:30:00Z"}],
            },
        }
    ]
    assert await store.get(Execution, "e1") == half_done


async def test_what_is_proposed_for_one_is_taken_for_the_next(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician("ana", booking("e1", FRIDAY))
    await store.save(planned("e2", time("11-27", "16:00-17:00")))
    await store.save(planned("e1", FRIDAY))

    found = await carried(http, "?day=2026-11-27")

    assert found == [("e1", 120, "2026-11-30T11:00:00Z"), ("e2", 60, "2026-11-30T13:00:00Z")]


async def test_today_is_meant_where_no_day_is_named(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician("ana", booking("e1", MONDAY))
    await store.save(planned("e1", MONDAY))
    await store.save(planned("e2", time("12-01", "08:00-09:00")))
    await store.save(planned("e3", MONDAY, status=ExecutionStatus.COMPLETED))

    assert await carried(http) == [("e1", 120, "2026-12-01T11:00:00Z")]
    assert await carried(http, "?day=2026-11-29") == []


async def test_work_that_took_longer_leaves_nothing_and_nobodys_work_has_no_slot(
    http: httpx.AsyncClient, workshop: Workshop, store: Store
) -> None:
    await workshop.technician("ana")
    long = time("11-27", "08:00-09:00")
    await store.save(begun(planned("e1", long), long.start, paused_after=240))
    somebody = planned("e2", FRIDAY, technician_ids=("unregistered",))
    await store.save(begun(somebody, NOW - timedelta(minutes=30)))

    found = await carried(http, "?day=2026-11-27")

    assert found == [("e1", 0, None), ("e2", 90, None)]


async def test_a_day_lies_within_the_horizon(http: httpx.AsyncClient) -> None:
    assert at("11-30 07:00") == NOW
    assert await carried(http, "?day=1970-01-01") == []
    problem(await http.get(f"{CARRY_OVER}?day=2027-03-01"), 422, "beyond-horizon")
    problem(await http.get(f"{CARRY_OVER}?day=2199-12-31"), 422, "beyond-horizon")
    problem(await http.get(f"{CARRY_OVER}?day=tomorrow"), 422, "invalid-request")
