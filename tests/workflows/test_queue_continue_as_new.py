"""An item whose history has grown long goes on in another run: nothing is lost or told twice."""

from itertools import cycle, islice

import pytest
from temporalio.api.enums.v1 import EventType

from domain.fila.commands import FinishDiagnosis, Prioritize, Remove, StartDiagnosis
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import (
    ALL_NOTICES,
    NOTIFYING,
    REPAIR,
    WHOLE_WORK,
    longest_notice,
    pauses,
)
from tests.workflows.workflow_driver import DrivenItem
from workflows.contract import RETRY_DELIVERY
from workflows.start_inputs import ContinuedState, StartQueueItem

BEGIN, END = StartDiagnosis(mechanic_id=7), FinishDiagnosis(diagnosis="pastilhas gastas")
TIMER = EventType.EVENT_TYPE_TIMER_STARTED
DOWN = RuntimeError("the OS service is down")
BACK_AND_FORTH = (Priority.HIGH, Priority.LOW)


@pytest.fixture(autouse=True)
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.journal.MAX_HISTORY", 40)


async def runs_of(item: DrivenItem) -> int:
    return len([history async for history in item.runs()])


async def until_continued(item: DrivenItem, times: int = 1) -> None:
    """Moves the item in the queue until it has gone on in another run that many times."""
    known = await runs_of(item)
    for priority in islice(cycle(BACK_AND_FORTH), 100):
        await item.update(Prioritize(priority=priority))
        if await runs_of(item) >= known + times:
            return
    pytest.fail("it never continued as new")


async def grow(item: DrivenItem) -> None:
    """Beyond the length at which a run should end."""
    for priority in islice(cycle(BACK_AND_FORTH), 20):
        await item.update(Prioritize(priority=priority))


async def carried(item: DrivenItem) -> ContinuedState[QueueItem]:
    """The input of the latest run."""
    started = (await item.events())[0].workflow_execution_started_event_attributes
    start: StartQueueItem = await item.decode(started.input.payloads[0], StartQueueItem)
    assert start.carried is not None
    return start.carried


def assert_told_once(item: DrivenItem, outside: Outside, version: int) -> None:
    """Every event was told once, in order, and every delivery had news."""
    assert outside.sequences == list(range(1, version + 1))
    revisions = [each.revision for each in item.shown]
    assert revisions == sorted(set(revisions))


async def test_a_whole_life_in_several_runs_leaves_no_gap(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, brief: None
) -> None:
    for command in WHOLE_WORK:
        await until_continued(item)
        await item.update(command)

    last = await item.handle.result()

    assert (last.status, last.mechanic_id, last.diagnosis) == ("FINALIZADA", 8, "pastilhas gastas")
    assert await runs_of(item) >= 5
    assert list(dict.fromkeys(orders.heard)) == ALL_NOTICES
    assert_told_once(item, outside, last.version)
    assert item.shown[-1] == last


async def test_what_readers_see_is_carried_so_that_it_is_not_told_again(
    item: DrivenItem, outside: Outside, brief: None
) -> None:
    await item.updates(BEGIN)
    await until_continued(item, times=2)
    await item.settled()

    start = await carried(item)

    last = await item.snapshot()
    assert_told_once(item, outside, last.version)
    assert start.told <= last.revision
    assert start.told in {each.revision for each in item.shown}
    assert last.notices.confirmed == "EM_DIAGNOSTICO"
    assert item.shown[-1] == last


async def test_a_run_that_finds_all_told_tells_nothing(item: DrivenItem, outside: Outside) -> None:
    await item.updates(BEGIN)
    await until_continued(item)
    await item.settled()
    known = len(outside.attempts)

    await item.handle.signal(RETRY_DELIVERY)
    await item.settled()

    assert len(outside.attempts) == known


async def test_a_notice_under_way_is_not_lost_when_another_run_goes_on(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, brief: None
) -> None:
    orders.hold()
    await item.updates(BEGIN, END)
    await eventually(lambda: orders.attempts)

    await until_continued(item, times=2)
    last = await item.updates(*REPAIR)
    await item.settled(but=NOTIFYING)
    pending = (await item.snapshot()).notices.pending
    orders.release()
    ended = await item.handle.result()

    assert list(pending) == ALL_NOTICES
    # Said twice, perhaps, because nobody knows what became of the first attempt; but in order.
    assert list(dict.fromkeys(orders.heard)) == ALL_NOTICES
    assert orders.heard.count("FINALIZADA") == 1
    assert ended.version == last.version
    assert_told_once(item, outside, last.version)


async def test_the_next_run_waits_until_an_attempt_under_way_must_have_ended(
    item: DrivenItem, orders: OrdersOffice
) -> None:
    orders.hold()
    await item.updates(BEGIN)
    await eventually(lambda: orders.attempts)

    await until_continued(item)
    await eventually(lambda: item.events(TIMER))

    [first, *_] = [history async for history in item.runs()]
    [pause] = pauses(await item.events())
    assert pause >= longest_notice(first.events)
    assert orders.tried == ["EM_DIAGNOSTICO"]


@pytest.mark.parametrize("then", ["hangs", "fails"])
async def test_what_readers_see_does_not_wait_for_a_notice_that(
    item: DrivenItem,
    outside: Outside,
    orders: OrdersOffice,
    quick: None,
    brief: None,
    then: str,
) -> None:
    orders.hold()
    if then == "fails":
        orders.fail(DOWN)
    await item.updates(BEGIN)
    await eventually(lambda: orders.attempts)
    await grow(item)

    if then == "fails":
        orders.release()
    version = (await item.snapshot()).version
    await eventually(lambda: item.shown[-1].version == version, within=3)

    orders.release()
    orders.recover()
    await eventually(lambda: item.shown[-1].notices.confirmed)
    assert_told_once(item, outside, version)


async def test_an_outage_of_the_os_service_goes_on_in_another_run(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, quick: None, brief: None
) -> None:
    orders.fail(DOWN)
    await item.updates(BEGIN, END)
    await eventually(lambda: item.shown[-1].notices.failure)

    await until_continued(item, times=2)
    orders.recover()
    await eventually(lambda: not item.shown[-1].notices.pending)
    await item.settled()

    last = await item.snapshot()
    assert orders.heard == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]
    assert orders.most_at_once == 1
    assert (last.notices.failure, last.notices.confirmed) == (None, "AGUARDANDO_APROVACAO")
    assert_told_once(item, outside, last.version)


async def test_a_later_run_can_be_removed_too(
    item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    await until_continued(item)

    last = await item.updates(Remove())

    assert await item.handle.result() == last
    assert_told_once(item, outside, last.version)
    assert orders.attempts == []
