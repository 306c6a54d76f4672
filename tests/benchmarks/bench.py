"""Needs of every measurement: the stack, a bare client beside it, executions to work on."""

import asyncio
import http.client
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client

from activities.mongo.client import Database
from activities.mongo.store import Store
from deploy.dev.stack import Stack
from domain.kernel.aggregate import Aggregate, Answer, Command, State
from tests.benchmarks.measure import Table, median, percentile
from workflows.contract import Door, Origin

OURS = ("api", "worker", "temporal", "mongo", "aws")


class Http:
    """One keep-alive connection; cheap, so that what it measures is the service."""

    def __init__(self, port: int, prefix: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._prefix = prefix

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        text = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, self._prefix + path, text, {**kind, **(headers or {})})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content.decode()}")
        return json.loads(content) if content else None


@dataclass(frozen=True)
class Bench:
    stack: Stack
    client: Client
    database: Database
    table: Table
    short: bool = False

    @property
    def store(self) -> Store:
        return Store(self.database)

    def times(self, whole: int) -> int:
        """Number of times to do what the whole run does `whole` times."""
        return max(2, whole // 6 * 2) if self.short else whole

    def http(self) -> Http:
        return Http(self.stack.ports.api, "/api/v1")

    def queue(self) -> Http:
        return Http(self.stack.ports.api, "/fila-execucao")

    def pids(self) -> dict[str, int]:
        return {name: self.stack.process(name).pid for name in OURS}

    async def bare(self, workflow_id: str, command: Command[Any], kind: type[State]) -> State:
        """The same update of the same workflow, with nothing of ours around it."""
        handle = self.client.get_workflow_handle(workflow_id)
        answer: Answer[State] = await handle.execute_update(
            command.ACTION,
            args=[command, Origin(via=Door.HTTP, request_id=str(uuid.uuid4()))],
            id=str(uuid.uuid4()),
            result_type=Answer[kind],  # type: ignore[valid-type]  # known at run time
        )
        return answer.state

    async def visible(self, kind: type[Aggregate], aggregate_id: str, version: int) -> None:
        """Once the activity has written the snapshot."""
        while not await self.store.has_version(kind, aggregate_id, version):  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # it is another process that writes it

    def compare(self, what: str, ours: list[float], bare: list[float]) -> None:
        self.table.add(
            what,
            f"p50 {median(ours):.1f} ms against {median(bare):.1f} ms, "
            f"ratio {median(ours) / median(bare):.2f}; "
            f"p99 {percentile(ours, 0.99):.1f} ms against {percentile(bare, 0.99):.1f} ms",
        )


async def in_threads(clients: int, work: Callable[[int], None]) -> None:
    """Runs blocking clients side by side."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(clients) as threads:
        await asyncio.gather(*(loop.run_in_executor(threads, work, n) for n in range(clients)))


async def in_tasks(clients: int, work: Callable[[int], Awaitable[None]]) -> None:
    await asyncio.gather(*(work(number) for number in range(clients)))
