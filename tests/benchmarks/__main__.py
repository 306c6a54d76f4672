"""Starts a stack of its own, measures, prints the README's table, and stops."""

import asyncio
import os
import platform
import tempfile
from pathlib import Path

from activities.mongo.search import Search
from activities.mongo.store import Store, mongo_client
from deploy.dev.ports import Ports
from deploy.dev.stack import Stack
from tests.benchmarks import commands, crowd, lifecycle, payments, queue, reads, tokens
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Table
from workflows.client import connect


async def measure(stack: Stack) -> Table:
    database = mongo_client(stack.env["MONGODB_URI"], 5_000)[stack.env["MONGODB_DATABASE"]]
    bench = Bench(stack, await connect(), Store(database), Table())
    await commands.measure(bench)
    await reads.measure(bench, Search(database))
    await tokens.measure(bench)
    await lifecycle.measure(bench)
    await payments.measure(bench)
    await queue.measure(bench, database)
    await crowd.measure(bench)
    return bench.table


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder), Ports.free()) as stack:
        os.environ.update(stack.env)
        table = asyncio.run(measure(stack))
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(table.as_markdown())


if __name__ == "__main__":
    main()
