"""Failures of Temporal in our words; and no call without an end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import (
    WorkflowQueryFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode

from api.errors import NoWorkflow, OutcomeUnknown, Unavailable, WorkflowStuck
from api.temporal.errors import CALL_TIMEOUT
from api.temporal.gateway import RETRY, Gateway
from api.temporal.pollers import Pollers
from domain.execution.commands import Start
from domain.execution.state import Execution
from tests.api.client_fake import FakeClient
from tests.api.starts import start_execution, start_item
from workflows.client.connection import connect
from workflows.contract import TASK_QUEUE, Origin

Ask = Callable[[Gateway[Any]], Awaitable[object]]
START = Start()
ORIGIN = Origin()
CALLS: dict[str, Ask] = {
    "start": lambda gateway: gateway.start(start_execution()),
    "update": lambda gateway: gateway.update("execution-e-1", START, ORIGIN),
    "reopen": lambda gateway: gateway.reopen(start_item(), START, ORIGIN),
    "signal": lambda gateway: gateway.signal("execution-e-1", START, ORIGIN),
    "snapshot": lambda gateway: gateway.snapshot("execution-e-1"),
    "describe": lambda gateway: gateway.describe("execution-e-1"),
}
EVERY_CALL = pytest.mark.parametrize("ask", CALLS.values(), ids=CALLS.keys())
TASK_FAILS = "due to Workflow Task in failed state."
REFUSED_CONNECTION = "transport error: tcp connect error: Connection refused"


def _rpc(status: RPCStatusCode, message: str = "") -> RPCError:
    return RPCError(message, status, b"")


@pytest.mark.parametrize("name", ["update", "reopen", "signal", "snapshot"])
async def test_a_workflow_that_is_not_open_is_told_apart(
    gateway: Gateway[Any], client: FakeClient, name: str
) -> None:
    client.fail(_rpc(RPCStatusCode.NOT_FOUND))

    with pytest.raises(NoWorkflow):
        await CALLS[name](gateway)


@EVERY_CALL
@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (_rpc(RPCStatusCode.RESOURCE_EXHAUSTED), Unavailable),
        (_rpc(RPCStatusCode.UNAVAILABLE, REFUSED_CONNECTION), Unavailable),
        (_rpc(RPCStatusCode.UNAVAILABLE, "dns error"), Unavailable),
        (_rpc(RPCStatusCode.UNAVAILABLE, "connection reset"), OutcomeUnknown),
        (_rpc(RPCStatusCode.DEADLINE_EXCEEDED), OutcomeUnknown),
        (_rpc(RPCStatusCode.CANCELLED), OutcomeUnknown),
        (WorkflowUpdateRPCTimeoutOrCancelledError(), OutcomeUnknown),
        (_rpc(RPCStatusCode.DATA_LOSS), OutcomeUnknown),
        (_rpc(RPCStatusCode.FAILED_PRECONDITION, f"Unable to query: {TASK_FAILS}"), WorkflowStuck),
        (_rpc(RPCStatusCode.FAILED_PRECONDITION, "limit on updates"), Unavailable),
        (_rpc(RPCStatusCode.UNIMPLEMENTED), Unavailable),
        (_rpc(RPCStatusCode.OUT_OF_RANGE), Unavailable),
        (_rpc(RPCStatusCode.PERMISSION_DENIED), Unavailable),
        (_rpc(RPCStatusCode.UNAUTHENTICATED), Unavailable),
        (_rpc(RPCStatusCode.NOT_FOUND, "Namespace default is not found."), Unavailable),
        (_rpc(RPCStatusCode.INVALID_ARGUMENT, "no mapping for search attribute X"), Unavailable),
        (WorkflowQueryFailedError("no"), Unavailable),
        (TimeoutError(), OutcomeUnknown),
        (RuntimeError("Failed client connect: Server connection error"), Unavailable),
    ],
    ids=repr,
)
async def test_what_is_down_is_said_in_our_words(
    gateway: Gateway[Any],
    client: FakeClient,
    ask: Ask,
    failure: Exception,
    expected: type[Exception],
) -> None:
    client.fail(failure)

    with pytest.raises(expected) as told:
        await ask(gateway)

    assert "connect error" not in str(told.value)
    assert "Failed client" not in str(told.value)


@EVERY_CALL
@pytest.mark.parametrize("failure", [_rpc(RPCStatusCode.INVALID_ARGUMENT), RuntimeError("ours")])
async def test_what_nobody_thought_of_is_not_put_into_other_words(
    gateway: Gateway[Any], client: FakeClient, ask: Ask, failure: Exception
) -> None:
    client.fail(failure)

    with pytest.raises(type(failure)) as raised:
        await ask(gateway)

    assert raised.value is failure


@EVERY_CALL
async def test_no_call_outlasts_the_deadline(
    gateway: Gateway[Any], client: FakeClient, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.temporal.errors.CALL_TIMEOUT", timedelta(milliseconds=30))
    client.hang()

    with pytest.raises(OutcomeUnknown):
        async with asyncio.timeout(5):
            await ask(gateway)


@EVERY_CALL
async def test_a_client_that_hangs_up_cancels_the_request(
    gateway: Gateway[Any], client: FakeClient, ask: Ask
) -> None:
    client.hang()
    request = asyncio.ensure_future(ask(gateway))
    await client.asked.wait()

    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request


@EVERY_CALL
async def test_an_engine_that_was_never_there_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    client = await connect(lazy=True, retry=RETRY)
    gateway = Gateway(client, Execution, Pollers(client, TASK_QUEUE))

    with pytest.raises(Unavailable, match="nothing was changed"):
        await ask(gateway)


def test_the_deadline_leaves_room_for_the_request_around_it() -> None:
    assert timedelta(seconds=9) > CALL_TIMEOUT
    assert RETRY.max_elapsed_time_millis is not None
    assert timedelta(milliseconds=RETRY.max_elapsed_time_millis) < CALL_TIMEOUT
