"""Notices that are pending for a removed item are sent by another workflow."""

from threading import Event

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from domain.fila.commands import Remove, StartDiagnosis
from domain.fila.state import QueueItem
from tests.conftest import eventually
from tests.starts import FROM_HTTP
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import (
    ALL_NOTICES,
    DIAGNOSIS,
    NOTIFYING,
    WHOLE_WORK,
    longest_notice,
    pauses,
)
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import CORRELATION_ID, Origin
from workflows.queue_item import QueueItemWorkflow

DOWN = RuntimeError("the OS service is down")
BEGIN = StartDiagnosis(mechanic_id=7)


def rest_of(workshop: Workshop, item: DrivenItem) -> WorkflowHandle[None, None]:
    """The workflow that tells what `item` could not."""
    return workshop.client.get_workflow_handle(f"avisos-{item.id}")


async def removed(item: DrivenItem) -> QueueItem:
    await item.update(Remove())
    last: QueueItem = await item.handle.result()
    return last


@pytest.mark.parametrize("by", ["update", "signal", "cancellation"])
async def test_a_removed_item_ends_at_once_and_the_rest_is_told_in_order(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice, quick: None, brief: None, by: str
) -> None:
    orders.fail(DOWN)
    await item.updates(*WHOLE_WORK)
    await eventually(lambda: item.shown[-1].notices.failure)

    if by == "cancellation":
        await item.handle.cancel()
    else:
        await (item.update(Remove()) if by == "update" else item.signal(Remove()))
    last = await item.handle.result()
    while_down = await rest_of(workshop, item).describe()
    orders.recover()
    await rest_of(workshop, item).result()

    assert list(last.notices.pending) == ALL_NOTICES
    assert while_down.status is WorkflowExecutionStatus.RUNNING
    assert orders.heard == ALL_NOTICES
    assert (await item.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_whatever_is_told_of_a_removed_item_leads_back_to_a_request(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice, quick: None, brief: None
) -> None:
    orders.fail(DOWN)
    for number, command in enumerate(DIAGNOSIS):
        await item.update(command, origin=Origin(correlation_id=f"step-{number}"))
    await eventually(lambda: item.shown[-1].notices.failure)

    await removed(item)
    orders.recover()
    await rest_of(workshop, item).result()

    assert [each.correlation_id for each in orders.notices] == ["step-0", "step-1"]
    told_by = await rest_of(workshop, item).describe()
    assert await told_by.memo_value(CORRELATION_ID) == FROM_HTTP.correlation_id


async def test_only_what_is_not_yet_told_is_told_by_the_other_workflow(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice, quick: None, brief: None
) -> None:
    await item.updates(BEGIN)
    await item.settled()
    orders.fail(DOWN)
    await item.updates(DIAGNOSIS[1])

    last = await removed(item)
    orders.recover()
    await rest_of(workshop, item).result()

    assert list(last.notices.pending) == ["AGUARDANDO_APROVACAO"]
    assert orders.heard == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]


@pytest.mark.parametrize("before", [(), (BEGIN,)], ids=["nothing to tell", "all told"])
async def test_where_nothing_is_left_to_tell_there_is_no_other_workflow(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice, before: tuple[StartDiagnosis, ...]
) -> None:
    for command in before:
        await item.update(command)
    await item.settled()

    await removed(item)

    with pytest.raises(RPCError) as unknown:
        await rest_of(workshop, item).describe()
    assert unknown.value.status is RPCStatusCode.NOT_FOUND
    assert len(orders.heard) == len(before)


async def test_a_hanging_notice_does_not_hold_the_removal_up(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice, quick: None, brief: None
) -> None:
    orders.hold()
    await item.updates(*DIAGNOSIS)
    await eventually(lambda: orders.attempts)

    await removed(item)
    orders.release()
    await rest_of(workshop, item).result()

    # Said twice, perhaps, because nobody knows what became of the first attempt; but in order.
    assert list(dict.fromkeys(orders.heard)) == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]
    assert orders.heard[-1] == "AGUARDANDO_APROVACAO"


