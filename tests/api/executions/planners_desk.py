"""Desk of a planner, and the days and times of the workshop that it is in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from domain.technician.state import Technician
from tests.api.answers import BASE, BAYS, NEW, TECHNICIANS, shown
from tests.api.temporal_fake import FakeEngines
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


def technicians_of(engines: FakeEngines) -> list[Any]:
    return list(engines(Technician).states.values())
