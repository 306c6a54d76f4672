"""Items found by their service order, and by the work that they wait for."""

from datetime import timedelta

import pytest

from activities.mongo.fila_list import QueueList, Waiting
from activities.mongo.store import Store
from domain.fila.commands import RecordApproval
from domain.fila.lifecycle import QueueStage, QueueStatus
from tests.activities.mongo.queues import IN_ORDER, saved, workshop
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import added, diagnosed, in_queue


async def test_an_item_is_found_by_its_service_order(store: Store, queue: QueueList) -> None:
    items = workshop()
    await saved(store, items)

    found = [await queue.of_service_order(number) for number in IN_ORDER]

    assert found == items


async def test_an_order_that_is_not_in_the_queue_is_not_found(
    store: Store, queue: QueueList
) -> None:
    await saved(store, [added(1), in_queue(QueueStatus.REMOVED, 2)])

    assert await queue.of_service_order(2) is None
    assert await queue.of_service_order(3) is None


async def test_of_an_order_that_came_back_the_item_of_now_is_found(
    store: Store, queue: QueueList
) -> None:
    removed, again = in_queue(QueueStatus.REMOVED, 2), added(2, unique="f" * 12)
    await saved(store, [removed, again])

    assert await queue.of_service_order(2) == again


@pytest.mark.parametrize("uniques", [("0" * 12, "f" * 12), ("f" * 12, "0" * 12)])
async def test_the_newest_is_found_while_a_removal_is_still_on_its_way(
    store: Store, queue: QueueList, uniques: tuple[str, str]
) -> None:
    leaving, again = (
        added(2, MORNING + number * timedelta(seconds=1), unique)
        for number, unique in enumerate(uniques)
    )
    await saved(store, [leaving, again])

    assert await queue.of_service_order(2) == again


@pytest.mark.parametrize(
    ("stages", "found"),
    [
        ([QueueStage.AWAITS_DIAGNOSIS], [14, 2, 3, 4, 12, 5]),
        ([QueueStage.AWAITS_REPAIR], [1]),
        ([QueueStage.AWAITS_REPAIR, QueueStage.AWAITS_DIAGNOSIS], [14, 2, 3, 4, 12, 1, 5]),
        ([QueueStage.AWAITS_APPROVAL], [13]),
        ([], []),
    ],
    ids=lambda each: "+".join(map(str, each)),
)
async def test_what_waits_for_some_work_is_found_in_the_queues_order(
    store: Store, queue: QueueList, stages: list[QueueStage], found: list[int]
) -> None:
    await saved(store, [*workshop(), in_queue(QueueStatus.REMOVED, 99)])

    waiting = await queue.waiting(stages, 100)

    assert [int(each.queue_item_id[:12], 16) for each in waiting] == found


async def test_what_waits_comes_with_its_version_and_its_stage(
    store: Store, queue: QueueList
) -> None:
    repair = driven(diagnosed(1), RecordApproval())
    await saved(store, [repair, added(2)])

    waiting = await queue.waiting([QueueStage.AWAITS_REPAIR, QueueStage.AWAITS_DIAGNOSIS], 100)

    assert waiting == [
        Waiting("0000000000010a1b2c3d4e5f", 4, QueueStage.AWAITS_REPAIR),
        Waiting("0000000000020a1b2c3d4e5f", 1, QueueStage.AWAITS_DIAGNOSIS),
    ]


async def test_only_so_many_are_looked_at_as_asked_for(store: Store, queue: QueueList) -> None:
    await saved(store, workshop())

    waiting = await queue.waiting([QueueStage.AWAITS_DIAGNOSIS], 2)

    assert [int(each.queue_item_id[:12], 16) for each in waiting] == [14, 2]
