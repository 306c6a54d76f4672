"""Commands over HTTP against the bare engine."""

import asyncio
import time

from tests.benchmarks.bench import Bench, Http, command_at, in_tasks, in_threads
from tests.benchmarks.measure import cpu_ms, median, percentile, timed

NO_WAIT = {"Prefer": "wait=0"}
SPACED = 150
SPACE = 0.03
"""Seconds between commands, so that each finds everything at rest."""
CLIENTS = 16
EACH = 40
ROUNDS = 3


async def measure(bench: Bench) -> None:
    await _spaced(bench)
    await _readable(bench)
    await _side_by_side(bench)


def _patch(
    http: Http, execution_id: str, turn: int, headers: dict[str, str] | None = None
) -> dict[str, object]:
    action = command_at(turn).ACTION
    answer: dict[str, object] = http.request(
        "PATCH", f"/executions/{execution_id}/{action}", headers=headers
    )
    return answer


async def _spaced(bench: Bench) -> None:
    """One client, the two kinds in turn on one workflow."""
    execution_id, http = bench.started_execution(), bench.http()
    bare: list[float] = []
    patch: list[float] = []
    for turn in range(SPACED):
        with timed(bare):
            await bench.bare(execution_id, command_at(2 * turn))
        await asyncio.sleep(SPACE)
        with timed(patch):
            _patch(http, execution_id, 2 * turn + 1, NO_WAIT)
        await asyncio.sleep(SPACE)
    _compare(bench, "PATCH with `wait=0` against bare update, 1 client, spaced", patch, bare)


async def _readable(bench: Bench) -> None:
    """As clients get it, against the update and then looking until its activity has written."""
    execution_id, http = bench.started_execution(), bench.http()
    bare: list[float] = []
    patch: list[float] = []
    for turn in range(SPACED):
        with timed(bare):
            answer = await bench.bare(execution_id, command_at(2 * turn))
            await _visible(bench, execution_id, answer.state.version)
        await asyncio.sleep(SPACE)
        with timed(patch):
            _patch(http, execution_id, 2 * turn + 1)
        await asyncio.sleep(SPACE)
    _compare(bench, "PATCH, snapshot readable, against bare update + activity", patch, bare)


async def _visible(bench: Bench, execution_id: str, version: int) -> None:
    while not await bench.store.has_version(execution_id, version):  # noqa: ASYNC110
        await asyncio.sleep(0.001)  # it is another process that writes it


async def _side_by_side(bench: Bench) -> None:
    ids = [bench.started_execution() for _ in range(CLIENTS)]
    connections = [bench.http() for _ in range(CLIENTS)]
    turns = [0]
    bare_rates, patch_rates, patch_cpu = [], [], []

    async def bare(number: int) -> None:
        for turn in range(EACH):
            await bench.bare(ids[number], command_at(turns[0] + turn))

    def patch(number: int) -> None:
        for turn in range(EACH):
            _patch(connections[number], ids[number], turns[0] + turn, NO_WAIT)

    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await in_tasks(CLIENTS, bare)
        bare_rates.append(CLIENTS * EACH / (time.perf_counter() - begun))
        pids = bench.pids()
        before, begun = cpu_ms(pids), time.perf_counter()
        await in_threads(CLIENTS, patch)
        patch_rates.append(CLIENTS * EACH / (time.perf_counter() - begun))
        used = {name: ms - before[name] for name, ms in cpu_ms(pids).items()}
        patch_cpu.append({name: ms / (CLIENTS * EACH) for name, ms in used.items()})
    ratios = [patch / bare for patch, bare in zip(patch_rates, bare_rates, strict=True)]
    bench.table.add(
        f"PATCH with `wait=0` against bare update, {CLIENTS} clients",
        f"{median(patch_rates):.0f}/s against {median(bare_rates):.0f}/s, "
        f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
    )
    bench.table.add(
        "CPU per command, ms",
        ", ".join(f"{name} {median([u[name] for u in patch_cpu]):.1f}" for name in patch_cpu[0]),
    )


def _compare(bench: Bench, what: str, ours: list[float], bare: list[float]) -> None:
    bench.table.add(
        what,
        f"p50 {median(ours):.1f} ms against {median(bare):.1f} ms, "
        f"ratio {median(ours) / median(bare):.2f}; "
        f"p99 {percentile(ours, 0.99):.1f} ms against {percentile(bare, 0.99):.1f} ms",
    )
