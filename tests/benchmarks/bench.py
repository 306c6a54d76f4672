"""What every measurement needs: the stack, a bare client beside it, executions to work on."""

import asyncio
import http.client
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client

from activities.store import Store
from deploy.dev.stack import Stack
from domain.commands import Pause, Resume
from domain.execution import Execution, ExecutionCommand
from tests.benchmarks.measure import Table
from workflows.contract import Answer, Door, Origin, execution_workflow_id

OURS = ("api", "worker", "temporal", "mongo", "aws")


class Http:
    """One keep-alive connection; cheap, so that what it measures is the service."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        text = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, f"/api/v1{path}", text, {**kind, **(headers or {})})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content.decode()}")
        return json.loads(content)


@dataclass(frozen=True)
class Bench:
    stack: Stack
    client: Client
    store: Store
    table: Table

    def http(self) -> Http:
        return Http(self.stack.ports.api)

    def pids(self) -> dict[str, int]:
        return {name: self.stack.process(name).pid for name in OURS}

    def started_execution(self) -> str:
        """A fresh execution IN_PROGRESS; its id."""
        http = self.http()
        new = {"serviceOrderId": str(uuid.uuid4()), "budgetId": str(uuid.uuid4())}
        made = http.request("POST", "/executions", {**new, "estimatedDuration": 60})
        http.request("PATCH", f"/executions/{made['id']}/start")
        return str(made["id"])

    async def bare(self, execution_id: str, command: ExecutionCommand) -> Answer[Execution]:
        """The same update of the same workflow, with nothing of ours around it."""
        handle = self.client.get_workflow_handle(execution_workflow_id(execution_id))
        answer: Answer[Execution] = await handle.execute_update(
            command.ACTION,
            args=[command, Origin(via=Door.HTTP, request_id=str(uuid.uuid4()))],
            id=str(uuid.uuid4()),
            result_type=Answer[Execution],
        )
        return answer


def command_at(turn: int) -> ExecutionCommand:
    """Pause and resume in turn."""
    return Resume() if turn % 2 else Pause()


async def in_threads(clients: int, work: Callable[[int], None]) -> None:
    """Runs blocking clients side by side."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(clients) as threads:
        await asyncio.gather(*(loop.run_in_executor(threads, work, n) for n in range(clients)))


async def in_tasks(clients: int, work: Callable[[int], Awaitable[None]]) -> None:
    await asyncio.gather(*(work(number) for number in range(clients)))
