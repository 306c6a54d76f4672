"""With a part down nothing hangs, nothing answers 500, nothing is lost; and it heals by itself."""

import asyncio
from typing import Any

import httpx
import pytest
from pymongo.database import Database
from temporalio.client import Client

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.customer import Customer, Document, Order
from tests.stack.faults import assert_unavailable, frozen, killed, stopped, timely
from tests.stack.listener import Listener

ONCE = {"Idempotency-Key": "once"}


@pytest.fixture
async def execution(customer: Customer) -> str:
    return str((await customer.create())["id"])


async def not_ready(http: httpx.AsyncClient, part: str, within: float = 10.0) -> Document:
    """The ready route's answer, as soon as it names that part as failing."""

    async def look() -> httpx.Response:
        return await timely(http, "GET", "/health/ready")

    answer = await eventually(look, lambda seen: seen.json()["parts"][part] != "ok", within=within)
    assert answer.status_code == 503
    return dict(answer.json()["parts"])


async def starts_once(customer: Customer, execution: str) -> None:
    """After an outage: the same command under the same key has its one effect."""
    answer = await customer.insists(execution, "start", key=ONCE["Idempotency-Key"])
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    types = await eventually(
        lambda: customer.history(execution), lambda entries: len(entries) >= 2, within=30
    )
    assert [entry["type"] for entry in types] == ["ExecutionScheduled", "ExecutionStarted"]


async def test_without_a_worker_commands_are_of_unknown_outcome_and_reads_work(
    stack: Stack, customer: Customer, http: httpx.AsyncClient, execution: str
) -> None:
    order = Order()
    with stopped(stack, "worker"):
        command, strong, created, shown, listed = await asyncio.gather(
            timely(http, "PATCH", f"/executions/{execution}/start", headers=ONCE),
            timely(http, "GET", f"/executions/{execution}?consistency=strong"),
            timely(http, "POST", "/executions", json=order.request),
            timely(http, "GET", f"/executions/{execution}"),
            timely(http, "GET", "/executions"),
        )

    assert_unavailable(command, 503, 504)
    assert_unavailable(strong, 503, 504)
    assert (shown.status_code, listed.status_code) == (200, 200)
    assert shown.json()["version"] == 1
    # The start is durable without a worker, so this one need not be refused.
    assert created.status_code == 201
    assert created.headers["X-Snapshot"] == "pending"
    await starts_once(customer, execution)
    assert (await customer.waits_for(order))["id"] == created.json()["id"]


@pytest.mark.parametrize("fault", [killed, frozen], ids=["killed", "frozen"])
async def test_without_temporal_commands_are_refused_or_unknown_and_reads_work(
    stack: Stack, customer: Customer, http: httpx.AsyncClient, execution: str, fault: Any
) -> None:
    order, paid = Order(), Order()
    with fault(stack, "temporal"):
        command, strong, created, shown, listed = await asyncio.gather(
            timely(http, "PATCH", f"/executions/{execution}/start", headers=ONCE),
            timely(http, "GET", f"/executions/{execution}?consistency=strong"),
            timely(http, "POST", "/executions", json=order.request),
            timely(http, "GET", f"/executions/{execution}"),
            timely(http, "GET", "/executions"),
        )
        parts = await not_ready(http, "temporal")
        customer.publish("PaymentCompleted", paid.paid)

    for answer in (command, created, strong):
        assert_unavailable(answer, 503, 504)
    assert (shown.status_code, listed.status_code) == (200, 200)
    assert parts["database"] == "ok"
    await starts_once(customer, execution)
    assert (await customer.waits_for(paid, within=40))["paymentId"] == paid.payment
    retried = await http.post("/executions", json=order.request)
    assert retried.status_code in (201, 409)


@pytest.mark.parametrize("fault", [killed, frozen], ids=["killed", "frozen"])
async def test_without_the_database_commands_succeed_and_reads_are_refused(
    stack: Stack,
    customer: Customer,
    http: httpx.AsyncClient,
    database: Database[Document],
    listener: Listener,
    execution: str,
    fault: Any,
) -> None:
    paid = Order()
    with fault(stack, "mongo"):
        started = await timely(http, "PATCH", f"/executions/{execution}/start")
        paused, strong, created, shown, listed, history = await asyncio.gather(
            timely(http, "PATCH", f"/executions/{execution}/pause"),
            timely(http, "GET", f"/executions/{execution}?consistency=strong"),
            timely(http, "POST", "/executions", json=Order().request),
            timely(http, "GET", f"/executions/{execution}"),
            timely(http, "GET", "/executions"),
            timely(http, "GET", f"/executions/{execution}/history"),
        )
        parts = await not_ready(http, "database")
        customer.publish("PaymentCompleted", paid.paid)

    for answer in (started, paused):
        assert answer.status_code == 200, answer.text
        assert answer.headers["X-Snapshot"] == "pending"
    for answer in (shown, listed, history, created):
        assert_unavailable(answer, 503)
    assert (strong.status_code, strong.json()["startDate"]) == (200, started.json()["startDate"])
    assert parts["temporal"] == "ok"

    converged = await customer.waits_until(execution, "PAUSED", within=40)
    assert converged == paused.json()
    document = database["executions"].find_one({"_id": execution})
    assert document is not None
    assert document["version"] == 3
    told = await listener.all_of(execution, 3, within=20)
    assert [event.sequence for event in told] == [1, 2, 3]
    assert (await customer.waits_for(paid, within=40))["paymentId"] == paid.payment


async def test_without_the_bus_commands_succeed_and_it_is_told_later(
    stack: Stack,
    temporal: Client,
    listener: Listener,
    http: httpx.AsyncClient,
    execution: str,
) -> None:
    workflow = temporal.get_workflow_handle(f"execution-{execution}")
    # A delivery that is under way when the bus stops would hold the next one up.
    await eventually(workflow.describe, lambda seen: not seen.raw_description.pending_activities)
    with frozen(stack, "aws"):
        started = await timely(http, "PATCH", f"/executions/{execution}/start")
        shown = await timely(http, "GET", f"/executions/{execution}")
        ready = await timely(http, "GET", "/health/ready")

    assert (started.status_code, shown.status_code, ready.status_code) == (200, 200, 200)
    assert shown.json()["version"] == 2
    told = await listener.all_of(execution, 2, within=40)
    assert [event.type for event in told] == ["ExecutionScheduled", "ExecutionStarted"]


async def test_the_api_comes_up_while_temporal_is_down(
    stack: Stack, customer: Customer, http: httpx.AsyncClient, execution: str
) -> None:
    api = stack.process("api")
    with killed(stack, "temporal"):
        api.stop()
        api.start()

        async def live() -> bool:
            try:
                return (await http.get("/health/live")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(live, within=20)
        command = await timely(http, "PATCH", f"/executions/{execution}/start", headers=ONCE)
        shown = await timely(http, "GET", f"/executions/{execution}")
        parts = await not_ready(http, "temporal")

    assert_unavailable(command, 503, 504)
    assert shown.status_code == 200
    assert parts["database"] == "ok"
    await starts_once(customer, execution)