async def test_the_other_workflow_waits_until_an_attempt_under_way_must_have_ended(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice
) -> None:
    orders.hold()
    await item.updates(BEGIN)
    await eventually(lambda: orders.attempts)

    await removed(item)
    rest = rest_of(workshop, item)
    history = await eventually(rest.fetch_history, lambda seen: len(seen.events) > 4)
    await rest.terminate()

    [pause] = pauses(history.events)
    assert pause >= longest_notice(await item.events())
    assert orders.tried == ["EM_DIAGNOSTICO"]


async def test_a_cancellation_while_the_rest_is_handed_over_loses_nothing(
    workshop: Workshop,
    item: DrivenItem,
    orders: OrdersOffice,
    quick: None,
    brief: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, cancelled = Event(), Event()
    hand_over = QueueItemWorkflow._hand_over

    async def hand_over_when_cancelled(workflow: QueueItemWorkflow) -> None:
        begun.set()
        cancelled.wait(1.5)  # in a thread of the worker, which has two seconds for this
        await hand_over(workflow)

    monkeypatch.setattr(QueueItemWorkflow, "_hand_over", hand_over_when_cancelled)
    orders.fail(DOWN)
    await item.updates(*DIAGNOSIS, Remove())

    await eventually(begun.is_set)
    await item.handle.cancel()
    cancelled.set()
    last = await item.handle.result()
    orders.recover()
    await rest_of(workshop, item).result()

    assert last.status == "REMOVIDA"
    assert orders.heard == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]


async def test_the_order_can_be_in_the_queue_again_while_the_rest_is_told(
    workshop: Workshop,
    item: DrivenItem,
    outside: Outside,
    orders: OrdersOffice,
    quick: None,
    brief: None,
) -> None:
    orders.fail(DOWN)
    await item.updates(*DIAGNOSIS)
    last = await removed(item)

    again = await workshop.add(service_order_id=last.service_order_id)
    answer = await again.updates(BEGIN)
    await again.settled(but=NOTIFYING)
    orders.recover()
    await rest_of(workshop, item).result()
    await eventually(lambda: again.shown[-1].notices.confirmed)

    assert (answer.queue_item_id, answer.status) == (again.id, "EM_DIAGNOSTICO")
    assert sorted(orders.heard) == ["AGUARDANDO_APROVACAO", "EM_DIAGNOSTICO", "EM_DIAGNOSTICO"]


async def test_what_is_refused_for_good_is_logged_and_the_next_step_is_told(
    workshop: Workshop,
    item: DrivenItem,
    orders: OrdersOffice,
    quick: None,
    brief: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    orders.fail(DOWN)
    await item.updates(*DIAGNOSIS)
    await removed(item)
    orders.refuse("EM_DIAGNOSTICO", "o serviço de OS respondeu 404")

    orders.recover()
    await rest_of(workshop, item).result()

    assert orders.heard == ["AGUARDANDO_APROVACAO"]
    logged = [each.getMessage() for each in caplog.records]
    assert any("notice refused: o serviço de OS respondeu 404" in each for each in logged)


async def test_operators_see_what_the_other_workflow_is_about(
    workshop: Workshop, item: DrivenItem, orders: OrdersOffice, quick: None, brief: None
) -> None:
    orders.fail(DOWN)
    await item.updates(*DIAGNOSIS)
    last = await removed(item)
    orders.recover()
    rest = rest_of(workshop, item)
    await rest.result()

    described, history = await rest.describe(), await rest.fetch_history()

    order = last.service_order_id
    scheduled = [
        event
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    about = [await item.decode(each.user_metadata.summary, str) for each in scheduled]
    assert described.workflow_type == "LastNotices"
    assert await described.static_summary() == (
        f"Service order {order}: EM_DIAGNOSTICO, AGUARDANDO_APROVACAO"
    )
    assert list(dict.fromkeys(about)) == [
        f"OS {order}: EM_DIAGNOSTICO",
        f"OS {order}: AGUARDANDO_APROVACAO",
    ]
