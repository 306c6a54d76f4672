"""The queue's service over a real server: additions, removals and take-ups that come together."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from typing import Any

import pytest

from activities.mongo.store import Store
from api.composition import services
from api.errors import Unavailable
from api.executions.planning import PlanningRules
from api.fila.service import Fila, QueueRules
from domain.fila.commands import LinkExecution, Prioritize, Remove
from domain.fila.errors import QueueItemNotFound
from domain.fila.state import NewQueueItem, QueueItem
from domain.fila.vocabulary import Priority
from domain.kernel.errors import DomainError
from tests.activities.databases import in_memory
from tests.starts import SAO_PAULO
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import ALL_NOTICES, WHOLE_WORK
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin

HTTP = Origin(via=Door.HTTP, correlation_id="corr-1")


@pytest.fixture
def service(workshop: Workshop, outside: Outside) -> Fila:
    database = in_memory()
    outside.store = Store(database)
    rules = QueueRules(tells_service_orders=True)
    return services(
        workshop.client, database, rules, workshop.pollers, PlanningRules(SAO_PAULO)
    ).fila


@pytest.fixture
async def finished(service: Fila, item: DrivenItem) -> QueueItem:
    """The state that readers see of `item` when its work is done and its workflow has ended."""
    await item.updates(*WHOLE_WORK)
    await item.handle.result()
    return await service.aggregates.get(item.id)


async def outcomes(asked: Iterable[Awaitable[Any]]) -> Counter[str]:
    """Counts of each kind of answer or refusal."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    unexpected = [
        each
        for each in answers
        if isinstance(each, BaseException) and not isinstance(each, DomainError | Unavailable)
    ]
    assert unexpected == []
    return Counter(type(each).__name__ for each in answers)


async def test_of_twenty_removals_of_a_finished_item_one_is_done(
    service: Fila, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    answers = await outcomes(service.execute(item.id, Remove(), HTTP) for _ in range(20))
    await item.handle.result()

    assert answers["Answer[QueueItem]"] == 1
    assert set(answers) <= {"Answer[QueueItem]", "QueueItemNotFound", "Unavailable"}
    assert outside.sequences == [1, 2, 3, 4, 5, 6]
    with pytest.raises(QueueItemNotFound):
        await service.aggregates.get(item.id)


async def test_commands_for_a_finished_item_that_come_together_do_not_undo_each_other(
    service: Fila, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    links = [LinkExecution(execution_id=f"EX-{number}") for number in range(10)]

    answers = await outcomes(service.execute(item.id, link, HTTP) for link in links)
    await service.execute(item.id, Remove(), HTTP)
    last = await item.handle.result()

    done = answers["Answer[QueueItem]"]
    assert done >= 1
    assert last.version == finished.version + done + 1
    assert outside.sequences == list(range(1, last.version + 1))
    assert item.shown[-1] == last


async def test_a_finished_item_refuses_what_it_would_have_refused_while_its_workflow_ran(
    service: Fila, item: DrivenItem, outside: Outside, finished: QueueItem
) -> None:
    high = Prioritize(priority=Priority.HIGH)

    answers = await outcomes(service.execute(item.id, high, HTTP) for _ in range(3))

    assert answers == {"InvalidQueueTransition": 3}
    assert outside.sequences == [1, 2, 3, 4, 5]
    assert await service.aggregates.get(item.id) == finished


async def test_a_finished_item_bars_its_order_until_it_is_removed(
    workshop: Workshop, service: Fila, item: DrivenItem, finished: QueueItem
) -> None:
    new = NewQueueItem(service_order_id=finished.service_order_id)

    barred = await outcomes(service.add(new, HTTP) for _ in range(5))
    await service.execute(item.id, Remove(), HTTP)
    entry, _ = await service.add(new, HTTP)

    assert barred == {"QueueItemExists": 5}
    again = workshop.item(workshop.entry(**dict(entry)))
    await again.settled()
    assert (await service.of_service_order(new.service_order_id)).queue_item_id == again.id


async def test_an_order_can_be_added_in_the_moment_after_its_removal(
    workshop: Workshop,
    service: Fila,
    outside: Outside,
    orders: OrdersOffice,
    quick: None,
) -> None:
    orders.fail(RuntimeError("the OS service is down"))
    new = NewQueueItem(service_order_id=workshop.entry().service_order_id)
    added: list[DrivenItem] = []

    for _ in range(4):
        entry, _ = await service.add(new, HTTP)
        item = await workshop.item(workshop.entry(**dict(entry))).begun()
        added.append(item)
        await item.updates(WHOLE_WORK[0])
        await service.aggregates.is_readable(item.id, 2)
        await service.execute(item.id, Remove(), HTTP)
        await service.aggregates.is_readable(item.id, 3)

    assert len({item.id for item in added}) == 4
    assert [each.metadata.event_id for each in outside.events] == [
        f"{item.id}:{version}" for item in added for version in (1, 2, 3)
    ]


async def test_of_twenty_additions_of_an_order_one_is_done(
    workshop: Workshop, service: Fila, outside: Outside
) -> None:
    new = NewQueueItem(service_order_id=workshop.entry().service_order_id)

    answers = await outcomes(service.add(new, HTTP) for _ in range(20))

    assert answers == {"Added": 1, "QueueItemExists": 19}
    queue_item_id = await service.id_of(new.service_order_id)
    item = workshop.item(
        workshop.entry(service_order_id=new.service_order_id, queue_item_id=queue_item_id)
    )
    await item.settled()
    assert outside.sequences == [1]


async def test_what_the_os_service_heard_stays_readable_when_the_workflow_has_ended(
    service: Fila, item: DrivenItem, orders: OrdersOffice, finished: QueueItem
) -> None:
    strong = await service.aggregates.get_strong(item.id)

    assert orders.heard == ALL_NOTICES
    assert strong == finished
    assert (finished.notices.confirmed, finished.notices.pending) == ("FINALIZADA", ())
