"""An approval that comes before its order is in the queue holds for the item added later."""

import httpx
import pytest

from api.errors import OutcomeUnknown, Unavailable
from api.intake import Intake
from api.queue.service import QueueRules
from tests.api.answers import FILA
from tests.api.consumer.messages import approval
from tests.api.engine import QueueEngine
from tests.api.queue.fila import add, item, problema

REQUIRED = pytest.mark.parametrize("rules", [QueueRules(requires_approval=True)])
AT = "2026-03-02T09:30:00Z"


@REQUIRED
@pytest.mark.parametrize("was_there", [False, True])
async def test_an_approval_holds_for_an_item_that_is_added_after_it(
    intake: Intake, http: httpx.AsyncClient, was_there: bool
) -> None:
    if was_there:
        await http.delete(await add(http, 7))
    await intake.accept(approval(approvedAt=AT))
    await intake.accept(approval(message_id="m-2", approvedAt="2026-03-05T08:00:00Z"))

    added = await add(http, 7)

    shown = item(await http.get(added))
    assert (shown["orcamento_aprovado_em"], shown["etapa"]) == (AT, "AGUARDANDO_REPARO")
    assert item(await http.post(f"{added}/iniciar-reparo"))["status"] == "EM_REPARO"


@REQUIRED
async def test_an_approval_holds_for_an_item_that_takes_the_place_of_another(
    intake: Intake, http: httpx.AsyncClient, queued: str
) -> None:
    await intake.accept(approval(approvedAt=AT))
    await http.delete(queued)

    again = await add(http, 7)

    assert item(await http.get(again))["orcamento_aprovado_em"] == AT


@REQUIRED
@pytest.mark.parametrize("failure", [Unavailable("down"), OutcomeUnknown("silent")])
async def test_an_approval_that_cannot_be_passed_on_yet_does_not_keep_the_item_out(
    intake: Intake, http: httpx.AsyncClient, items: QueueEngine, failure: Unavailable
) -> None:
    await intake.accept(approval(approvedAt=AT))
    items.fail(failure, "command")

    added = await http.post(FILA, json={"ordem_servico_id": 7})

    assert item(added, 201)["orcamento_aprovado_em"] is None
    items.recover()
    started = item(await http.post(f"{added.headers['Location']}/iniciar-reparo"))
    assert (started["status"], started["orcamento_aprovado_em"]) == ("EM_REPARO", AT)


@REQUIRED
async def test_a_repair_under_a_key_starts_with_the_approval_that_it_has_found(
    intake: Intake, http: httpx.AsyncClient, items: QueueEngine
) -> None:
    key = {"Idempotency-Key": "key-1"}
    await intake.accept(approval(approvedAt=AT))
    items.fail(Unavailable("down"), "command")
    added = await http.post(FILA, json={"ordem_servico_id": 7})
    items.recover()
    url = f"{added.headers['Location']}/iniciar-reparo"

    first = await http.post(url, headers=key)
    again = await http.post(url, headers=key)

    assert item(again) == item(first)
    assert again.headers["Idempotency-Replayed"] == "true"


@REQUIRED
async def test_the_early_approval_of_one_order_is_not_for_another(
    intake: Intake, http: httpx.AsyncClient
) -> None:
    await intake.accept(approval("8"))

    added = await add(http, 7)

    problema(await http.post(f"{added}/iniciar-reparo"), 409, "approval-pending")


async def test_an_early_approval_counts_where_it_is_not_required_too(
    intake: Intake, http: httpx.AsyncClient
) -> None:
    await intake.accept(approval(approvedAt=AT))

    shown = item(await http.get(await add(http, 7)))

    assert (shown["orcamento_aprovado_em"], shown["etapa"]) == (AT, "AGUARDANDO_REPARO")
    history = (await http.get(f"{FILA}/{shown['fila_id']}/historico")).json()["historico"]
    assert [entry["tipo"] for entry in history] == ["QueueItemAdded", "QueueItemApproved"]
