"""Cancelled orders and rejected budgets, as the workshop's queue hears of them."""

import httpx
import pytest

from api.consumer.handlers import MessageHandler
from api.fila.service import QueueRules
from domain.inbound.messages import Message
from tests.api.answers import FILA
from tests.api.consumer.messages import approval, message, payment
from tests.api.fila.fila import NEXT, WAYS, add, id_in, item, problema
from tests.api.temporal_fake import QueueEngine

REQUIRED = pytest.mark.parametrize("rules", [QueueRules(requires_approval=True)])


def _cancelled(kind: str = "OrderCancelled", message_id: str = "c-1") -> Message:
    return message(kind, message_id, serviceOrderId="7", status="CANCELLED", reason="gave up")


@pytest.mark.parametrize("kind", ["OrderCancelled", "OrderStatusUpdated"])
@pytest.mark.parametrize("where", ["waiting", "diagnosed"])
async def test_an_item_that_waits_is_removed_with_the_reason(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    where: str,
    kind: str,
) -> None:
    await items.drive(id_in(queued), *WAYS[where])

    for _ in range(2):
        await handler.handle(_cancelled(kind))

    assert (await http.get(queued)).status_code == 404
    entry = (await http.get(f"{queued}/historico")).json()["historico"][-1]
    assert (entry["tipo"], entry["motivo"]) == ("QueueItemRemoved", "gave up")


@pytest.mark.parametrize("where", ["diagnosing", "repairing"])
async def test_an_item_in_work_stays_and_is_marked(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    before = await items.drive(id_in(queued), *WAYS[where])

    for count in range(2):
        await handler.handle(_cancelled(message_id=f"c-{count}"))

    after = item(await http.get(queued))
    assert after["pedido_cancelado_em"]
    assert (after["status"], after["versao"]) == (before.status, before.version + 1)


async def test_a_marked_item_is_never_given_out(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *WAYS["diagnosing"])
    await handler.handle(approval())
    await handler.handle(_cancelled())
    await http.post(f"{queued}/finalizar-diagnostico", json={"diagnostico": "freio"})

    taken = await http.post(NEXT, json={"mecanico_responsavel_id": 3})

    assert taken.status_code == 204
    assert item(await http.get(queued))["etapa"] == "AGUARDANDO_REPARO"


async def test_a_finished_item_is_not_touched(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *WAYS["finished"])
    before = item(await http.get(queued))

    await handler.handle(_cancelled())

    assert item(await http.get(queued)) == before


async def test_the_order_may_be_added_again_after_its_cancellation(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(_cancelled())

    assert item(await http.get(await add(http, 7)))["pedido_cancelado_em"] is None


@REQUIRED
@pytest.mark.parametrize("where", ["waiting", "diagnosed"])
async def test_a_rejection_withdraws_an_approval_whose_repair_has_not_begun(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    await items.drive(id_in(queued), *WAYS[where])
    await handler.handle(approval())

    await handler.handle(message("BudgetRejected", serviceOrderId="7", reason="too much"))

    assert item(await http.get(queued))["orcamento_aprovado_em"] is None
    problema(await http.post(f"{queued}/iniciar-reparo"), 409, "approval-pending")
    entry = (await http.get(f"{queued}/historico")).json()["historico"][-1]
    assert (entry["tipo"], entry["motivo"]) == ("QueueItemApprovalWithdrawn", "too much")


async def test_a_rejection_of_another_budget_withdraws_nothing(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(approval())

    await handler.handle(message("BudgetRejected", serviceOrderId="7", budgetId="other"))

    assert item(await http.get(queued))["orcamento_aprovado_em"]


async def test_a_repair_that_has_begun_goes_on_after_a_rejection(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await handler.handle(approval())
    await items.drive(id_in(queued), *WAYS["repairing"])

    await handler.handle(message("BudgetRejected", serviceOrderId="7"))

    after = item(await http.get(queued))
    assert (after["status"], bool(after["orcamento_aprovado_em"])) == ("EM_REPARO", True)


async def test_a_rejected_approval_that_comes_again_or_late_does_not_count(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(approval())
    await handler.handle(message("BudgetRejected", serviceOrderId="7"))

    await handler.handle(approval())
    await handler.handle(approval(message_id="m-2", approvedAt="2026-03-02T09:30:00Z"))

    assert item(await http.get(queued))["orcamento_aprovado_em"] is None


async def test_a_customer_may_approve_what_he_has_rejected_before(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(message("BudgetRejected", serviceOrderId="7"))

    await handler.handle(approval(message_id="m-2", approvedAt="2999-01-01T00:00:00Z"))

    assert item(await http.get(queued))["orcamento_aprovado_em"]


@REQUIRED
async def test_who_has_paid_has_approved(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(payment(serviceOrderId="7", completedAt="2026-03-02T09:30:00Z"))

    started = item(await http.post(f"{queued}/iniciar-reparo"))

    assert started["orcamento_aprovado_em"] == "2026-03-02T09:30:00Z"


@REQUIRED
async def test_who_has_paid_before_the_car_came_has_approved_too(
    handler: MessageHandler, http: httpx.AsyncClient
) -> None:
    await handler.handle(payment(serviceOrderId="7"))

    added = await http.post(FILA, json={"ordem_servico_id": 7})

    assert item(added, 201)["orcamento_aprovado_em"]


async def test_an_approved_item_is_still_offered_for_its_diagnosis(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(approval())

    repair = await http.post(NEXT, json={"mecanico_responsavel_id": 3, "etapa": "REPARO"})
    diagnosis = await http.post(NEXT, json={"mecanico_responsavel_id": 3, "etapa": "DIAGNOSTICO"})

    assert (repair.status_code, item(diagnosis)["status"]) == (204, "EM_DIAGNOSTICO")
