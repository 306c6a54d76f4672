"""One run of one experiment: who works meanwhile, what is broken, and what is left of it."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from pymongo.errors import PyMongoError
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from tests.conftest import eventually
from tests.faults.crowd import Crowd
from tests.faults.evidence import Evidence, Sight
from tests.faults.floor import Floor
from tests.faults.invariants import Verdict, Violation, judge
from tests.faults.ledger import Ledger
from tests.faults.observer import Witness, connected
from tests.faults.planners import HASTE, RATE, Planners
from tests.faults.shift import Shift
from tests.faults.site import HOLD_SECONDS, Site
from tests.stack.customer import Order
from tests.stack.faults import bring_back, crash
from tests.stack.listener import Listener
from workflows.contract import execution_workflow_id

SETTLES_WITHIN = HOLD_SECONDS + 90.0
FAR_AHEAD = 40
"""Days: nobody else plans as far."""
LOOKS_EVERY = 0.1
SLOWEST_LOOK = 2.0
HEALS_WITHIN = 90.0
PATIENCE = 120.0
PER_PLANNER = 5
"""Mechanics' executions to each planner."""
LEAST_PLANNERS = 2


@dataclass(frozen=True)
class Size:
    """Size of one run: how much is done and broken. Unless it is `patient`, it does not wait until
    held time that nobody has used is free again."""

    executions: int
    commands: int
    times: int
    outage: float
    messages: int
    patient: bool = True


SHORT = Size(executions=4, commands=3, times=1, outage=2.0, messages=30, patient=False)
LONG = Size(executions=20, commands=8, times=4, outage=15.0, messages=200)
FULL = Size(executions=200, commands=4, times=10, outage=60.0, messages=2_000)


