"""The floor of a trial: technicians who work round the clock but for an hour, and bays."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any, Self

from tests.faults.crowd import Crowd

TECHNICIANS, BAYS = 4, 2
VALID_FROM = "2026-01-05"
HOURS = (("00:00", "12:00"), ("13:00", "00:00"))
"""Work of an hour and more is split by the break."""
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
STEP = timedelta(minutes=30)
LENGTHS = (30, 60, 90)
"""Minutes."""
TOGETHER, IN_A_BAY, OUTSIDE_SHIFTS = 0.3, 0.4, 0.3
"""Shares of plans with two technicians, with a bay, and of those that no break interrupts."""
URGENT = {"outsideShift": True, "reason": "it is urgent"}


@dataclass(frozen=True)
class Floor:
    technicians: Sequence[str]
    bays: Sequence[str]

    @classmethod
    async def opened(cls, crowd: Crowd) -> Self:
        name = crowd.key()[:8]
        floor = cls(
            [f"t-{name}-{number}" for number in range(TECHNICIANS)],
            [f"b-{name}-{number}" for number in range(BAYS)],
        )
        crowd.knows_resources(
            *(f"technician-{each}" for each in floor.technicians),
            *(f"bay-{each}" for each in floor.bays),
        )
        for bay in floor.bays:
            await crowd.insist("PUT", f"/bays/{bay}", {})
        await asyncio.gather(*(_engaged(crowd, each) for each in floor.technicians))
        return floor

    def slots(self, since: datetime, count: int) -> list[dict[str, Any]]:
        """Bodies of so many plans that are in nobody's way, each of an hour with one technician;
        those of the first two are in a bay."""
        hour = since.replace(minute=0, second=0, microsecond=0)
        bays = dict(zip(self.technicians, self.bays, strict=False))
        people = islice(cycle(self.technicians), count)
        return [
            {
                "start": instant(hour + timedelta(hours=1 + number // len(self.technicians))),
                "durationMinutes": 60,
                "technicianIds": [each],
                **({"bayId": bays[each]} if each in bays else {}),
                **URGENT,
            }
            for number, each in enumerate(people)
        ]

    def wanted(self, dice: random.Random, since: datetime, hours: int) -> dict[str, Any]:
        """The body of a plan within so many hours; plans collide often."""
        people = dice.sample(self.technicians, 2 if dice.random() < TOGETHER else 1)
        body = {
            "start": instant(since + STEP * dice.randrange(2 * hours)),
            "durationMinutes": dice.choice(LENGTHS),
            "technicianIds": people,
        }
        body |= URGENT if dice.random() < OUTSIDE_SHIFTS else {}
        return body | ({"bayId": dice.choice(self.bays)} if dice.random() < IN_A_BAY else {})


def instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _engaged(crowd: Crowd, technician: str) -> None:
    week = [{"day": day, "from": begin, "to": end} for day in DAYS for begin, end in HOURS]
    path = f"/technicians/{technician}"
    await crowd.insist("PUT", path, {})
    await crowd.insist("PUT", f"{path}/shifts", {"validFrom": VALID_FROM, "week": week})
