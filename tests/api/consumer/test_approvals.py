"""The customer has approved a budget: the order's item of the queue may be repaired."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from api.consumer.handlers import MessageHandler
from api.errors import OutcomeUnknown, Unavailable
from api.fila.service import QueueRules
from domain.fila.state import QueueItem
from domain.kernel.values import to_milliseconds
from tests.api.answers import FILA
from tests.api.consumer.messages import approval
from tests.api.fila.fila import DIAGNOSED, FINISHED, WAYS, add, id_in, item, problema
from tests.api.temporal_fake import ExecutionEngine, QueueEngine
from workflows.contract import execution_id

REQUIRED = pytest.mark.parametrize("rules", [QueueRules(requires_approval=True)])
AT = "2026-03-02T09:30:00Z"


async def _only(items: QueueEngine) -> QueueItem:
    (state,) = items.states.values()
    return state


@pytest.mark.parametrize(
    ("where", "stage"),
    [
        ("waiting", "AGUARDANDO_DIAGNOSTICO"),
        ("diagnosing", "DIAGNOSTICO"),
        ("diagnosed", "AGUARDANDO_REPARO"),
        ("repairing", "REPARO"),
    ],
)
async def test_an_approval_is_recorded_wherever_the_work_is(
    handler: MessageHandler,
    http: httpx.AsyncClient,
    items: QueueEngine,
    queued: str,
    where: str,
    stage: str,
) -> None:
    before = await items.drive(id_in(queued), *WAYS[where])

    await handler.handle(approval(approvedAt=AT))

    after = item(await http.get(queued))
    assert (after["orcamento_aprovado_em"], after["etapa"]) == (AT, stage)
    assert (after["status"], after["versao"]) == (before.status, before.version + 1)
    assert (await _only(items)).budget_id == "budget-1"


async def test_an_approval_before_the_end_of_the_diagnosis_counts_then(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await http.post(f"{queued}/iniciar-diagnostico", json={"mecanico_responsavel_id": 3})
    await handler.handle(approval())

    ended = await http.post(f"{queued}/finalizar-diagnostico", json={"diagnostico": "freio"})

    assert item(ended)["etapa"] == "AGUARDANDO_REPARO"


async def test_an_approval_without_its_time_was_given_when_it_came(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    before = to_milliseconds(datetime.now(UTC))

    await handler.handle(approval())

    approved_at = item(await http.get(queued))["orcamento_aprovado_em"]
    assert before <= datetime.fromisoformat(approved_at) <= datetime.now(UTC)


async def test_an_approval_is_told_in_the_history_with_its_message(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await handler.handle(approval(approvedAt=AT, metadata={"correlationId": "corr-7"}))

    entry = (await http.get(f"{queued}/historico")).json()["historico"][1]

    assert (entry["tipo"], entry["acao"]) == ("QueueItemApproved", "orcamento-aprovado")
    assert (entry["via"], entry["correlacao_id"], entry["causa_id"]) == ("queue", "corr-7", "m-1")
    assert entry["detalhe"].items() >= {"budgetId": "budget-1", "approvedAt": AT}.items()


async def test_an_approval_that_comes_again_changes_nothing(
    handler: MessageHandler, items: QueueEngine, queued: str
) -> None:
    await handler.handle(approval(approvedAt=AT))
    first = await _only(items)

    await handler.handle(approval(approvedAt=AT))
    await handler.handle(approval(message_id="m-2", approvedAt="2026-03-05T08:00:00Z"))

    assert await _only(items) == first


async def test_twenty_deliveries_of_an_approval_at_once_are_oneapproval(
    handler: MessageHandler, items: QueueEngine, queued: str
) -> None:
    await asyncio.gather(*(handler.handle(approval()) for _ in range(20)))

    assert (await _only(items)).version == 2


@pytest.mark.parametrize(
    "order", ["8", "os-1", "07", "0", "-7", "7.0", " 7x", "\uff17", "9" * 16, "281474976710656"]
)
async def test_an_approval_of_an_order_that_the_queue_does_not_have_is_acknowledged(
    handler: MessageHandler, items: QueueEngine, engine: ExecutionEngine, queued: str, order: str
) -> None:
    before = await _only(items)

    await handler.handle(approval(order))

    assert await _only(items) == before
    assert engine.states == {}


@pytest.mark.parametrize("removed", [False, True])
async def test_an_approval_that_comes_too_late_changes_nothing(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str, removed: bool
) -> None:
    await items.drive(id_in(queued), *FINISHED)
    if removed:
        await http.delete(queued)
    before = await _only(items)

    await handler.handle(approval())

    assert await _only(items) == before


async def test_an_approval_is_for_the_item_that_the_order_has_now(
    handler: MessageHandler, http: httpx.AsyncClient, queued: str
) -> None:
    await http.delete(queued)
    again = await add(http, 7)

    await handler.handle(approval(approvedAt=AT))

    assert item(await http.get(again))["orcamento_aprovado_em"] == AT


@REQUIRED
@pytest.mark.parametrize("where", ["waiting", "diagnosed"])
async def test_where_it_is_required_the_repair_starts_after_theapproval(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str, where: str
) -> None:
    await items.drive(id_in(queued), *WAYS[where])
    problema(await http.post(f"{queued}/iniciar-reparo"), 409, "approval-pending")

    await handler.handle(approval())

    assert "iniciar-reparo" in item(await http.get(queued))["acoes_permitidas"]
    assert item(await http.post(f"{queued}/iniciar-reparo"))["status"] == "EM_REPARO"


@REQUIRED
async def test_where_it_is_required_the_approval_of_another_order_does_not_do(
    handler: MessageHandler, http: httpx.AsyncClient, items: QueueEngine, queued: str
) -> None:
    await items.drive(id_in(queued), *DIAGNOSED)

    await handler.handle(approval("8"))

    problema(await http.post(f"{queued}/iniciar-reparo"), 409, "approval-pending")


async def test_an_approval_is_for_both_where_it_opens_executions_too(
    precreating: MessageHandler, http: httpx.AsyncClient, engine: ExecutionEngine, queued: str
) -> None:
    await precreating.handle(approval(approvedAt=AT))

    execution = engine.states[execution_id("7")]
    assert execution.awaits_payment
    assert item(await http.get(queued))["orcamento_aprovado_em"] == AT


async def test_an_approval_opens_an_execution_where_the_queue_has_no_such_order(
    precreating: MessageHandler, http: httpx.AsyncClient, engine: ExecutionEngine
) -> None:
    await precreating.handle(approval())

    assert engine.states[execution_id("7")].awaits_payment
    assert (await http.get(FILA)).json() == []


@pytest.mark.parametrize("failure", [Unavailable("down"), OutcomeUnknown("silent")])
async def test_what_is_down_leaves_the_approval_to_be_tried_again(
    handler: MessageHandler, items: QueueEngine, queued: str, failure: Unavailable
) -> None:
    items.fail(failure)
    with pytest.raises(type(failure)):
        await handler.handle(approval())
    items.recover()

    await handler.handle(approval())

    assert (await _only(items)).approved_at is not None
