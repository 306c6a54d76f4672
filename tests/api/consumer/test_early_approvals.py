"""An approval that comes before its order is in the queue holds for the item added later."""

import httpx
import pytest

from api.consumer.handlers import MessageHandler
from api.errors import OutcomeUnknown, Unavailable
from api.fila.service import QueueRules
from domain.fila.commands import RecordApproval
from tests.api.answers import FILA
from tests.api.consumer.messages import approval
from tests.api.fila.fila import FINISHED, add, id_in, item, problema
from tests.api.temporal_fake import QueueEngine

REQUIRED = pytest.mark.parametrize("rules", [QueueRules(requires_approval=True)])
AT = "2026-03-02T09:30:00Z"


@REQUIRED
@pytest.mark.parametrize("was_there", [False, True])
async def test_an_approval_holds_for_an_item_that_is_added_after_it(
    handler: MessageHandler, http: httpx.AsyncClient, was_there: bool
) -> None:
    if was_there:
        await http.delete(await add(http, 7))
    await handler.handle(approval(approvedAt=AT))
    await handler.handle(approval(message_id="m-2", approvedAt="2026-03-05T08:00:00Z"))

    added = await add(http, 7)

    shown = item(await http.get(added))
    assert (shown["orcamento_aprovado_em"], shown["etapa"]) == (AT, "AGUARDANDO_DIAGNOSTICO")
    assert item(await http.post(f"{added}/iniciar-reparo"))["status"] == "EM_REPARO"


@REQUIRED
@pytest.mark.parametrize("early", [False, True])
async def test_an_approval_belongs_to_one_stay_in_the_queue(
    handler: MessageHandler, http: httpx.AsyncClient, early: bool
) -> None:
    before = approval(approvedAt=AT)
    if early:
        await handler.handle(before)
    first = await add(http, 7)
    await handler.handle(before)
    assert item(await http.get(first))["orcamento_aprovado_em"] == AT
    await http.delete(first)

    again = await add(http, 7)
    await handler.handle(before)  # the queue has delivered it once more

    shown = item(await http.get(again))
    assert (shown["orcamento_aprovado_em"], shown["etapa"]) == (None, "AGUARDANDO_DIAGNOSTICO")
    problema(await http.post(f"{again}/iniciar-reparo"), 409, "approval-pending")
    await handler.handle(approval(message_id="m-2", budgetId="budget-2"))
    assert item(await http.post(f"{again}/iniciar-reparo"))["status"] == "EM_REPARO"


@REQUIRED
async def test_an_approval_that_came_too_late_for_one_stay_is_not_for_the_next(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine
) -> None:
    first = await add(http, 7)
    await items.drive(id_in(first), RecordApproval(), *FINISHED)
    await handler.handle(approval(approvedAt=AT))
    await http.delete(first)

    assert item(await http.get(await add(http, 7)))["orcamento_aprovado_em"] is None


@REQUIRED
@pytest.mark.parametrize("failure", [Unavailable("down"), OutcomeUnknown("silent")])
async def test_an_approval_that_cannot_be_passed_on_yet_does_not_keep_the_item_out(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, failure: Unavailable
) -> None:
    await handler.handle(approval(approvedAt=AT))
    items.fail(failure, "update")

    added = await http.post(FILA, json={"ordem_servico_id": 7})

    assert item(added, 201)["orcamento_aprovado_em"] is None
    items.recover()
    started = item(await http.post(f"{added.headers['Location']}/iniciar-reparo"))
    assert (started["status"], started["orcamento_aprovado_em"]) == ("EM_REPARO", AT)


@REQUIRED
async def test_a_repair_under_a_key_starts_with_the_approval_that_it_has_found(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine
) -> None:
    key = {"Idempotency-Key": "key-1"}
    await handler.handle(approval(approvedAt=AT))
    items.fail(Unavailable("down"), "update")
    added = await http.post(FILA, json={"ordem_servico_id": 7})
    items.recover()
    url = f"{added.headers['Location']}/iniciar-reparo"

    first = await http.post(url, headers=key)
    again = await http.post(url, headers=key)

    assert item(again) == item(first)
    assert again.headers["Idempotency-Replayed"] == "true"


@REQUIRED
async def test_the_early_approval_of_one_order_is_not_for_another(
    handler: MessageHandler, http: httpx.AsyncClient
) -> None:
    await handler.handle(approval("8"))

    added = await add(http, 7)

    problema(await http.post(f"{added}/iniciar-reparo"), 409, "approval-pending")


async def test_an_early_approval_counts_where_it_is_not_required_too(
    handler: MessageHandler, http: httpx.AsyncClient
) -> None:
    await handler.handle(approval(approvedAt=AT))

    shown = item(await http.get(await add(http, 7)))

    assert (shown["orcamento_aprovado_em"], shown["etapa"]) == (AT, "AGUARDANDO_DIAGNOSTICO")
    history = (await http.get(f"{FILA}/{shown['fila_id']}/historico")).json()["historico"]
    assert [entry["tipo"] for entry in history] == ["QueueItemAdded", "QueueItemApproved"]
