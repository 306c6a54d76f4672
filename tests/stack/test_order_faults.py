"""Trouble of some orders is nobody else's, and the consumer says whether it is held up."""

import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from temporalio.client import Client

from deploy.dev import bus
from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.consumed import depth, send
from tests.stack.customer import Customer, Document, Order
from tests.stack.faults import stopped
from tests.stack.listener import Listener

MORE_THAN_HANDS = 12


async def test_messages_of_terminated_workflows_hold_up_no_innocent_payment(
    customer: Customer, temporal: Client, aws: bus.Clients, queue: str
) -> None:
    blocked = [Order() for _ in range(MORE_THAN_HANDS)]
    for order in blocked:
        execution = (await customer.create(order))["id"]
        await temporal.get_workflow_handle(f"execution-{execution}").terminate("by the test")
    send(aws, queue, "OrderCancelled", *[{"orderId": order.id} for order in blocked])

    innocent = Order()
    send(aws, queue, "PaymentCompleted", innocent.paid)
    await customer.waits_for(innocent)

    # None of them is lost: they come back later.
    assert depth(aws, queue) == MORE_THAN_HANDS
    aws.sqs.purge_queue(QueueUrl=queue)


async def test_a_payment_that_was_called_off_is_told_as_failed(
    customer: Customer, listener: Listener, aws: bus.Clients, queue: str
) -> None:
    order = Order()
    send(aws, queue, "OrderCancelled", {"orderId": order.id, "reason": "gave up"})
    await eventually(lambda: depth(aws, queue) == 0, within=30)

    customer.publish("PaymentCompleted", order.paid)
    event = await listener.hears(order.id, "ExecutionFailed")

    assert event.facts["reason"] == "It was called off before: gave up"
    assert await customer.finds(order) == []


async def test_an_invoiced_execution_can_still_be_paid(
    customer: Customer, listener: Listener, temporal: Client
) -> None:
    order = Order()
    execution = (await customer.create(order))["id"]
    for action in ("start", "complete", "invoice"):
        await customer.does(execution, action)
    await temporal.get_workflow_handle(f"execution-{execution}").result()

    customer.publish("PaymentCompleted", order.paid)
    paid = await eventually(
        lambda: customer.sees(execution), lambda seen: "paymentId" in seen, within=20
    )

    assert (paid["status"], paid["paymentId"]) == ("INVOICED", order.payment)
    await listener.hears(execution, "ExecutionPaid")
    assert (await temporal.get_workflow_handle(f"execution-{execution}").result())["version"] == 5


@pytest.fixture
async def probe(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Asks a consumer for its health."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    probed = stack.add("consumer-probed", {"HEALTH_ADDRESS": address})
    try:
        async with httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as http:
            yield http
    finally:
        probed.stop()


async def test_a_consumer_says_whether_it_can_work(stack: Stack, probe: httpx.AsyncClient) -> None:
    async def ready() -> Document:
        answer = await probe.get("/health/ready", timeout=10)
        return {"code": answer.status_code, **answer.json()}

    well = await eventually(ready, lambda seen: seen["code"] == 200)
    with stopped(stack, "mongo"):
        unwell = await eventually(ready, lambda seen: seen["code"] == 503, within=30)
        alive = await probe.get("/health/live")

    assert set(well["parts"].values()) == {"ok"}
    assert unwell["parts"]["database"] in {"cannot be reached", "no answer within 2 s"}
    assert alive.status_code == 200
