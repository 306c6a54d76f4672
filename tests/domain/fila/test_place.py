"""The queue's order: `place` sorts items as readers are to see them."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fila.commands import Prioritize
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import added, diagnosed, in_queue
from tests.domain.fila.contract import PRIORITIES, STATUSES

MILLISECOND = timedelta(milliseconds=1)


def _in_order(items: list[QueueItem]) -> list[QueueItem]:
    """Sorted from an order that says nothing."""
    return sorted(random.Random(11).sample(items, k=len(items)), key=lambda item: item.sort_key)


def test_the_priorities_stand_in_the_contracts_order() -> None:
    assert [str(priority) for priority in Priority] == PRIORITIES
    assert [Priority(word).rank for word in PRIORITIES] == [0, 1, 2, 3]


def test_the_urgent_come_first_and_the_low_last_whatever_their_age() -> None:
    rows = [
        added(number, MORNING - number * MILLISECOND, priority=Priority(word))
        for number, word in enumerate(PRIORITIES, 1)
    ]

    assert _in_order(rows) == rows


@pytest.mark.parametrize(
    "step",
    [MILLISECOND, timedelta(seconds=1), timedelta(days=400)],
    ids=["milliseconds", "seconds", "years"],
)
@pytest.mark.parametrize("start", [MORNING, datetime(1970, 1, 1, tzinfo=MORNING.tzinfo)], ids=str)
def test_of_the_same_priority_the_oldest_comes_first(start: datetime, step: timedelta) -> None:
    rows = [added(9 - number, start + number * step) for number in range(9)]

    assert _in_order(rows) == rows


def test_those_of_the_same_millisecond_always_come_the_same_way() -> None:
    rows = [added(number) for number in range(1, 30)]

    orders = [_in_order(random.Random(seed).sample(rows, k=len(rows))) for seed in range(5)]

    assert orders == [rows] * 5


def test_what_is_worked_on_follows_what_waits_and_what_is_finished_comes_last() -> None:
    statuses = [QueueStatus(word) for word in STATUSES[:-1]]
    rows = [in_queue(status, number) for number, status in enumerate(statuses, 1)]
    low = added(8, priority=Priority.LOW)
    urgent = in_queue(QueueStatus.FINISHED, 9, priority=Priority.URGENT)

    order = _in_order([*rows, low, urgent])

    assert [(item.status, item.priority) for item in order] == [
        ("AGUARDANDO", "NORMAL"),
        ("AGUARDANDO", "BAIXA"),
        ("EM_DIAGNOSTICO", "NORMAL"),
        ("EM_REPARO", "NORMAL"),
        ("FINALIZADA", "URGENTE"),
        ("FINALIZADA", "NORMAL"),
    ]


def test_an_item_that_was_diagnosed_has_its_old_place_again() -> None:
    before = added(3)

    assert diagnosed(3).sort_key == before.sort_key


def test_a_new_priority_moves_an_item_past_older_ones() -> None:
    older, newer = added(1), added(2, MORNING + MILLISECOND)

    raised = driven(newer, Prioritize(priority=Priority.HIGH))

    assert older.sort_key < newer.sort_key
    assert raised.sort_key < older.sort_key


IN_QUEUE = st.builds(
    lambda number, age, priority, status: in_queue(
        status, number, priority=priority, at=MORNING + age * MILLISECOND
    ),
    number=st.integers(1, 50) | st.integers(1, 2**48 - 1),
    age=st.integers(-3, 3) | st.integers(-(10**12), 10**12),
    priority=st.sampled_from(Priority),
    status=st.sampled_from([QueueStatus(word) for word in STATUSES[:-1]]),
)


@given(items=st.lists(IN_QUEUE, max_size=12))
def test_sorting_by_place_is_sorting_by_status_priority_age_and_id(items: list[QueueItem]) -> None:
    by_place = sorted(items, key=lambda item: item.sort_key)

    assert by_place == sorted(
        items,
        key=lambda item: (
            STATUSES.index(item.status),
            PRIORITIES.index(item.priority),
            item.created_at,
            item.queue_item_id,
        ),
    )


@given(one=IN_QUEUE, other=IN_QUEUE)
def test_two_items_share_a_place_only_if_they_are_the_same_one(
    one: QueueItem, other: QueueItem
) -> None:
    same = one.queue_item_id == other.queue_item_id

    assert one.sort_key != other.sort_key or same
