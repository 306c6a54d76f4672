"""Subjects of the commands that are measured: an execution, and an item of the queue."""

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.execution.commands import Pause, Resume
from domain.execution.state import Execution
from domain.fila.commands import Prioritize
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Aggregate, Command
from tests.benchmarks.bench import Bench, Http
from workflows.contract import execution_workflow_id, queue_workflow_id

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Turn:
    """One command, as HTTP and as the bare engine take it."""

    path: str
    body: Mapping[str, Any] | None
    command: Command[Any]


@dataclass(frozen=True)
class Subject:
    kind: type[Aggregate]
    aggregate_id: str
    workflow_id: str
    http: Callable[[], Http]
    turn: Callable[[int], Turn]


def execution(bench: Bench) -> Subject:
    """In progress; it is paused and resumed in turn."""
    http = bench.http()
    new = {"serviceOrderId": str(uuid.uuid4()), "budgetId": str(uuid.uuid4())}
    made = http.request("POST", "/executions", {**new, "estimatedDuration": 60})
    path = f"/executions/{made['id']}"
    http.request("PATCH", f"{path}/start")

    def turn(number: int) -> Turn:
        command = Resume() if number % 2 else Pause()
        return Turn(f"{path}/{command.ACTION}", None, command)

    return Subject(Execution, made["id"], execution_workflow_id(made["id"]), bench.http, turn)


def queue_item(bench: Bench) -> Subject:
    """Waiting; its priority goes up and down in turn."""
    number = next_order()
    made = bench.queue().request("POST", "", {"ordem_servico_id": number})

    def turn(count: int) -> Turn:
        command = Prioritize(priority=Priority.HIGH if count % 2 else Priority.LOW)
        return Turn(f"/{made['fila_id']}/prioridade", {"prioridade": command.priority}, command)

    return Subject(QueueItem, made["fila_id"], queue_workflow_id(number), bench.queue, turn)


def next_order() -> int:
    return next(_numbers)
