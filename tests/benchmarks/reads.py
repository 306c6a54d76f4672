"""Reads over HTTP against the same query without it."""

import time
from collections.abc import Awaitable, Callable

from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.search import Search
from domain.execution.state import Execution
from tests.benchmarks.bench import Bench, in_tasks, in_threads
from tests.benchmarks.measure import median
from tests.benchmarks.subjects import execution

CONNECTIONS = 16
EACH = 100
ROUNDS = 3
LISTED = 20


async def measure(bench: Bench, search: Search) -> None:
    ids = [execution(bench).aggregate_id for _ in range(LISTED)]
    query = ExecutionQuery(limit=LISTED, count=False)

    async def get(number: int) -> None:
        await bench.store.get(Execution, ids[number])

    async def find(_: int) -> None:
        await search.find(query)

    await _compare(bench, "GET by id", lambda number: f"/executions/{ids[number]}", get)
    await _compare(bench, "list of 20", lambda _: f"/executions?limit={LISTED}&count=false", find)


async def _compare(
    bench: Bench, what: str, path: Callable[[int], str], bare: Callable[[int], Awaitable[None]]
) -> None:
    connections = [bench.http() for _ in range(CONNECTIONS)]
    over_http, without = [], []

    def ask(number: int) -> None:
        for _ in range(EACH):
            connections[number].request("GET", path(number))

    async def query(number: int) -> None:
        for _ in range(EACH):
            await bare(number)

    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await in_tasks(CONNECTIONS, query)
        without.append(CONNECTIONS * EACH / (time.perf_counter() - begun))
        begun = time.perf_counter()
        await in_threads(CONNECTIONS, ask)
        over_http.append(CONNECTIONS * EACH / (time.perf_counter() - begun))
    ratios = [ours / bare_rate for ours, bare_rate in zip(over_http, without, strict=True)]
    bench.table.add(
        f"{what}, {CONNECTIONS} connections",
        f"{median(over_http):.0f}/s against {median(without):.0f}/s for the query alone, "
        f"ratio {median(ratios):.2f}",
    )