@dataclass
class Trial:
    site: Site
    size: Size
    dice: random.Random
    ledger: Ledger
    crowd: Crowd
    listener: Listener
    witness: Witness
    temporal: Client
    floor: Floor
    regular: str
    """An execution that has been open since before anything was broken, and is at rest."""
    begun: float = field(default_factory=time.monotonic)
    recoveries: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """A crowd is at work inside, and has finished after."""
        shift = Shift(self.crowd, self.size.executions, self.size.commands)
        count = max(LEAST_PLANNERS, self.size.executions // PER_PLANNER)
        planners = self._planners(count, RATE)
        async with _working(shift), _working(planners):
            yield

    @asynccontextmanager
    async def planning(self) -> AsyncIterator[None]:
        """Planners alone are at work inside, so many and so fast that they are in each other's
        way."""
        planners = self._planners(self.size.executions, HASTE)
        async with _working(planners):
            yield
        self.notes.append(f"plans were answered {dict(sorted(self.ledger.plans.items()))}")

    def _planners(self, count: int, rate: float) -> Planners:
        commands, urls = self.size.commands, self.site.api_urls
        return Planners(self.crowd, self.floor, self.temporal, urls, count, commands, rate)

    async def crash(self, name: str) -> None:
        """Kill -9 and another one, and how long it takes until all is well."""
        since = time.monotonic()
        await asyncio.to_thread(crash, self.site.stack, name)
        await self.heals(since)

    async def restart(self, name: str) -> None:
        """In good order."""
        since = time.monotonic()
        await asyncio.to_thread(self.site.stack.process(name).stop)
        await asyncio.to_thread(bring_back, self.site.stack, name)
        await self.heals(since)

    @asynccontextmanager
    async def second(self, name: str) -> AsyncIterator[None]:
        """Another worker or consumer beside the first."""
        another = await asyncio.to_thread(self.site.starts, f"{name}-2")
        try:
            yield
        finally:
            await asyncio.to_thread(another.stop)

    async def heals(self, since: float) -> None:
        """Waits until a command is done, can be read, and is on the bus."""
        done = Sight(
            self.regular,
            (await self.crowd.acts(self.regular, "assign")).json()["version"],
            "SCHEDULED",
        )
        await eventually(lambda: done in self.witness.seen, within=HEALS_WITHIN)
        await self.listener.all_of(self.regular, done.version, within=HEALS_WITHIN)
        self.recoveries.append(time.monotonic() - since)

    async def planned_by_signal(self, day: int) -> None:
        """Waits until a plan that nobody has held time for has got it, on a day far ahead."""
        execution = (await self.crowd.opens())["id"]
        handle = self.temporal.get_workflow_handle(execution_workflow_id(execution))
        far = datetime.now(UTC) + timedelta(days=FAR_AHEAD + day)
        key = self.crowd.key()
        origin = {"key": key, "correlationId": key}
        await handle.signal("plan", args=[self.floor.slots(far, 1)[0], origin])

        async def state() -> str:
            return str((await handle.query("snapshot"))["plan"]["state"])

        await eventually(state, lambda known: known == "BOOKED", within=HEALS_WITHIN)

    def times_are_right(self) -> None:
        minutes = int(time.monotonic() - self.begun) // 60 + 1
        self.ledger.outrages += self.witness.wrong_times(minutes)

    async def told(self, order: Order, since: float | None = None) -> None:
        """Waits until the service order's execution is on the bus."""
        await self.listener.hears(order.id, "ExecutionScheduled", within=HEALS_WITHIN)
        if since is not None:
            self.recoveries.append(time.monotonic() - since)

    async def settled(self) -> Verdict:
        """The faults that are left, as soon as there are none, or after a good while."""
        deadline, pause = time.monotonic() + SETTLES_WITHIN, LOOKS_EVERY
        verdict = Verdict((Violation("I1", "it could not be read what is left"),), 0)
        while verdict.may_settle and time.monotonic() < deadline:
            with suppress(PyMongoError, RPCError, WorkflowQueryFailedError):
                verdict = judge(self._with_holds_to_wait_for(await self.witness.evidence()))
            await asyncio.sleep(pause)
            pause = min(2 * pause, SLOWEST_LOOK)
        return verdict

    def _with_holds_to_wait_for(self, evidence: Evidence) -> Evidence:
        """Holds that have lapsed, or will soon; others were made by a clock that was put back."""
        now = datetime.now(UTC)
        latest = now + timedelta(seconds=HOLD_SECONDS) if self.size.patient else now
        return replace(evidence, agendas=[each.held_until(latest) for each in evidence.agendas])


@asynccontextmanager
async def _working(crew: Shift | Planners) -> AsyncIterator[None]:
    work = asyncio.create_task(crew.work())
    try:
        yield
        crew.calm.set()
        await work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


Experiment = Callable[[Trial], Awaitable[None]]


@dataclass(frozen=True)
class Outcome:
    """`commands` is how many were acknowledged, messages included."""

    verdict: Verdict
    commands: int
    recoveries: tuple[float, ...]
    notes: tuple[str, ...]


@asynccontextmanager
async def trial(site: Site, size: Size, seed: str) -> AsyncIterator[Trial]:
    dice, ledger = random.Random(seed), Ledger()
    bus_name = site.env["EVENT_BUS_NAME"]
    patience = PATIENCE + size.outage
    crowd = Crowd(site.stack.api_url, dice, ledger, site.aws, bus_name, patience)
    with Listener(site.aws, bus_name) as listener:
        temporal = await connected(site)
        witness = Witness(site, ledger, temporal, listener)
        watching = asyncio.create_task(witness.watch())
        try:
            regular = (await crowd.opens())["id"]
            floor = await Floor.opened(crowd)
            yield Trial(
                site, size, dice, ledger, crowd, listener, witness, temporal, floor, regular
            )
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            witness.close()
            await crowd.close()


async def outcome(site: Site, experiment: Experiment, size: Size, seed: str) -> Outcome:
    """Result of one run; a failure is part of it, and never raised. On one site no two runs may
    have the same seed: they would ask for the same."""
    async with trial(site, size, seed) as run:
        failed: list[Violation] = []
        try:
            await experiment(run)
        except (Exception, pytest.fail.Exception) as failure:
            failed = [Violation("P", f"{type(failure).__name__}: {failure}")]
        verdict = await run.settled()
        violations = (*failed, *verdict.violations)
        return Outcome(
            Verdict(violations, verdict.repeats),
            len(run.ledger.answered) + len(run.ledger.sent),
            tuple(run.recoveries),
            tuple(run.notes),
        )
