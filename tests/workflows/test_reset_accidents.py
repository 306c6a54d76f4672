"""Accidents around a reset: late deliveries, outages, no worker, an earlier release."""

import asyncio
from typing import Any

import pytest

from activities.mongo.audit import DiscrepancyKind
from activities.mongo.store import Store
from domain.execution.state import Execution
from domain.fila.commands import Remove
from domain.kernel.aggregate import Aggregate
from tests.activities.bus import FakeBus
from tests.workflows.delivery_fake import OrdersOffice
from tests.workflows.fila_steps import DIAGNOSIS
from tests.workflows.rebuilding import Operator
from tests.workflows.resetting import RESUMED, Resets, checks, delivering
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop


async def test_two_resets_in_a_row_leave_what_the_second_one_says(
    worked_on: DrivenExecution, resets: Resets
) -> None:
    new_run = await resets.reset(worked_on, 3)
    await resets.reset(worked_on, 0, new_run)

    assert (await resets.shown(worked_on)).version == 1


async def test_what_a_run_that_was_given_up_delivers_late_changes_nothing(
    worked_on: DrivenExecution, resets: Resets, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    append, retract = Store.append, Store.retract

    async def appends(self: Store, aggregate_id: str, events: Any, revision: int = 0) -> None:
        if revision == 5:
            begun.set()
            await go_on.wait()
        await append(self, aggregate_id, events, revision)

    async def retracts(self: Store, kind: type[Aggregate], aggregate_id: str) -> None:
        await retract(self, kind, aggregate_id)
        if go_on.is_set():
            ended.set()

    monkeypatch.setattr(Store, "append", appends)
    monkeypatch.setattr(Store, "retract", retracts)
    await worked_on.updates(task())
    await begun.wait()
    await resets.reset(worked_on)
    before = await resets.shown(worked_on)

    go_on.set()
    await asyncio.wait_for(ended.wait(), 10)

    assert await resets.shown(worked_on) == before
    assert "TaskAdded" not in bus.types


async def test_a_delivery_that_fails_before_and_after_the_reset_gets_through_at_last(
    worked_on: DrivenExecution, resets: Resets, bus: FakeBus
) -> None:
    bus.break_down(RuntimeError("the bus is down"))
    await worked_on.updates(task())
    await resets.reset(worked_on, 3)
    seen = await worked_on.snapshot()
    bus.recover()

    assert (await resets.shown(worked_on)).version == seen.version < 5


@pytest.mark.parametrize("rebuilt", [True, False])
async def test_without_a_worker_the_rebuild_shows_it_and_a_worker_goes_on_from_there(
    unmanned: Workshop,
    resets: Resets,
    operator: Operator,
    store: Store,
    bus: FakeBus,
    rebuilt: bool,
) -> None:
    async with delivering(unmanned, store, bus):
        execution = await unmanned.open()
        for command in RESUMED:
            await execution.update(command)
            await resets.shown(execution)
    await resets.reset(execution, 3)

    if rebuilt:
        await operator.rebuilds(execution.workflow_id)
        seen = await store.get(Execution, execution.id)
        assert seen is not None
        assert seen.version < 4
        assert await checks(operator, execution) == [{}, {}, {}]

    async with delivering(unmanned, store, bus):
        await execution.updates(task())
        await resets.shown(execution)


async def test_a_reset_under_an_earlier_release_is_repaired_by_the_rebuild(
    worked_on: DrivenExecution,
    unmanned: Workshop,
    resets: Resets,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("workflows.journal.when_reset", lambda tell: None)
        await resets.reset(worked_on)
        await resets.at_rest(worked_on)
    drift = await checks(operator, worked_on)

    await operator.rebuilds(worked_on.workflow_id)
    seen = await resets.shown(worked_on)
    await worked_on.updates(task())
    await resets.shown(worked_on)

    expected = {DiscrepancyKind.SNAPSHOT_AHEAD: 1, DiscrepancyKind.HISTORY_AHEAD: 1}
    assert (seen.version, drift) == (1, [expected] * 3)
    assert await checks(operator, worked_on) == [{}, {}, {}]


async def test_what_others_tell_of_a_removed_item_already_is_left_to_them(
    working: Workshop, resets: Resets, orders: OrdersOffice
) -> None:
    item = await working.add()
    orders.hold()
    await item.updates(DIAGNOSIS[0], Remove())
    await item.handle.result()

    await resets.reset(item, reapply=True)
    last = await item.handle.result()
    orders.release()

    assert (last.version, last.is_gone) == (3, True)
