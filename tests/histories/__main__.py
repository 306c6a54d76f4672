"""Takes each path on a dev server of its own and records the histories: `make histories`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from activities.mongo.store import Store
from deploy.dev import temporal_cli
from deploy.dev.screen import Screen
from tests.activities.databases import in_memory
from tests.histories.paths import PATHS
from tests.histories.record import FOLDER, RECORDER, write
from tests.workflows.workshop import Workshop
from workflows.contract import SEARCH_ATTRIBUTES, TASK_QUEUE

LONG = 110
"""Events after which the server suggests another run; with its own 4,096 the files were large."""
SETTINGS = (
    "system.enableActivityEagerExecution=true",
    f"limit.historyCount.suggestContinueAsNew={LONG}",
)


async def record(path: Callable[[Workshop], Awaitable[None]], client: Client, to: Path) -> None:
    workshop = Workshop(client, TASK_QUEUE)
    workshop.outside.store = Store(in_memory())
    async with workshop.worker():
        await path(workshop)
    histories = sorted([each async for each in workshop.histories()], key=_begun)
    for number, history in enumerate(histories, 1):
        write(history, to.with_name(f"{to.name}-{number}.json"))


def _begun(history: WorkflowHistory) -> datetime:
    return history.events[0].event_time.ToDatetime(UTC)


async def main() -> None:
    screen = Screen()
    folder = FOLDER / f"{datetime.now(UTC):%Y-%m-%dT%H-%M}"
    folder.mkdir()
    async with await WorkflowEnvironment.start_local(
        identity=RECORDER,
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
        dev_server_existing_path=str(temporal_cli.find(screen)),
        dev_server_extra_args=[f"--dynamic-config-value={each}" for each in SETTINGS],
    ) as server:
        for name, path in PATHS.items():
            await record(path, server.client, folder / name)
            screen.line(f"{folder.name}/{name}")


if __name__ == "__main__":
    asyncio.run(main())
