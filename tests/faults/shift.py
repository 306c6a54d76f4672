"""Mechanics and bays that are at work while something is broken, each by a plan of the seed's; some
ask for what is not allowed."""

import asyncio
import random

from tests.faults.crowd import ACTIONS, Crowd
from tests.stack.customer import Document
from tests.stack.workshop import PATH

RATE = 20
"""Commands a second of all of them together: what keeps a small machine busy, not more."""
PER_BAY = 10
"""Executions to each item of the queue."""
UNRULY = 0.15
"""Share of requests for what is not allowed."""
ENDING = {"complete", "cancel", "mark_invoiced"}
STEPS: list[tuple[str, Document]] = [
    ("iniciar-diagnostico", {"mecanico_responsavel_id": 7}),
    ("finalizar-diagnostico", {"diagnostico": "Freios"}),
    ("iniciar-reparo", {"mecanico_responsavel_id": 7}),
    ("finalizar-reparo", {"observacoes_reparo": "Pastilhas novas"}),
]


class Shift:
    """A shift that works on so many executions all the time, each with so many commands at least.
    Once it is `calm`, what has been begun is brought to its end, and nothing else is begun."""

    def __init__(self, crowd: Crowd, executions: int, commands: int) -> None:
        self._crowd, self._executions, self._commands = crowd, executions, commands
        self._pause = executions / RATE
        self.calm = asyncio.Event()

    async def work(self) -> None:
        mechanics = [self._mechanic(self._dice()) for _ in range(self._executions)]
        bays = [self._bay(self._dice()) for _ in range(1 + self._executions // PER_BAY)]
        await asyncio.gather(*mechanics, *bays)

    def _dice(self) -> random.Random:
        return random.Random(self._crowd.key())

    async def _rest(self, dice: random.Random) -> None:
        await asyncio.sleep(2 * self._pause * dice.random())

    async def _mechanic(self, dice: random.Random) -> None:
        await self._live(dice)
        while not self.calm.is_set():
            await self._live(dice)

    async def _live(self, dice: random.Random) -> None:
        """Half of the executions stay open until it is calm."""
        seen, stays, done = await self._crowd.opens(), dice.random() < 0.5, 0
        while done < self._commands or (stays and not self.calm.is_set()):
            await self._rest(dice)
            answer = await self._crowd.acts(seen["id"], _next(seen, dice))
            seen = answer.json() if answer.is_success else seen
            done += 1
        for action in ("complete", "mark_invoiced"):
            if action in seen["allowedActions"] and dice.random() < 0.5:
                seen = (await self._crowd.acts(seen["id"], action)).json()

    async def _bay(self, dice: random.Random) -> None:
        await self._repair(dice)
        while not self.calm.is_set():
            await self._repair(dice)

    async def _repair(self, dice: random.Random) -> None:
        path = f"{PATH}/{await self._crowd.queues()}"
        for step, body in STEPS:
            await self._rest(dice)
            await self._crowd.insist("POST", f"{path}/{step}", body, url=self._crowd.root)


def _next(seen: Document, dice: random.Random) -> str:
    allowed: list[str] = [
        each for each in seen["allowedActions"] if each in ACTIONS and each not in ENDING
    ]
    if dice.random() < UNRULY or not allowed:
        refused = sorted(ACTIONS.keys() - set(seen["allowedActions"]))
        return dice.choice(refused or allowed)
    return dice.choice(allowed)
