"""Effects of each message from the bus, seen from outside."""

import json
from collections.abc import AsyncIterator

import pytest

from deploy.dev import bus
from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack import faults
from tests.stack.consumed import dead_letter, depth, reason_of, send
from tests.stack.customer import Customer, Order
from tests.stack.listener import Listener


async def test_a_repeated_payment_has_no_second_effect(
    customer: Customer, aws: bus.Clients, queue: str
) -> None:
    order = Order()

    customer.publish("PaymentCompleted", *[order.paid] * 5)
    execution = await customer.waits_for(order)
    await eventually(lambda: depth(aws, queue) == 0, within=30)

    assert (await customer.sees(execution["id"]))["version"] == 1
    assert len(await customer.finds(order)) == 1


async def test_an_approved_budget_is_acknowledged(
    customer: Customer, aws: bus.Clients, queue: str
) -> None:
    order = Order()

    approved = {"budgetId": order.budget, "serviceOrderId": order.id}
    send(aws, queue, "BudgetApproved", approved)
    await eventually(lambda: depth(aws, queue) == 0, within=30)

    assert await customer.finds(order) == []


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("PaymentRefunded", "serviceOrderId", "card refused"),
        ("OrderCancelled", "orderId", None),
    ],
)
async def test_a_compensation_cancels_the_execution(
    customer: Customer, listener: Listener, kind: str, name: str, reason: str | None
) -> None:
    order = Order()
    execution = await customer.create(order)
    await customer.does(execution["id"], "start")

    customer.publish(kind, {name: order.id} | ({"reason": reason} if reason else {}))
    cancelled = await customer.waits_until(execution["id"], "CANCELLED")

    assert cancelled["cancelReason"] == (reason or kind)
    event = await listener.hears(execution["id"], "ExecutionCancelled")
    assert event.facts == {
        "executionId": execution["id"],
        "serviceOrderId": order.id,
        "budgetId": order.budget,
        "reason": reason or kind,
    }


async def test_a_compensation_that_comes_too_late_or_for_nobody_is_acknowledged(
    customer: Customer, aws: bus.Clients, queue: str
) -> None:
    order = Order()
    execution = (await customer.create(order))["id"]
    for action in ("start", "complete"):
        await customer.does(execution, action)

    late, strange = {"serviceOrderId": order.id}, {"serviceOrderId": Order().id}
    send(aws, queue, "PaymentRefunded", late, strange)
    await eventually(lambda: depth(aws, queue) == 0, within=30)

    assert (await customer.sees(execution))["status"] == "COMPLETED"


async def test_an_unknown_message_is_ignored(
    customer: Customer, aws: bus.Clients, queue: str
) -> None:
    send(aws, queue, "WeatherChanged", {"rain": True})

    await eventually(lambda: depth(aws, queue) == 0, within=30)
    dead = aws.sqs.get_queue_url(QueueName=bus.DEAD_LETTERS)["QueueUrl"]
    assert depth(aws, dead) == 0


async def test_a_payment_that_lacks_its_budget_ends_among_the_dead_letters(
    customer: Customer, aws: bus.Clients
) -> None:
    order = Order()
    lacking = {name: value for name, value in order.paid.items() if name != "budgetId"}

    customer.publish("PaymentCompleted", lacking)
    letter = await dead_letter(aws, order.id)

    assert json.loads(letter["Body"])["detail"] == lacking
    assert reason_of(letter) == "malformed: PaymentCompleted: detail.budgetId: Field required"
    assert await customer.finds(order) == []


async def test_what_is_no_message_at_all_ends_among_the_dead_letters_and_stops_nobody(
    customer: Customer, aws: bus.Clients, queue: str
) -> None:
    order = Order()

    aws.sqs.send_message(QueueUrl=queue, MessageBody=f"{{no message of {order.id}")
    customer.publish("PaymentCompleted", order.paid)

    await customer.waits_for(order)
    await dead_letter(aws, f"no message of {order.id}")


async def test_a_payment_for_a_taken_budget_is_told_as_failed(
    customer: Customer, listener: Listener
) -> None:
    first = Order()
    await customer.create(first)
    other = Order(budget=first.budget)

    customer.publish("PaymentCompleted", other.paid)
    event = await listener.hears(other.id, "ExecutionFailed")

    assert event.source == "execution.lifecycle"
    assert event.facts == {
        "serviceOrderId": other.id,
        "budgetId": first.budget,
        "paymentId": other.payment,
        "reason": f"Execution already exists for budget {first.budget}",
    }
    assert event.metadata["schemaVersion"] == 1
    assert await customer.finds(other) == []


@pytest.fixture
async def precreating(stack: Stack) -> AsyncIterator[None]:
    """A consumer with the option, in place of the usual one."""
    with faults.stopped(stack, "consumer"):
        name = "consumer-precreating"
        other = stack.add(name, {"BUDGET_APPROVED_PRECREATES": "true"})
        try:
            yield
        finally:
            other.stop()


async def test_an_approved_budget_can_precreate_an_execution_that_waits_for_its_payment(
    customer: Customer, precreating: None
) -> None:
    order = Order()
    customer.publish("BudgetApproved", {"budgetId": order.budget, "serviceOrderId": order.id})
    waiting = await customer.waits_for(order)

    early = await customer.patch(waiting["id"], "start")
    customer.publish("PaymentCompleted", order.paid)
    paid = await eventually(
        lambda: customer.sees(waiting["id"]), lambda seen: "paymentId" in seen, within=20
    )
    started = await customer.does(waiting["id"], "start")

    assert early.status_code == 409
    assert "start" not in waiting["allowedActions"]
    assert paid["paymentId"] == order.payment
    assert "start" in paid["allowedActions"]
    assert started["status"] == "IN_PROGRESS"
