"""Commands over HTTP against the bare engine."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.benchmarks.bench import Bench, Http, in_tasks, in_threads
from tests.benchmarks.measure import cpu_ms, median, percentile, timed
from tests.benchmarks.subjects import Subject, execution, queue_item

NO_WAIT = {"Prefer": "wait=0"}
READABLE: Mapping[str, str] = {}
SPACED = 150
SPACE = 0.03
"""Seconds between commands, so that each finds everything at rest."""
CROWDS = (1, 4, 16)
CLIENTS = 16
EACH = 40
ROUNDS = 4


async def measure(bench: Bench) -> None:
    for what, make in (("PATCH", execution), ("queue: PATCH", queue_item)):
        await _spaced(bench, what, make(bench))
        await _side_by_side(bench, what, make)
    for clients in CROWDS:
        await _back_to_back(bench, clients)


def _patch(http: Http, subject: Subject, turn: int, headers: Mapping[str, str]) -> Any:
    asked = subject.turn(turn)
    return http.request("PATCH", asked.path, asked.body, headers)


async def _bare(bench: Bench, subject: Subject, turn: int) -> int:
    state = await bench.bare(subject.workflow_id, subject.turn(turn).command, subject.kind)
    return state.version


async def _spaced(bench: Bench, what: str, subject: Subject) -> None:
    """One client, the four kinds in turn on one workflow."""
    http = subject.http()
    bare, delivered, no_wait, readable = list[float](), list[float](), list[float](), list[float]()
    for round_ in range(bench.times(SPACED)):
        first = 4 * round_
        with timed(bare):
            await _bare(bench, subject, first)
        await asyncio.sleep(SPACE)
        with timed(no_wait):
            _patch(http, subject, first + 1, NO_WAIT)
        await asyncio.sleep(SPACE)
        with timed(delivered):
            version = await _bare(bench, subject, first + 2)
            await bench.visible(subject.kind, subject.aggregate_id, version)
        await asyncio.sleep(SPACE)
        with timed(readable):
            _patch(http, subject, first + 3, READABLE)
        await asyncio.sleep(SPACE)
    bench.compare(f"{what} with `wait=0` against bare update, 1 client, spaced", no_wait, bare)
    bench.compare(f"{what}, snapshot readable, against bare update", readable, bare)
    bench.compare(f"{what}, snapshot readable, against bare update + activity", readable, delivered)


async def _back_to_back(bench: Bench, clients: int) -> None:
    """Each client asks as soon as it has been answered, and reads what it wrote."""
    subjects = [execution(bench) for _ in range(clients)]
    connections = [subject.http() for subject in subjects]
    took = list[float]()
    each = bench.times(EACH * 2)

    def ask(number: int) -> None:
        for turn in range(each):
            with timed(took):
                _patch(connections[number], subjects[number], turn, READABLE)

    begun = time.perf_counter()
    await in_threads(clients, ask)
    rate = clients * each / (time.perf_counter() - begun)
    bench.table.add(
        f"PATCH back to back, snapshot readable, {clients} clients",
        f"{rate:.0f}/s, p50 {median(took):.1f} ms, p99 {percentile(took, 0.99):.1f} ms",
    )


async def _side_by_side(bench: Bench, what: str, make: Callable[[Bench], Subject]) -> None:
    """Many clients, the three kinds in turn."""
    subjects = [make(bench) for _ in range(CLIENTS)]
    connections = [subject.http() for subject in subjects]
    each, pids = bench.times(EACH), bench.pids()
    rates: dict[str, list[float]] = {"bare": [], "wait=0": [], "readable": []}
    cpu = list[dict[str, float]]()

    async def bare(number: int) -> None:
        for turn in range(each):
            await _bare(bench, subjects[number], turn)

    async def patches(kind: str, headers: Mapping[str, str]) -> None:
        def ask(number: int) -> None:
            for turn in range(each):
                _patch(connections[number], subjects[number], turn, headers)

        begun = time.perf_counter()
        await in_threads(CLIENTS, ask)
        rates[kind].append(CLIENTS * each / (time.perf_counter() - begun))

    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await in_tasks(CLIENTS, bare)
        rates["bare"].append(CLIENTS * each / (time.perf_counter() - begun))
        await patches("wait=0", NO_WAIT)
        before = cpu_ms(pids)
        await patches("readable", READABLE)
        after = cpu_ms(pids)
        cpu.append({name: (after[name] - before[name]) / (CLIENTS * each) for name in pids})
    for kind, against in (("wait=0", "bare"), ("readable", "wait=0")):
        ratios = [one / other for one, other in zip(rates[kind], rates[against], strict=True)]
        bench.table.add(
            f"{what}, {kind} against {against}, {CLIENTS} clients",
            f"{median(rates[kind]):.0f}/s against {median(rates[against]):.0f}/s, "
            f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
        )
    bench.table.add(
        f"{what}, readable: CPU per command, ms",
        ", ".join(f"{name} {median([used[name] for used in cpu]):.1f}" for name in pids),
    )
