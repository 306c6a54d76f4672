"""`python -m tests.benchmarks [--short] [--only NAME]`: starts a stack of its own, measures, prints
the table of `docs/performance.md`, and stops."""

import argparse
import asyncio
import os
import platform
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from activities.mongo.client import mongo_client
from deploy.dev.ports import Ports
from deploy.dev.stack import Stack
from tests.benchmarks import commands, crowd, lifecycle, payments, plans, queue, reads, tokens
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Table
from workflows.client.connection import connect

MEASUREMENTS: Mapping[str, Callable[[Bench], Awaitable[None]]] = {
    "commands": commands.measure,
    "reads": reads.measure,
    "tokens": tokens.measure,
    "lifecycle": lifecycle.measure,
    "payments": payments.measure,
    "queue": queue.measure,
    "plans": plans.measure,
    "crowd": crowd.measure,
}
MINUTES = {True: 5, False: 20}
"""Durations of the short and the whole run on two slow cores."""


async def measure(stack: Stack, names: list[str], short: bool) -> Table:
    database = mongo_client(stack.env["MONGODB_URI"], 5_000)[stack.env["MONGODB_DATABASE"]]
    bench = Bench(stack, await connect(), database, Table(), short)
    for name in names:
        begun = time.monotonic()
        await MEASUREMENTS[name](bench)
        print(f"… {name}: {time.monotonic() - begun:.0f} s", flush=True)
    return bench.table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--short", action="store_true", help="fewer rounds, and no large crowd")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="may be repeated")
    asked = parser.parse_args()
    if not asked.only:
        print(f"This takes about {MINUTES[asked.short]} minutes on two cores.", flush=True)
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder), Ports.free()) as stack:
        os.environ.update(stack.env)
        table = asyncio.run(measure(stack, asked.only or [*MEASUREMENTS], asked.short))
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(table.as_markdown())


if __name__ == "__main__":
    main()
