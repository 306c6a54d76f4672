"""One execution per service order and per budget, however many ask for it at once, by any door."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import httpx
import pytest

from tests.conftest import eventually
from tests.stack.customer import Customer, Document, Order

TWENTY = range(20)


async def create_all(customer: Customer, orders: Sequence[Order]) -> list[httpx.Response]:
    """All at once; those that found the service busy try again, as clients are told to."""

    async def create(order: Order) -> httpx.Response:
        async def attempt() -> httpx.Response:
            return await customer.http.post("/executions", json=order.request)

        return await eventually(attempt, lambda answer: answer.status_code not in (503, 504))

    return list(await asyncio.gather(*(create(order) for order in orders)))


async def executions_of(customer: Customer, orders: Sequence[Order]) -> list[Document]:
    found: dict[str, Document] = {}
    for name, values in (
        ("serviceOrderId", {order.id for order in orders}),
        ("budgetId", {order.budget for order in orders}),
    ):
        for value in values:
            answer = await customer.http.get("/executions", params={name: value})
            found |= {each["id"]: each for each in answer.json()["executions"]}
    return list(found.values())


def contest(kind: str) -> list[Order]:
    first = Order()
    if kind == "the same order and budget":
        return [first] * 20
    if kind == "the same order, other budgets":
        return [Order(id=first.id) for _ in TWENTY]
    return [Order(budget=first.budget) for _ in TWENTY]


@pytest.mark.parametrize(
    "kind",
    ["the same order and budget", "the same order, other budgets", "other orders, the same budget"],
)
async def test_of_twenty_that_ask_at_once_one_gets_the_execution(
    customer: Customer, kind: str
) -> None:
    orders = contest(kind)

    answers = await create_all(customer, orders)

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
    [execution] = await executions_of(customer, orders)
    link = f"/api/v1/executions/{execution['id']}"
    [created] = [answer for answer in answers if answer.status_code == 201]
    assert created.headers["Location"] == link
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["existing"] for problem in refused} == {link}
    by_budget = kind == "other orders, the same budget"
    subject = f"budget {orders[0].budget}" if by_budget else f"service order {orders[0].id}"
    assert {problem["detail"] for problem in refused} == {f"Execution already exists for {subject}"}


async def test_payments_and_requests_at_once_give_one_execution(customer: Customer) -> None:
    order = Order()

    publishing = asyncio.to_thread(customer.publish, "PaymentCompleted", *[order.paid] * 5)
    _, answers = await asyncio.gather(publishing, create_all(customer, [order] * 20))
    paid = await eventually(
        lambda: customer.waits_for(order), lambda seen: seen.get("paymentId") == order.payment
    )

    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[201] <= 1
    assert statuses[201] + statuses[409] == 20
    [execution] = await executions_of(customer, [order])
    types = [entry["type"] for entry in await customer.history(execution["id"])]
    assert types in (["ExecutionScheduled"], ["ExecutionScheduled", "ExecutionPaid"])
    assert paid["version"] == len(types)


async def test_no_order_and_no_budget_is_ever_shared_when_all_contend(customer: Customer) -> None:
    first = Order()
    orders = [first] * 6
    orders += [Order(id=first.id) for _ in range(7)]
    orders += [Order(budget=first.budget) for _ in range(7)]

    publishing = asyncio.to_thread(customer.publish, "PaymentCompleted", *[first.paid] * 5)
    _, answers = await asyncio.gather(publishing, create_all(customer, orders))

    executions = await executions_of(customer, orders)
    assert max(Counter(each["serviceOrderId"] for each in executions).values()) == 1
    assert max(Counter(each["budgetId"] for each in executions).values()) == 1
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert len(executions) - 1 <= statuses[201] <= len(executions)


async def test_a_refused_request_leaves_its_budget_free(customer: Customer) -> None:
    taken = Order()
    await customer.create(taken)
    other = Order(id=taken.id)
    refused = await customer.http.post("/executions", json=other.request)

    created = await customer.http.post("/executions", json=Order(budget=other.budget).request)

    assert refused.status_code == 409
    assert created.status_code == 201


async def test_a_cancelled_execution_keeps_its_order_and_its_budget(customer: Customer) -> None:
    order = Order()
    execution = await customer.create(order)
    await customer.does(execution["id"], "cancel", {"reason": "sold the car"})

    for again in (order, Order(id=order.id), Order(budget=order.budget)):
        answer = await customer.http.post("/executions", json=again.request)

        assert answer.status_code == 409
        assert answer.json()["existing"].endswith(execution["id"])
