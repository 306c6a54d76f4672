"""A finished item's workflow has ended; a command takes it up again where it stood."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from api.errors import OutcomeUnknown
from domain.fila.commands import LinkExecution, Prioritize, Remove
from domain.fila.errors import InvalidQueueTransition, QueueItemNotFound
from domain.fila.state import QueueCommand, QueueEntry, QueueItem
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Answer
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import ALL_NOTICES, WHOLE_WORK
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import QUEUE_ITEM_ID, SERVICE_STATUS, Door, Origin
from workflows.start_inputs import ContinuedState, StartQueueItem

LINK = LinkExecution(execution_id="EX-1")
A_SECOND = timedelta(seconds=1)


@pytest.fixture
async def finished(item: DrivenItem) -> QueueItem:
    """The state that readers see of `item` when its work is done, all is delivered, and its
    workflow has ended."""
    await item.updates(*WHOLE_WORK)
    await item.handle.result()
    return item.shown[-1]


async def asks(
    workshop: Workshop, state: QueueItem, command: QueueCommand, key: str | None = None
) -> Answer[QueueItem]:
    """Goes on from the snapshot, as the service does it."""
    origin = Origin(
        via=Door.HTTP, correlation_id="corr-2", aggregate_id=state.queue_item_id, key=key
    )
    entry = {name: getattr(state, name) for name in QueueEntry.model_fields}
    carried = ContinuedState[QueueItem](state=state, told=state.revision)
    start = StartQueueItem(**entry, origin=origin, carried=carried)
    return await workshop.queue.reopen(start, command, origin)


async def test_a_finished_item_is_removed_by_a_workflow_that_goes_on_from_its_snapshot(
    workshop: Workshop,
    item: DrivenItem,
    outside: Outside,
    orders: OrdersOffice,
    finished: QueueItem,
) -> None:
    known = len(outside.taken)

    answer = await asks(workshop, finished, Remove())
    last = await item.handle.result()

    assert (answer.state.status, answer.state.version) == ("REMOVIDA", finished.version + 1)
    assert last == answer.state
    assert outside.sequences == [1, 2, 3, 4, 5, 6]
    assert outside.events[-1].type == "QueueItemRemoved"
    assert [each.snapshot for each in outside.taken[known:]] == [last]
    assert orders.heard == ALL_NOTICES
    described = await item.describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED
    assert described.raw_info.first_run_id != item.first_run


async def test_operators_find_the_removed_item_as_they_would_any_other(
    workshop: Workshop, item: DrivenItem, finished: QueueItem
) -> None:
    await asks(workshop, finished, Remove())
    await item.handle.result()

    described = await item.describe()

    assert described.typed_search_attributes.get(SERVICE_STATUS) == "REMOVIDA"
    assert await described.memo_value(QUEUE_ITEM_ID) == item.id
    assert await described.static_summary() == f"Service order {finished.service_order_id}"
    assert await item.summaries() == ["v6 REMOVIDA: QueueItemRemoved"]


async def test_a_finished_item_that_is_linked_to_its_execution_ends_again(
    workshop: Workshop, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    linked = await asks(workshop, finished, LINK)
    await item.handle.result()
    removed = await asks(workshop, item.shown[-1], Remove())
    last = await item.handle.result()

    assert (linked.state.status, linked.state.execution_id) == ("FINALIZADA", "EX-1")
    assert (removed.state.status, removed.state.version) == ("REMOVIDA", finished.version + 2)
    assert last == removed.state
    assert outside.sequences == [1, 2, 3, 4, 5, 6, 7]


async def test_removed_twice_at_once_it_is_removed_once(
    workshop: Workshop, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    outside.hold()  # so that the workflow does not end before all have asked

    answers = await asyncio.gather(
        *(asks(workshop, finished, Remove()) for _ in range(2)), return_exceptions=True
    )
    outside.release()
    await item.handle.result()

    refused = [each for each in answers if isinstance(each, QueueItemNotFound)]
    assert len(refused) == 1
    assert outside.sequences == [1, 2, 3, 4, 5, 6]


async def test_a_repeat_under_the_same_key_gets_the_first_answer(
    workshop: Workshop, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    outside.hold()

    answers = await asyncio.gather(
        *(asks(workshop, finished, Remove(), key="key-1") for _ in range(5))
    )
    outside.release()
    await item.handle.result()

    assert len({each.model_dump_json() for each in answers}) == 1
    assert outside.sequences == [1, 2, 3, 4, 5, 6]


async def test_a_refused_command_takes_nothing_up_for_good(
    workshop: Workshop, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    known = len(outside.attempts)
    high = Prioritize(priority=Priority.HIGH)

    with pytest.raises(InvalidQueueTransition, match="FINALIZADA"):
        await asks(workshop, finished, high)

    assert await item.handle.result() == finished
    assert len(outside.attempts) == known


async def test_when_the_order_is_in_the_queue_again_the_old_item_is_not_found(
    workshop: Workshop, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    await asks(workshop, finished, Remove())
    await item.handle.result()
    again = await workshop.add(service_order_id=finished.service_order_id)
    await again.settled()

    with pytest.raises(QueueItemNotFound):
        await asks(workshop, finished, Remove())

    assert await again.is_running()
    state = await again.snapshot()
    assert (state.queue_item_id, state.status, state.version) == (again.id, "AGUARDANDO", 1)
    assert outside.sequences == [1, 2, 3, 4, 5, 6, 1]


async def test_a_removed_order_can_be_added_again_after_that(
    workshop: Workshop, item: DrivenItem, finished: QueueItem
) -> None:
    await asks(workshop, finished, Remove())
    await item.handle.result()

    again = await workshop.add(service_order_id=finished.service_order_id)
    last = await again.updates(*WHOLE_WORK)

    assert (last.status, last.version, last.queue_item_id) == ("FINALIZADA", 5, again.id)
    await again.handle.result()


async def test_an_open_workflow_hears_the_command_itself(
    workshop: Workshop, item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    orders.hold()
    finished = await item.updates(*WHOLE_WORK)

    answer = await asks(workshop, finished, Remove())

    last = await item.handle.result()
    assert last == answer.state
    assert (await item.describe()).raw_info.first_run_id == item.first_run
    assert len(await item.events(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)) == 5
    assert outside.sequences == [1, 2, 3, 4, 5, 6]
    orders.release()


async def test_without_a_worker_nobody_waits_longer_than_the_deadline_and_a_repeat_is_done_once(
    unmanned: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with unmanned.worker():
        item = await unmanned.add()
        await item.updates(*WHOLE_WORK)
        finished: QueueItem = await item.handle.result()
    with monkeypatch.context() as patch:
        patch.setattr("api.temporal.errors.CALL_TIMEOUT", A_SECOND)
        with pytest.raises(OutcomeUnknown):
            await asks(unmanned, finished, Remove(), key="key-1")

    async with unmanned.worker():
        answer = await asks(unmanned, finished, Remove(), key="key-1")
        last = await item.handle.result()

    assert last == answer.state
    assert (last.status, last.version) == ("REMOVIDA", finished.version + 1)
    assert unmanned.outside.sequences == [1, 2, 3, 4, 5, 6]
