"""Messages of the bus about service orders that are in the workshop's queue."""

from collections.abc import AsyncIterator

import httpx
import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from deploy.dev import bus
from deploy.dev.ports import HOST, Ports
from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.consumed import depth, send
from tests.stack.customer import Customer, Document, Order
from tests.stack.faults import crash, frozen
from tests.stack.listener import Listener
from tests.stack.workflows import ended
from tests.stack.workshop import Workshop, new_order
from workflows.contract import execution_id

EARLIER, LATER = "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"


@pytest.fixture
async def item(workshop: Workshop) -> Document:
    return await workshop.adds()


def order_of(item: Document) -> Order:
    """The same service order, as the rest of the company writes it."""
    return Order(id=str(item["ordem_servico_id"]))


def approval(item: Document, at: str = EARLIER, budget: str = "BUD-1") -> Document:
    return {"serviceOrderId": order_of(item).id, "budgetId": budget, "approvedAt": at}


async def diagnose(workshop: Workshop, item: Document) -> None:
    await workshop.does(item["fila_id"], "iniciar-diagnostico", {"mecanico_responsavel_id": 7})
    await workshop.does(item["fila_id"], "finalizar-diagnostico", {"diagnostico": "Freios"})


async def finish(workshop: Workshop, item: Document) -> None:
    await workshop.does(item["fila_id"], "iniciar-reparo", {"mecanico_responsavel_id": 7})
    await workshop.does(item["fila_id"], "finalizar-reparo")


async def test_an_approval_that_comes_twice_counts_once(
    workshop: Workshop,
    customer: Customer,
    listener: Listener,
    aws: bus.Clients,
    queue: str,
    item: Document,
) -> None:
    await diagnose(workshop, item)

    customer.publish("BudgetApproved", approval(item))
    approved = await workshop.reaches(item["fila_id"], "AGUARDANDO_REPARO")
    send(aws, queue, "BudgetApproved", approval(item), approval(item, LATER, "BUD-2"))
    await eventually(lambda: depth(aws, queue) == 0, within=30)

    shown = await workshop.sees(item["fila_id"])
    assert approved["orcamento_aprovado_em"] == EARLIER
    assert (shown["orcamento_aprovado_em"], shown["versao"]) == (EARLIER, 4)
    told = await listener.all_of(item["fila_id"], 4)
    assert [each.type for each in told].count("QueueItemApproved") == 1
    assert told[-1].facts["approvedAt"] == EARLIER


async def test_an_approval_that_comes_before_its_order_is_added_counts_for_it(
    workshop: Workshop, aws: bus.Clients, queue: str
) -> None:
    number = new_order()
    early = {"serviceOrderId": str(number), "budgetId": "BUD-1", "approvedAt": EARLIER}

    send(aws, queue, "BudgetApproved", early)
    await eventually(lambda: depth(aws, queue) == 0, within=30)
    added = await workshop.adds(order=number)

    approved = await workshop.waits_for(
        added["fila_id"], lambda seen: seen["orcamento_aprovado_em"]
    )
    assert approved["orcamento_aprovado_em"] == EARLIER
    assert (approved["etapa"], approved["versao"]) == ("AGUARDANDO_DIAGNOSTICO", 2)


async def test_no_approval_is_lost_or_doubled_when_the_consumer_crashes(
    stack: Stack, workshop: Workshop, customer: Customer
) -> None:
    items = await workshop.adds_many(*["NORMAL"] * 30)

    customer.publish("BudgetApproved", *map(approval, items))
    await workshop.waits_for(items[0]["fila_id"], lambda seen: seen["orcamento_aprovado_em"])
    crash(stack, "consumer")

    for item in items:
        approved = await workshop.waits_for(
            item["fila_id"], lambda seen: seen["orcamento_aprovado_em"]
        )
        assert (approved["etapa"], approved["versao"]) == ("AGUARDANDO_DIAGNOSTICO", 2)


