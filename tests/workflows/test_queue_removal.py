"""A removed item is gone at once and for good; its service order may come to the queue again."""

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from api.errors import KeyReused, NoWorkflow
from domain.fila.commands import QUEUE_COMMANDS, Prioritize, Remove, StartDiagnosis
from domain.fila.errors import QueueItemNotFound
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import WAY_TO
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin

ANYWHERE = pytest.mark.parametrize("before", list(WAY_TO))
BEGIN, HIGH = StartDiagnosis(mechanic_id=7), Prioritize(priority=Priority.HIGH)
AGAIN = WorkflowIDReusePolicy.ALLOW_DUPLICATE


def addressed_to(item: DrivenItem) -> Origin:
    return Origin(via=Door.HTTP, aggregate_id=item.id)


@ANYWHERE
@pytest.mark.parametrize("by", ["update", "signal", "cancellation"])
async def test_an_item_can_be_removed_wherever_it_stands(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, before: str, by: str
) -> None:
    orders.hold()  # or a finished one would have ended
    for command in WAY_TO[before]:
        await item.update(command)
    known = await item.snapshot()

    if by == "cancellation":
        await item.handle.cancel()
    else:
        await (item.update(Remove()) if by == "update" else item.signal(Remove()))
    last = await item.handle.result()
    orders.release()

    assert (last.status, last.version) == ("REMOVIDA", known.version + 1)
    assert (outside.events[-1].type, outside.events[-1].from_status) == (
        "QueueItemRemoved",
        known.status,
    )
    assert outside.sequences == list(range(1, last.version + 1))
    assert item.shown[-1] == last
    assert (await item.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_nothing_can_be_done_to_a_removed_item_any_more(
    workshop: Workshop, item: DrivenItem, outside: Outside
) -> None:
    outside.hold()
    await item.update(Remove())
    asked = [kind.model_validate(SOME_INPUT.get(kind.ACTION, {})) for kind in QUEUE_COMMANDS]

    for command in asked:
        with pytest.raises(QueueItemNotFound, match=r"^Item da fila não encontrado\.$"):
            await workshop.queue.update(item.workflow_id, command, addressed_to(item))
        await item.signal(command)
    await item.handle.cancel()
    outside.release()

    assert (await item.handle.result()).version == 2
    assert outside.sequences == [1, 2]


SOME_INPUT = {
    "iniciar-diagnostico": {"mecanico_responsavel_id": 7},
    "finalizar-diagnostico": {"diagnostico": "pastilhas gastas"},
    "prioridade": {"prioridade": "ALTA"},
    "vincular-execucao": {"execucao_id": "EX-1"},
}


async def test_a_removed_items_workflow_is_no_more(workshop: Workshop, item: DrivenItem) -> None:
    await item.update(Remove())
    await item.handle.result()

    with pytest.raises(NoWorkflow):
        await workshop.queue.update(item.workflow_id, HIGH, addressed_to(item))
    with pytest.raises(NoWorkflow):
        await workshop.queue.signal(item.workflow_id, HIGH, addressed_to(item))


async def test_an_order_is_in_the_queue_once(
    workshop: Workshop, item: DrivenItem, outside: Outside
) -> None:
    number = (await item.snapshot()).service_order_id
    others = [workshop.entry(service_order_id=number) for _ in range(20)]

    started = await asyncio.gather(*(workshop.queue.start(each, reuse=AGAIN) for each in others))

    assert not any(started)
    assert (await item.snapshot()).queue_item_id == item.id
    assert outside.sequences == [1]


async def test_of_twenty_who_add_an_order_at_once_one_does(
    workshop: Workshop, outside: Outside
) -> None:
    number = workshop.entry().service_order_id
    rivals = [workshop.entry(service_order_id=number) for _ in range(20)]

    started = await asyncio.gather(*(workshop.queue.start(each, reuse=AGAIN) for each in rivals))

    [added] = [entry for entry, first in zip(rivals, started, strict=True) if first]
    item = workshop.item(added)
    await item.settled()
    assert outside.sequences == [1]
    assert (await item.snapshot()).queue_item_id == added.queue_item_id


async def test_a_removed_order_can_be_added_again_as_soon_as_the_removal_is_told(
    workshop: Workshop, item: DrivenItem, outside: Outside
) -> None:
    number = (await item.snapshot()).service_order_id
    entry = workshop.entry(service_order_id=number)
    outside.hold()
    await item.update(Remove())

    too_soon = await workshop.queue.start(entry, reuse=AGAIN)
    outside.release()
    await eventually(lambda: workshop.queue.start(entry, reuse=AGAIN))
    again = workshop.item(entry)
    await again.settled()

    assert not too_soon
    assert again.workflow_id == item.workflow_id
    assert (await again.snapshot()).queue_item_id == entry.queue_item_id
    assert [(each.metadata.event_id, each.type) for each in outside.events] == [
        (f"{item.id}:1", "QueueItemAdded"),
        (f"{item.id}:2", "QueueItemRemoved"),
        (f"{again.id}:1", "QueueItemAdded"),
    ]


@pytest.fixture
async def again(workshop: Workshop, item: DrivenItem) -> DrivenItem:
    """The same order's next item, after `item` has been removed."""
    last = await item.updates(Remove())
    await item.handle.result()
    driven = await workshop.add(service_order_id=last.service_order_id)
    await driven.settled()
    return driven


async def test_a_command_for_the_old_item_does_not_hit_the_new_one(
    workshop: Workshop, item: DrivenItem, again: DrivenItem, outside: Outside
) -> None:
    known = await again.describe()

    for command in (BEGIN, HIGH, Remove()):
        with pytest.raises(QueueItemNotFound, match=r"^Item da fila não encontrado\.$"):
            await workshop.queue.update(item.workflow_id, command, addressed_to(item))
    unchanged = await again.describe()
    for command in (BEGIN, HIGH, Remove()):
        await workshop.queue.signal(item.workflow_id, command, addressed_to(item))
    answer = await workshop.queue.update(again.workflow_id, BEGIN, addressed_to(again))

    assert unchanged.history_length == known.history_length
    assert (answer.state.version, answer.state.queue_item_id) == (2, again.id)
    await again.settled()
    assert outside.sequences == [1, 2, 1, 2]


async def test_a_key_that_the_new_item_knows_does_not_answer_for_the_old_one(
    workshop: Workshop, item: DrivenItem, again: DrivenItem
) -> None:
    keyed = {"key": "key-1"}
    for_new = addressed_to(again).model_copy(update=keyed)
    for_old = addressed_to(item).model_copy(update=keyed)
    await workshop.queue.update(again.workflow_id, BEGIN, for_new)

    with pytest.raises(KeyReused):
        await workshop.queue.update(item.workflow_id, BEGIN, for_old)


async def test_a_cancelled_workflow_is_a_removal_even_before_it_has_run(
    unmanned: Workshop, outside: Outside
) -> None:
    item = await unmanned.add()
    await item.handle.cancel()

    async with unmanned.worker():
        last = await item.handle.result()

    assert last.status == "REMOVIDA"
    assert outside.sequences == [1, 2]


async def test_a_removal_ends_the_workflow_only_when_it_is_told(
    item: DrivenItem, outside: Outside
) -> None:
    outside.hold()
    await item.update(BEGIN)
    await eventually(lambda: len(outside.attempts) == 2)

    await item.handle.cancel()
    await item.reaches(3)
    assert await item.is_running()
    outside.release()

    last = await item.handle.result()
    assert outside.sequences == [1, 2, 3]
    assert item.shown[-1] == last
    assert outside.most_at_once == 1
