"""Planners: they plan executions on the floor's agendas, change their mind, and have some planned
by signals, for which nobody has held any time."""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from tests.faults.crowd import Crowd
from tests.faults.floor import Floor, instant
from tests.stack.customer import Document
from workflows.contract import execution_workflow_id

RATE, HASTE = 3.0, 10.0
"""Commands a second of all of them together: beside mechanics and bays, and alone."""
AT_ONCE = 0.1
"""Share of plans that begin at once, so that what ends early has used a part of its time."""
ACTIONS = {
    "plan": 12,
    "signal_plan": 3,
    "signal_assign": 1,
    "assign": 1,
    "schedule": 1,
    "unplan": 2,
    "time_off": 1,
    "finish": 2,
    "cancel": 1,
}
"""Shares of what is done to an execution that is open."""
ENDS = {"finish", "cancel"}
NEEDS = {"unplan": "unplan", "schedule": "schedule"}
"""Names under which an execution must allow them."""


class Planners:
    """Planners, who work until it is `calm`, each with so many commands at least. They
    use any of the APIs."""

    def __init__(
        self,
        crowd: Crowd,
        floor: Floor,
        temporal: Client,
        urls: Sequence[str],
        count: int,
        commands: int,
        rate: float,
    ) -> None:
        self._crowd, self._floor, self._temporal, self._urls = crowd, floor, temporal, urls
        self._count, self._commands, self._pause = count, commands, count / rate
        self._hours = 4 + 2 * count
        self.calm = asyncio.Event()

    async def work(self) -> None:
        dice = [random.Random(self._crowd.key()) for _ in range(self._count)]
        await asyncio.gather(*map(self._planner, dice))

    async def _planner(self, dice: random.Random) -> None:
        done = 0
        while done < self._commands or not self.calm.is_set():
            done += await self._execution(dice, self._commands - done)

    async def _execution(self, dice: random.Random, left: int) -> int:
        """Plans one execution until it is over, or until all is done; the number of commands."""
        seen, done = await self._crowd.opens(), 0
        while done < left or not self.calm.is_set():
            await asyncio.sleep(2 * self._pause * dice.random())
            action = _chosen(dice, seen)
            seen = await self._acts(dice, seen, action)
            done += 1
            if action in ENDS:
                break
        return done

    async def _acts(self, dice: random.Random, seen: Document, action: str) -> Document:
        """The execution as it is known afterwards."""
        wanted = self._wanted(dice, seen)
        others = [each for each in self._floor.technicians if each != seen.get("technicianId")]
        person = {"technicianId": dice.choice(others)}
        bodies: dict[str, Document] = {
            "plan": wanted,
            "assign": person,
            "schedule": {"scheduledDate": wanted["start"]},
            "cancel": {"reason": "sold the car"},
        }
        match action:
            case "time_off":
                await self._takes_time_off(wanted)
            case "signal_plan" | "signal_assign":
                name = action.removeprefix("signal_")
                await self._signals(seen["id"], name, bodies[name])
            case "finish":
                await self._crowd.acts(seen["id"], "start")
                return await self._told(dice, seen, "complete", None)
            case _:
                return await self._told(dice, seen, action, bodies.get(action))
        return await self._sees(seen)

    def _wanted(self, dice: random.Random, seen: Document) -> dict[str, Any]:
        """By the clock that the workflows are told, whatever ours says."""
        created = datetime.fromisoformat(seen["createdAt"])
        since = created.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        body = self._floor.wanted(dice, since, self._hours)
        return body | ({"start": instant(created)} if dice.random() < AT_ONCE else {})

    async def _told(
        self, dice: random.Random, seen: Document, action: str, body: Document | None
    ) -> Document:
        path, url = f"/executions/{seen['id']}/{action}", dice.choice(self._urls)
        answer = await self._crowd.insist("PATCH", path, body, url=url)
        return dict(answer.json()) if answer.is_success else await self._sees(seen)

    async def _sees(self, seen: Document) -> Document:
        """The state in its workflow, once all signals have come to it."""
        path = f"/executions/{seen['id']}?consistency=strong"
        return dict((await self._crowd.insist("GET", path, None)).json())

    async def _takes_time_off(self, wanted: Document) -> None:
        begin = datetime.fromisoformat(wanted["start"])
        body = {
            "from": instant(begin),
            "to": instant(begin + timedelta(minutes=wanted["durationMinutes"])),
            "kind": "SICK",
        }
        path = f"/technicians/{wanted['technicianIds'][0]}/time-off"
        await self._crowd.insist("POST", path, body)

    async def _signals(self, execution: str, name: str, body: Document) -> None:
        """Again and again until Temporal has it."""
        key = self._crowd.key()
        handle = self._temporal.get_workflow_handle(execution_workflow_id(execution))
        while True:
            try:
                return await handle.signal(name, args=[body, {"key": key, "correlationId": key}])
            except RPCError:
                await asyncio.sleep(0.2)


def _chosen(dice: random.Random, seen: Document) -> str:
    allowed = seen["allowedActions"]
    able = [each for each in ACTIONS if NEEDS.get(each, "cancel") in allowed]
    return dice.choices(able, [ACTIONS[each] for each in able])[0]
