"""Commands over HTTP against the bare engine."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.bench import Bench, Http, in_tasks, in_threads
from tests.benchmarks.measure import cpu_ms, median, timed
from tests.benchmarks.subjects import Subject, execution, queue_item

NO_WAIT = {"Prefer": "wait=0"}
SPACED = 150
SPACE = 0.03
"""Seconds between commands, so that each finds everything at rest."""
CLIENTS = 16
EACH = 40
ROUNDS = 3


async def measure(bench: Bench) -> None:
    for what, make in (("PATCH", execution), ("queue: PATCH", queue_item)):
        await _spaced(bench, what, make(bench))
        await _readable(bench, what, make(bench))
        await _side_by_side(bench, what, make)


def _patch(http: Http, subject: Subject, turn: int, headers: dict[str, str] | None = None) -> Any:
    asked = subject.turn(turn)
    return http.request("PATCH", asked.path, asked.body, headers)


async def _bare(bench: Bench, subject: Subject, turn: int) -> int:
    state = await bench.bare(subject.workflow_id, subject.turn(turn).command, subject.kind)
    return state.version


async def _spaced(bench: Bench, what: str, subject: Subject) -> None:
    """One client, the two kinds in turn on one workflow."""
    http = subject.http()
    bare: list[float] = []
    patch: list[float] = []
    for turn in range(SPACED):
        with timed(bare):
            await _bare(bench, subject, 2 * turn)
        await asyncio.sleep(SPACE)
        with timed(patch):
            _patch(http, subject, 2 * turn + 1, NO_WAIT)
        await asyncio.sleep(SPACE)
    bench.compare(f"{what} with `wait=0` against bare update, 1 client, spaced", patch, bare)


async def _readable(bench: Bench, what: str, subject: Subject) -> None:
    """As clients get it, against the update and then looking until its activity has written."""
    http = subject.http()
    bare: list[float] = []
    patch: list[float] = []
    for turn in range(SPACED):
        with timed(bare):
            version = await _bare(bench, subject, 2 * turn)
            await bench.visible(subject.kind, subject.aggregate_id, version)
        await asyncio.sleep(SPACE)
        with timed(patch):
            _patch(http, subject, 2 * turn + 1)
        await asyncio.sleep(SPACE)
    bench.compare(f"{what}, snapshot readable, against bare update + activity", patch, bare)


async def _side_by_side(bench: Bench, what: str, make: Callable[[Bench], Subject]) -> None:
    subjects = [make(bench) for _ in range(CLIENTS)]
    connections = [subject.http() for subject in subjects]
    bare_rates, patch_rates, patch_cpu = [], [], []

    async def bare(number: int) -> None:
        for turn in range(EACH):
            await _bare(bench, subjects[number], turn)

    def patch(number: int) -> None:
        for turn in range(EACH):
            _patch(connections[number], subjects[number], turn, NO_WAIT)

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
        f"{what} with `wait=0` against bare update, {CLIENTS} clients",
        f"{median(patch_rates):.0f}/s against {median(bare_rates):.0f}/s, "
        f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
    )
    bench.table.add(
        f"{what}: CPU per command, ms",
        ", ".join(f"{name} {median([u[name] for u in patch_cpu]):.1f}" for name in patch_cpu[0]),
    )
