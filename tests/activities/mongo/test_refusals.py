"""Refused commands are kept in order, once, and of each aggregate the latest."""

from datetime import timedelta

from activities.mongo.refusals import REFUSALS_KEPT
from activities.mongo.store import Store
from domain.kernel.events import RefusedCommand
from tests.domain.execution.builders import MORNING


def refused(number: int, command: str = "pause") -> RefusedCommand:
    return RefusedCommand(
        refusal_id=f"{number:04d}",
        occurred_at=MORNING + timedelta(milliseconds=number // 2),
        command=command,
        status="SCHEDULED",
        version=1,
        code="invalid-transition",
        reason=f"number {number}",
        via="http",
    )


async def test_they_are_read_as_they_came(store: Store) -> None:
    told = [refused(number) for number in range(4)]

    await store.refusals.add("e-1", told[:3])
    await store.refusals.add("e-1", told[3:])

    assert await store.refusals.latest("e-1") == told
    assert await store.refusals.latest("e-2") == []


async def test_adding_again_adds_nothing(store: Store) -> None:
    for _ in range(3):
        await store.refusals.add("e-1", [refused(1), refused(2)])

    assert await store.refusals.latest("e-1") == [refused(1), refused(2)]


async def test_the_oldest_give_way(store: Store) -> None:
    await store.refusals.add("e-2", [refused(10_000)])
    for first in range(0, REFUSALS_KEPT + 20, 30):
        await store.refusals.add("e-1", [refused(first + each) for each in range(30)])

    kept = await store.refusals.latest("e-1")

    assert [each.reason for each in kept] == [f"number {number}" for number in range(20, 120)]
    assert len(await store.refusals.latest("e-2")) == 1
