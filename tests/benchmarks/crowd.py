"""Many executions open at once: what each takes of the worker's memory, whether a command notices
the others, and how soon the next worker goes on after the end of one."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable

from api.temporal.gateway import Gateway
from api.temporal.pollers import Pollers
from deploy.dev.process import Process
from domain.execution.state import Execution
from tests.benchmarks.bench import Bench, Http
from tests.benchmarks.commands import NO_WAIT, SPACE
from tests.benchmarks.measure import median, memory_kib, timed
from tests.stack.faults import end_by_force
from workflows.contract import TASK_QUEUE, execution_id
from workflows.start_inputs import StartExecution

FEW = 100
CROWDS = (1_000, 10_000)
AT_ONCE = 16
COMMANDS = 300
RESTARTS = 10
PATIENCE = 60.0
REST = 2.0
"""Seconds after which nothing is under way any more."""


async def measure(bench: Bench) -> None:
    worker = bench.stack.process("worker")
    await asyncio.to_thread(worker.restart)  # it remembers what was measured before
    crowd = Crowd(bench)
    await crowd.grows_to(FEW)
    await crowd.latencies()
    empty = memory_kib(worker.pid)
    for size in CROWDS[: 1 if bench.short else None]:
        await crowd.grows_to(size)
        used = memory_kib(worker.pid)
        bench.table.add(
            f"worker's memory with {size:,} executions open",
            f"{used / 1024:.0f} MiB: {(used - empty) / (size - FEW):.0f} KiB for each",
        )
        bench.compare(
            f"PATCH with `wait=0` on any of {size:,} open against always the same {FEW}",
            *await crowd.latencies(),
        )
    for how, end in (("asked to end", Process.stop), ("killed", end_by_force)):
        took = [await crowd.recovers(worker, end) for _ in range(bench.times(RESTARTS))]
        bench.table.add(
            f"worker {how}, the next one started → first command done that the old one knew",
            f"p50 {median(took):.1f} s, max {max(took):.1f} s",
        )


class Crowd:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._gateway = Gateway(bench.client, Execution, Pollers(bench.client, TASK_QUEUE))
        self._ids: list[str] = []

    async def grows_to(self, size: int) -> None:
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._open(room) for _ in range(size - len(self._ids))))
        await asyncio.sleep(REST)

    async def _open(self, room: asyncio.Semaphore) -> None:
        unique = str(uuid.uuid4())
        start = StartExecution(service_order_id=unique, budget_id=unique, estimated_duration=60)
        async with room:
            await self._gateway.start(start)
            self._ids.append(execution_id(unique))
            await self._bench.visible(Execution, self._ids[-1], 1)

    async def latencies(self) -> tuple[list[float], list[float]]:
        """Of commands on any of them and, in turn, on one of the first few."""
        among: list[float] = []
        few: list[float] = []
        http = self._bench.http()
        for _ in range(self._bench.times(COMMANDS)):
            for ids, taken in ((self._ids, among), (self._ids[:FEW], few)):
                with timed(taken):
                    assign(http, random.choice(ids))
                await asyncio.sleep(SPACE)
        return among, few

    async def recovers(self, worker: Process, end: Callable[[Process], None]) -> float:
        """Seconds from the start of the next worker to the first command that is done."""
        known = random.choice(self._ids)
        assign(self._bench.http(), known)
        await asyncio.sleep(REST)
        await asyncio.to_thread(end, worker)
        begun = time.perf_counter()
        worker.start()
        await asyncio.to_thread(self._insist, known)
        took = time.perf_counter() - begun
        await asyncio.to_thread(worker.wait_ready)
        return took

    def _insist(self, execution: str) -> None:
        """Under one key, so that what has been done is not done again."""
        key, deadline = str(uuid.uuid4()), time.monotonic() + PATIENCE
        while True:
            try:
                return assign(self._bench.http(), execution, key)
            except RuntimeError:  # nobody has answered in time
                if time.monotonic() > deadline:
                    raise


def assign(http: Http, execution: str, key: str | None = None) -> None:
    key = key or str(uuid.uuid4())
    headers = {**NO_WAIT, "Idempotency-Key": key}
    http.request("PATCH", f"/executions/{execution}/assign", {"technicianId": key}, headers)
