"""All that a client of the workflows may know: names, ids, inputs and answers.

The saga, the API and the command line import this module and the domain, nothing else of ours.
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from pydantic import Field
from temporalio.common import SearchAttributeKey

from domain.events import RecordedEvent
from domain.execution import Execution, Opening
from domain.model import Command, Value

TASK_QUEUE = "execution-service"
SERVICE_EXECUTION = "ServiceExecution"
SNAPSHOT = "snapshot"
HISTORY = "history"
OUTBOX_FULL = "OutboxFull"
"""The type of the error that refuses a command while too much is still untold."""
CORRELATION_ID = "correlationId"
"""The memo that holds the id of the request that started the workflow."""
BUDGET_ID = "budgetId"
"""The memo that holds the budget; it can be read without a worker, and after the end."""

SERVICE_STATUS = SearchAttributeKey.for_keyword("ServiceStatus")
"""Lets operators filter the list of workflows by the aggregate's status."""

# Fixed for ever: every system that derives an execution's id from a service order uses it.
_EXECUTIONS = UUID("7f1d1f0e-6a53-5d0b-9d5c-6f2c1b7d9a41")


def execution_id(service_order_id: str) -> str:
    """The one execution that a service order can have."""
    return str(uuid5(_EXECUTIONS, service_order_id))


def fingerprint(command: Command) -> str:
    """Tells whether two requests under one Idempotency-Key ask for the same."""
    asked = f"{command.ACTION} {command.model_dump_json(exclude_none=True)}"
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def execution_workflow_id(execution_id: str) -> str:
    return f"execution-{execution_id}"


class Door(StrEnum):
    HTTP = "http"
    QUEUE = "queue"
    SIGNAL = "signal"


class Origin(Value):
    """Where a command comes from.

    `key` is the client's Idempotency-Key; `request_id` differs for each attempt to send it, and
    tells a first answer from a repeated one.
    """

    via: Door = Door.SIGNAL
    actor: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    key: str | None = None
    request_id: str | None = None


State = TypeVar("State")


class Answer(Value, Generic[State]):
    """What a command led to; `fingerprint` tells which command an Idempotency-Key stood for."""

    state: State
    fingerprint: str
    request_id: str | None = None


class Carried(Value, Generic[State]):
    """What one run of a workflow hands to the next."""

    state: State
    outbox: tuple[RecordedEvent, ...] = ()
    recent: tuple[RecordedEvent, ...] = ()
    answers: Mapping[str, Answer[State]] = Field(default_factory=dict)


class StartExecution(Opening):
    """The input of ServiceExecution; `carried` is set by the workflow itself alone."""

    origin: Origin = Origin()
    carried: Carried[Execution] | None = None
