"""A payment of an order that is in the queue: its execution and its item name each other."""

import asyncio

import httpx
import pytest

from api.consumer.handlers import MessageHandler
from api.errors import OutcomeUnknown, Unavailable
from domain.execution.commands import Start
from domain.inbound.messages import Message
from tests.activities.bus import FakeBus
from tests.api.answers import BASE, NEW
from tests.api.consumer.messages import failures, message, payment
from tests.api.fila.fila import FINISHED, WAYS, add, id_in, item
from tests.api.temporal_fake import ExecutionEngine, QueueEngine
from workflows.contract import execution_id

EXECUTION = execution_id("7")


def _paid(payment_id: str = "pay-1", order: str = "7", budget: str = "budget-1") -> Message:
    return payment(payment_id, serviceOrderId=order, budgetId=budget)


async def _linked(http: httpx.AsyncClient, url: str) -> None:
    """Both name the other, to all who look."""
    execution = (await http.get(f"{BASE}/{EXECUTION}")).json()
    assert execution["queueItemId"] == id_in(url)
    assert item(await http.get(url))["execucao_id"] == EXECUTION


@pytest.mark.parametrize("where", WAYS)
async def test_a_payment_links_the_execution_and_the_item_wherever_the_work_is(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    before = await items.drive(id_in(queued), *WAYS[where])

    await handler.handle(_paid())

    await _linked(http, queued)
    after = item(await http.get(queued))
    news = 1 if where == "finished" else 2  # the approval that lies in it, and the link
    assert (after["status"], after["versao"]) == (before.status, before.version + news)


async def test_a_link_is_told_in_the_items_history(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(_paid())

    entry = (await http.get(f"{queued}/historico")).json()["historico"][2]

    assert (entry["tipo"], entry["acao"]) == ("QueueItemLinked", "vincular-execucao")
    assert (entry["via"], entry["causa_id"]) == ("queue", "m-1")
    assert entry["detalhe"]["executionId"] == EXECUTION


@pytest.mark.parametrize("order", ["8", "os-7", "07"])
async def test_an_order_that_is_not_in_the_queue_has_an_execution_without_an_item(
    handler: MessageHandler, engine: ExecutionEngine, items: QueueEngine, queued: str, order: str
) -> None:
    before = items.states

    await handler.handle(_paid(order=order))

    assert engine.states[execution_id(order)].queue_item_id is None
    assert items.states == before


async def test_a_payment_that_comes_again_changes_nothing(
    handler: MessageHandler, engine: ExecutionEngine, items: QueueEngine, queued: str
) -> None:
    await handler.handle(_paid())
    before = (engine.states, items.states)

    await handler.handle(_paid())

    assert (engine.states, items.states) == before


async def test_twenty_deliveries_of_a_payment_at_once_link_once(
    handler: MessageHandler, engine: ExecutionEngine, items: QueueEngine, queued: str
) -> None:
    await asyncio.gather(*(handler.handle(_paid()) for _ in range(20)))

    assert engine.states[EXECUTION].version == 1
    assert items.states[id_in(queued)].version == 3


@pytest.mark.parametrize("started", [False, True])
async def test_an_execution_that_was_there_before_its_payment_is_linked(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    queued: str,
    started: bool,
) -> None:
    await http.post(BASE, json={**NEW, "serviceOrderId": "7"})
    if started:
        await engine.drive(EXECUTION, Start())

    await handler.handle(_paid())

    await _linked(http, queued)
    assert engine.states[EXECUTION].payment_id == "pay-1"


async def test_an_execution_that_was_opened_by_an_approval_is_linked_by_the_payment(
    precreating: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await precreating.handle(message("BudgetApproved", serviceOrderId="7"))

    await precreating.handle(_paid())

    await _linked(http, queued)
    assert item(await http.get(queued))["orcamento_aprovado_em"]


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_finished_item_is_reopened_to_be_linked(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    forgotten: bool,
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    if forgotten:
        items.forget(id_in(queued))

    await handler.handle(_paid())

    await _linked(http, queued)
    assert item(await http.get(queued))["status"] == "FINALIZADA"
    assert (await http.delete(queued)).status_code == 204


@pytest.mark.parametrize("lingers", [False, True])
async def test_an_item_that_was_removed_is_linked_to_nothing(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    items: QueueEngine,
    queued: str,
    lingers: bool,
) -> None:
    items.lingers = lingers
    await http.delete(queued)
    before = items.states

    await handler.handle(_paid())

    assert engine.states[EXECUTION].queue_item_id is None
    assert items.states == before


async def test_the_item_that_took_the_place_of_a_removed_one_is_linked(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await http.delete(queued)
    again = await add(http, 7)

    await handler.handle(_paid())

    await _linked(http, again)


@pytest.mark.usefixtures("impatient")
async def test_an_item_that_cannot_be_read_yet_is_linked_all_the_same(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine
) -> None:
    items.hold_deliveries()
    answer = await http.post("/fila-execucao", json={"ordem_servico_id": 7})

    await handler.handle(_paid())

    await items.release_deliveries()
    await _linked(http, answer.headers["Location"])


@pytest.mark.parametrize("failure", [Unavailable("down"), OutcomeUnknown("silent")])
async def test_a_queue_that_fails_does_not_keep_the_execution_from_being_opened(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    items: QueueEngine,
    queued: str,
    failure: Unavailable,
) -> None:
    items.fail(failure, "update", "reopen")

    with pytest.raises(type(failure)):
        await handler.handle(_paid())

    assert engine.states[EXECUTION].payment_id == "pay-1"
    assert item(await http.get(queued))["execucao_id"] is None


async def test_a_delivery_after_a_crash_between_the_two_steps_links_what_is_missing(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    engine: ExecutionEngine,
    items: QueueEngine,
    queued: str,
) -> None:
    items.fail(Unavailable("down"), "update")
    with pytest.raises(Unavailable):
        await handler.handle(_paid())
    items.recover()
    opened = engine.states[EXECUTION]

    await handler.handle(_paid())

    await _linked(http, queued)
    assert engine.states[EXECUTION] == opened


async def test_a_delivery_after_a_crash_finds_even_an_item_that_is_finished_by_then(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    items.fail(Unavailable("down"), "update")
    with pytest.raises(Unavailable):
        await handler.handle(_paid())
    items.recover()
    await items.drive(id_in(queued), *FINISHED)

    await handler.handle(_paid())

    await _linked(http, queued)


async def test_a_payment_that_leads_to_no_work_links_nothing(
    handler: MessageHandler, bus: FakeBus, items: QueueEngine, queued: str
) -> None:
    await handler.handle(_paid(order="8"))

    await handler.handle(_paid("pay-2", "7"))

    assert [failed["paymentId"] for failed in failures(bus)] == ["pay-2"]
    assert items.states[id_in(queued)].execution_id is None
