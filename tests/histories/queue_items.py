"""Each way that an item of the queue can go, once."""

from domain.fila.commands import (
    CancelOrder,
    LinkExecution,
    Prioritize,
    RecordApproval,
    Remove,
    StartRepair,
    WithdrawApproval,
)
from domain.fila.state import QueueCommand, QueueEntry, QueueItem
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.histories.driving import DOWN, ONCE, outlast_patience, refused, until_another_run
from tests.workflows.fila_steps import DIAGNOSIS, REPAIR, WHOLE_WORK
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin
from workflows.start_inputs import ContinuedState, StartQueueItem

HIGH, LOW = Prioritize(priority=Priority.HIGH), Prioritize(priority=Priority.LOW)
LINK = LinkExecution(execution_id="EX-1")


async def waiting(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(HIGH, LOW, LINK)
    await item.settled()


async def in_diagnosis(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(*WHOLE_WORK[:1])
    await told(item)


async def in_repair(workshop: Workshop) -> None:
    item = await workshop.add()
    for step in WHOLE_WORK[:3]:
        await item.updates(step)
        await told(item)


async def finished(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(*WHOLE_WORK)
    await item.handle.result()


async def finished_without_telling_anybody(workshop: Workshop) -> None:
    item = await workshop.add(tells_service_orders=False)
    await item.updates(*WHOLE_WORK)
    await item.handle.result()


async def repaired_after_its_approval(workshop: Workshop) -> None:
    item = await workshop.add(requires_approval=True)
    await item.updates(*DIAGNOSIS)
    await refused(item, StartRepair())
    await item.updates(RecordApproval(budget_id="BUD-1"), *REPAIR)
    await item.handle.result()


async def approved_and_rejected(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(RecordApproval(budget_id="BUD-1"), WithdrawApproval(budget_id="BUD-1"))
    await item.settled()


async def its_order_was_cancelled_while_it_waited(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(CancelOrder(reason="gave up"))
    await item.handle.result()


async def its_order_was_cancelled_in_work(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(WHOLE_WORK[0], CancelOrder(reason="gave up"), *WHOLE_WORK[1:])
    await item.handle.result()


async def signalled(workshop: Workshop) -> None:
    """Illegal ones, unreadable ones and repeats among them."""
    item = await workshop.add()
    for command in (*REPAIR[1:], *DIAGNOSIS, *DIAGNOSIS, REPAIR[0]):
        await item.signal(command)
    await item.handle.signal("prioridade", "no priority")
    await item.signal(HIGH, ONCE)
    await item.signal(HIGH, ONCE)
    await item.signal(REPAIR[1])
    await item.handle.result()


async def asked_again_under_a_key(workshop: Workshop) -> None:
    item = await workshop.add(origin=Origin(key="key-0", request_id="request-0"))
    await item.update(HIGH, origin=ONCE)
    await item.updates(LOW)
    await item.update(HIGH, origin=ONCE)
    await item.settled()


async def removed(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(HIGH, Remove())
    await item.handle.result()


async def removed_by_an_operator(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(DIAGNOSIS[0])
    await told(item)
    await item.handle.cancel()
    await item.handle.result()


async def removed_with_notices_handed_over(workshop: Workshop) -> None:
    item = await workshop.add()
    workshop.orders.fail(DOWN)
    await item.updates(*DIAGNOSIS)
    await eventually(lambda: item.shown[-1].notices.failure)
    await item.updates(Remove())
    await item.handle.result()
    workshop.orders.recover()
    await workshop.client.get_workflow_handle(f"avisos-{item.id}").result()


async def removed_after_its_end(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.updates(*WHOLE_WORK)
    await item.handle.result()
    await take_up(workshop, item.shown[-1], Remove())
    await item.handle.result()


async def linked_after_its_end(workshop: Workshop) -> None:
    item = await workshop.add(tells_service_orders=False)
    await item.updates(*REPAIR)
    await item.handle.result()
    await take_up(workshop, item.shown[-1], LINK)
    await item.handle.result()


async def os_service_down_for_a_while(workshop: Workshop) -> None:
    item = await workshop.add()
    workshop.orders.fail(DOWN)
    await item.updates(*WHOLE_WORK)
    await eventually(lambda: item.shown[-1].notices.failure)
    workshop.orders.recover()
    await item.handle.result()


async def os_service_refuses(workshop: Workshop) -> None:
    item = await workshop.add()
    workshop.orders.refuse("EM_EXECUCAO", "the order is closed")
    await item.updates(*WHOLE_WORK)
    await item.handle.result()


async def delivery_replaced_during_an_outage(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.settled()
    workshop.outside.fail(DOWN)
    await item.updates(HIGH)
    await outlast_patience(item)
    await item.updates(DIAGNOSIS[0])
    await eventually(lambda: workshop.outside.attempts[-1].snapshot.version == 3)
    workshop.outside.recover()
    await told(item)


async def continued_as_new(workshop: Workshop) -> None:
    item = await workshop.add()
    await item.update(HIGH, origin=ONCE)
    await until_another_run(item, LOW, HIGH)
    await item.update(HIGH, origin=ONCE)
    await item.updates(*WHOLE_WORK)
    await item.handle.result()


async def continued_as_new_with_a_notice_under_way(workshop: Workshop) -> None:
    item = await workshop.add()
    workshop.orders.hold()
    await item.updates(DIAGNOSIS[0])
    await until_another_run(item, LOW, HIGH)
    workshop.orders.release()
    await told(item)


QUEUE_ITEMS = (
    waiting,
    in_diagnosis,
    in_repair,
    finished,
    finished_without_telling_anybody,
    repaired_after_its_approval,
    approved_and_rejected,
    its_order_was_cancelled_while_it_waited,
    its_order_was_cancelled_in_work,
    signalled,
    asked_again_under_a_key,
    removed,
    removed_by_an_operator,
    removed_with_notices_handed_over,
    removed_after_its_end,
    linked_after_its_end,
    os_service_down_for_a_while,
    os_service_refuses,
    delivery_replaced_during_an_outage,
    continued_as_new,
    continued_as_new_with_a_notice_under_way,
)


async def told(item: DrivenItem) -> None:
    """The OS service has heard of all that has happened so far."""
    await eventually(item.snapshot, lambda seen: not seen.notices.pending, within=30)
    await item.settled()


async def take_up(workshop: Workshop, state: QueueItem, command: QueueCommand) -> None:
    """Goes on from the snapshot of an item whose workflow has ended, as the service does it."""
    origin = Origin(via=Door.HTTP, aggregate_id=state.queue_item_id)
    entry = {name: getattr(state, name) for name in QueueEntry.model_fields}
    carried = ContinuedState[QueueItem](state=state, told=state.revision)
    start = StartQueueItem(**entry, origin=origin, carried=carried)
    await workshop.queue.reopen(start, command, origin)
