"""Reads over HTTP against a bare FastAPI route that asks the same of the same driver."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from deploy.dev.ports import HOST, Ports
from tests.benchmarks.bench import Bench
from tests.benchmarks.load import rate
from tests.benchmarks.measure import cpu_ms, median
from tests.benchmarks.subjects import execution
from tests.conftest import eventually

CONNECTIONS = 16
EACH = 30
ROUNDS = 21
LISTED = 20


async def measure(bench: Bench) -> None:
    ids = [execution(bench).aggregate_id for _ in range(LISTED)]
    async with bare_api(bench) as (port, pid):
        await _compare(bench, "GET by id", lambda n: f"/executions/{ids[n]}", port, pid)
        newest = f"/executions?limit={LISTED}&count=false"
        await _compare(bench, f"list of {LISTED}", lambda _: newest, port, pid)


@asynccontextmanager
async def bare_api(bench: Bench) -> AsyncIterator[tuple[int, int]]:
    """The port and the process id of the bare application while it runs."""
    port = Ports.free().api
    environ = {**os.environ, **bench.stack.env, "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.bare_api", env=environ
    )
    try:
        await eventually(lambda: _listens(port))
        yield port, process.pid
    finally:
        process.terminate()
        await process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


async def _compare(
    bench: Bench, what: str, path: Callable[[int], str], bare_port: int, bare_pid: int
) -> None:
    """The two in turn."""
    ours, bare, used = list[float](), list[float](), list[dict[str, float]]()
    pids = {"api": bench.stack.process("api").pid, "bare": bare_pid}
    for _ in range(bench.times(ROUNDS)):
        before = cpu_ms(pids)
        bare.append(await rate(bare_port, path, CONNECTIONS, EACH))
        api = await rate(bench.stack.ports.api, lambda n: f"/api/v1{path(n)}", CONNECTIONS, EACH)
        ours.append(api)
        spent = cpu_ms(pids)
        used.append({name: (spent[name] - before[name]) / (CONNECTIONS * EACH) for name in pids})
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    bench.table.add(
        f"{what}, {CONNECTIONS} connections",
        f"{median(ours):.0f}/s against {median(bare):.0f}/s for a bare FastAPI route, "
        f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); CPU ms "
        + " against ".join(f"{median([u[name] for u in used]):.2f}" for name in pids),
    )