@pytest.mark.parametrize("worked", ["waits", "is finished"])
async def test_a_payment_links_the_item_and_its_execution_both_ways(
    workshop: Workshop,
    customer: Customer,
    listener: Listener,
    temporal: Client,
    item: Document,
    worked: str,
) -> None:
    if worked == "is finished":
        await finish(workshop, item)
        await ended(temporal, f"fila-{item['ordem_servico_id']}")

    customer.publish("PaymentCompleted", *[order_of(item).paid] * 2)
    linked = await workshop.waits_for(item["fila_id"], lambda seen: seen["execucao_id"])
    execution = await customer.sees(linked["execucao_id"])

    assert execution["queueItemId"] == item["fila_id"]
    assert execution["serviceOrderId"] == str(item["ordem_servico_id"])
    assert linked["ordem_servico_id"] == item["ordem_servico_id"]
    event = await listener.hears(item["fila_id"], "QueueItemLinked")
    assert event.facts == {
        "queueItemId": item["fila_id"],
        "serviceOrderId": str(item["ordem_servico_id"]),
        "executionId": linked["execucao_id"],
    }
    types = [entry["tipo"] for entry in await workshop.history(item["fila_id"])]
    assert types.count("QueueItemLinked") == 1


async def test_service_order_42_is_the_same_order_on_both_sides(
    workshop: Workshop, customer: Customer
) -> None:
    item = await workshop.adds(order=42)

    customer.publish("PaymentCompleted", Order(id="42").paid)
    linked = await workshop.waits_for(item["fila_id"], lambda seen: seen["execucao_id"])

    assert linked["ordem_servico_id"] == 42
    execution = await customer.sees(linked["execucao_id"])
    assert (execution["serviceOrderId"], execution["queueItemId"]) == ("42", item["fila_id"])


async def test_a_payment_links_them_though_the_worker_stands_still_meanwhile(
    stack: Stack, workshop: Workshop, customer: Customer, temporal: Client, item: Document
) -> None:
    order = order_of(item)
    execution = execution_id(order.id)

    async def is_open() -> bool:
        try:
            await temporal.get_workflow_handle(f"execution-{execution}").describe()
        except RPCError:
            return False
        return True

    with frozen(stack, "worker"):
        customer.publish("PaymentCompleted", order.paid)
        await eventually(is_open)
        unlinked = await workshop.sees(item["fila_id"])
        unseen = await customer.finds(order)

    assert (unlinked["execucao_id"], unseen) == (None, [])
    linked = await workshop.waits_for(item["fila_id"], lambda seen: seen["execucao_id"], within=60)
    assert linked["execucao_id"] == execution
    assert (await customer.waits_for(order))["queueItemId"] == item["fila_id"]


async def test_a_payment_for_an_order_whose_item_was_removed_links_nothing(
    workshop: Workshop, customer: Customer, item: Document
) -> None:
    await workshop.removes(item["fila_id"])

    customer.publish("PaymentCompleted", order_of(item).paid)
    execution = await customer.waits_for(order_of(item))

    assert "queueItemId" not in execution


@pytest.fixture
async def strict(stack: Stack) -> AsyncIterator[Workshop]:
    """One whose API lets no repair begin without the customer's approval."""
    port = str(Ports.free().api)
    other = stack.add("api-strict", {"FILA_EXIGE_APROVACAO": "true", "PORT": port})
    try:
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as http:
            yield Workshop(http)
    finally:
        other.stop()


async def test_where_approval_is_needed_no_repair_begins_without_it(
    strict: Workshop, customer: Customer, empty_queue: None
) -> None:
    item = await strict.adds()
    await diagnose(strict, item)
    refused = await strict.steps(item["fila_id"], "iniciar-reparo")
    nothing = await strict.takes_next(8, "REPARO")

    customer.publish("BudgetApproved", approval(item))
    await strict.reaches(item["fila_id"], "AGUARDANDO_REPARO")
    given = await strict.takes_next(8, "REPARO")

    assert (refused.status_code, nothing.status_code) == (409, 204)
    problem = refused.json()
    assert problem["currentStatus"] == "AGUARDANDO"
    assert problem["acoes_permitidas"] == ["prioridade", "remover"]
    assert (given.json()["fila_id"], given.json()["status"]) == (item["fila_id"], "EM_REPARO")
