"""Items of the queue are regrown from what the engine has recorded, whatever came after them."""

from activities.mongo.store import Store
from domain.fila.commands import RecordApproval, Remove
from domain.fila.state import QueueEntry, QueueItem
from tests.activities.databases import Database
from tests.workflows.delivery_fake import Outside
from tests.workflows.fila_steps import WHOLE_WORK
from tests.workflows.rebuilding import Operator, listed, regrown
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin
from workflows.start_inputs import ContinuedState, StartQueueItem


async def test_items_of_the_queue_are_regrown_and_removed_ones_stay_gone(
    workshop: Workshop, outside: Outside, operator: Operator, store: Store, database: Database
) -> None:
    removed = await workshop.add()
    number = (await removed.snapshot()).service_order_id
    await removed.updates(Remove())
    await removed.handle.result()
    again = await workshop.add(service_order_id=number)
    await again.updates(*WHOLE_WORK)
    await again.handle.result()
    await listed(workshop.client, again.workflow_id, runs=2)

    await operator.rebuilds(again.workflow_id)

    assert await regrown(store, outside, removed) is None
    assert await regrown(store, outside, again) == again.shown[-1]
    tombstone = await database["fila_execucao"].find_one({"_id": removed.id})
    assert tombstone is not None
    assert tombstone["status"] == "REMOVIDA"
    assert (await operator.checks(again.workflow_id)).drifted == 0


async def test_an_item_that_was_reopened_is_as_it_was_last(
    workshop: Workshop, item: DrivenItem, outside: Outside, operator: Operator, store: Store
) -> None:
    await item.updates(*WHOLE_WORK)
    finished = await item.handle.result()
    entry = {name: getattr(finished, name) for name in QueueEntry.model_fields}
    carried = ContinuedState[QueueItem](state=finished, told=finished.revision)
    start = StartQueueItem(**entry, carried=carried)
    await workshop.queue.reopen(start, Remove(), Origin(via=Door.HTTP))
    await item.handle.result()
    await listed(workshop.client, item.workflow_id, runs=2)

    await operator.rebuilds(item.workflow_id)

    assert await regrown(store, outside, item) is None
    assert (await operator.checks(item.workflow_id)).drifted == 0


async def test_an_approval_that_came_as_a_message_holds_again(
    item: DrivenItem, operator: Operator, database: Database
) -> None:
    from_the_bus = Origin(via=Door.QUEUE)
    await item.update(RecordApproval(budget_id="BUD-1"), origin=from_the_bus)
    await item.settled()
    number = (await item.snapshot()).service_order_id

    await operator.rebuilds(item.workflow_id)

    approval = await database["aprovacoes"].find_one({"_id": number})
    assert approval is not None
    assert approval["budgetId"] == "BUD-1"
