"""The OS service is told of every step: in order, one at a time, beside the work."""

from typing import Any

import pytest

from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    RecordApproval,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import ALL_NOTICES, NOTIFYING, WHOLE_WORK, shown_notices
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Origin

BEGIN = StartDiagnosis(mechanic_id=7)


async def test_every_step_is_told_in_order_and_one_at_a_time(
    item: DrivenItem, orders: OrdersOffice
) -> None:
    order = (await item.snapshot()).service_order_id
    for command in WHOLE_WORK:
        await item.update(command)

    await item.handle.result()

    assert [(each.service_order_id, each.status) for each in orders.notices] == [
        (order, "EM_DIAGNOSTICO"),
        (order, "AGUARDANDO_APROVACAO"),
        (order, "EM_EXECUCAO"),
        (order, "FINALIZADA"),
    ]
    assert orders.most_at_once == 1


async def test_a_notice_names_the_request_that_led_to_it(
    item: DrivenItem, orders: OrdersOffice
) -> None:
    for number, command in enumerate(WHOLE_WORK):
        await item.update(command, origin=Origin(correlation_id=f"step-{number}"))

    await item.handle.result()

    assert [each.correlation_id for each in orders.notices] == [
        f"step-{number}" for number in range(len(WHOLE_WORK))
    ]


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (StartDiagnosis(mechanic_id=7), "EM_DIAGNOSTICO"),
        (StartRepair(), "EM_EXECUCAO"),
        (Prioritize(priority=Priority.HIGH), None),
        (RecordApproval(), None),
        (LinkExecution(execution_id="EX-1"), None),
    ],
    ids=lambda value: getattr(value, "ACTION", None),
)
async def test_a_step_is_told_and_nothing_else(
    item: DrivenItem, orders: OrdersOffice, command: Any, status: str | None
) -> None:
    await item.updates(command)
    await item.settled()

    assert orders.heard == ([status] if status else [])


async def test_what_is_confirmed_stands_on_the_item_without_a_new_version_or_event(
    item: DrivenItem, outside: Outside
) -> None:
    answered = await item.updates(BEGIN)
    await item.settled()

    last = item.shown[-1]
    assert answered.notices.pending == ("EM_DIAGNOSTICO",)
    assert shown_notices(item) | {"confirmada_em": "then"} == {
        "confirmada": "EM_DIAGNOSTICO",
        "confirmada_em": "then",
        "pendentes": [],
        "falha": None,
        "recusadas": [],
    }
    assert last.notices.confirmed_at is not None
    assert last.notices.confirmed_at >= last.updated_at
    assert outside.batches == [[1], [2], []]
    assert [(each.version, each.revision) for each in item.shown] == [(1, 1), (2, 2), (2, 3)]
    assert await item.snapshot() == last


async def test_work_goes_on_while_the_os_service_hangs(
    item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    orders.hold()
    await item.update(BEGIN)
    await eventually(lambda: orders.attempts)

    last = await item.updates(FinishDiagnosis(diagnosis="gastas"), StartRepair(), FinishRepair())
    await item.settled(but=NOTIFYING)

    assert last.status == "FINALIZADA"
    assert outside.sequences == [1, 2, 3, 4, 5]
    assert shown_notices(item)["pendentes"] == ALL_NOTICES
    assert orders.tried == ["EM_DIAGNOSTICO"]
    orders.release()

    await item.handle.result()
    assert orders.heard == orders.tried == ALL_NOTICES
    assert orders.most_at_once == 1


async def test_an_item_that_tells_nobody_calls_nobody(
    workshop: Workshop, outside: Outside, orders: OrdersOffice
) -> None:
    item = await workshop.add(tells_service_orders=False)
    await item.updates(*WHOLE_WORK)

    last = await item.handle.result()

    assert orders.attempts == []
    assert last.notices.pending == ()
    assert last.revision == last.version == 5
    assert [] not in outside.batches
