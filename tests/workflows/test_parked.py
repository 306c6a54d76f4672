"""Deliveries that would fail without end are parked and seen, until an operator or a new command
has them tried again."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.execution.commands import Complete, MarkInvoiced, Start
from domain.kernel.delivery_health import DeliveryHealth, HealthStatus
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.health import (
    REFUSED,
    changes,
    comes_to,
    shown_to_operators,
    undelivered,
)
from tests.workflows.workflow_driver import DrivenExecution, task
from workflows.contract import DELIVERY, RETRY_DELIVERY

by_update_or_signal = pytest.mark.parametrize(
    "retry",
    [
        lambda execution: execution.handle.execute_update(RETRY_DELIVERY),
        lambda execution: execution.handle.signal(RETRY_DELIVERY),
        lambda execution: execution.handle.signal(RETRY_DELIVERY, {}),
    ],
    ids=["update", "signal", "signal with input"],
)
Retry = Callable[[DrivenExecution], Any]


async def is_parked(execution: DrivenExecution) -> None:
    await eventually(lambda: undelivered(execution), lambda seen: seen.parked)


async def test_what_would_fail_for_ever_is_parked_and_seen_and_not_tried_again(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(REFUSED, times=1)
    await execution.update(Start())

    stuck = await comes_to(execution, HealthStatus.STUCK)
    await eventually(lambda: len(outside.taken) == 2)
    untold = await undelivered(execution)

    assert stuck.reason == "The event bus takes no such event"
    assert await shown_to_operators(execution) == "STUCK"
    assert (untold.oldest_version, untold.parked) == (2, True)
    # Readers see it, and nobody has been told of the event.
    assert execution.shown[-1].health == stuck
    assert outside.sequences == [1]
    assert len(outside.attempts) == 3


async def test_what_was_published_before_it_failed_is_not_published_again(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.refuse(4)
    outside.hold()
    await execution.update(Start())
    await eventually(lambda: len(outside.attempts) == 2)
    await execution.updates(task(1), task(2))
    outside.release()
    await comes_to(execution, HealthStatus.STUCK)
    untold = await undelivered(execution)

    outside.refuse()
    await execution.handle.signal(RETRY_DELIVERY)
    await comes_to(execution, HealthStatus.OK)
    await execution.settled()

    assert (untold.oldest_version, untold.versions) == (4, 1)
    assert outside.batches == [[1], [2], [], [3, 4], []]
    assert [each.published for each in outside.taken] == [0, 0, 0, 1, 0]


async def test_not_even_readers_can_be_told_and_it_is_left_at_that(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(REFUSED)
    await execution.update(Start())

    await comes_to(execution, HealthStatus.STUCK)
    await eventually(lambda: len(outside.attempts) == 3)
    untold = await undelivered(execution)
    tried = len(outside.attempts)
    length = (await execution.describe()).history_length
    await execution.handle.query(DELIVERY)

    assert untold.parked
    assert len(outside.attempts) == tried == 3
    assert (await execution.describe()).history_length == length
    assert await execution.is_running()


@by_update_or_signal
async def test_an_operator_has_what_is_parked_tried_again(
    execution: DrivenExecution, outside: Outside, quick: None, retry: Retry
) -> None:
    outside.fail(REFUSED)
    await execution.update(Start())
    await comes_to(execution, HealthStatus.STUCK)
    outside.recover()

    await retry(execution)

    await comes_to(execution, HealthStatus.OK)
    await execution.settled()
    assert outside.sequences == [1, 2]
    assert await changes(execution) == ["STUCK", "OK"]
    assert execution.shown[-1] == await execution.snapshot()


async def test_a_newer_command_takes_up_what_is_parked(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(REFUSED)
    await execution.update(Start())
    await comes_to(execution, HealthStatus.STUCK)
    outside.recover()

    await execution.update(task())

    await comes_to(execution, HealthStatus.OK)
    await execution.settled()
    assert outside.sequences == [1, 2, 3]


async def test_what_is_over_does_not_end_while_it_is_parked(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    await execution.updates(Start(), Complete())
    await execution.settled()
    outside.fail(REFUSED)
    await execution.update(MarkInvoiced())
    await comes_to(execution, HealthStatus.STUCK)
    assert await execution.is_running()

    outside.recover()
    await execution.handle.signal(RETRY_DELIVERY)
    last = await execution.handle.result()

    assert outside.sequences == [1, 2, 3, 4]
    assert last.health == DeliveryHealth()
    assert execution.shown[-1] == last


async def test_what_is_parked_goes_on_in_the_next_run(
    execution: DrivenExecution, outside: Outside, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.journal.MAX_HISTORY", 60)
    outside.fail(REFUSED)
    await execution.update(Start())
    await comes_to(execution, HealthStatus.STUCK)
    first_run = (await execution.describe()).run_id

    # One at a time: a run cannot end while signals keep coming, and a retry during an attempt that
    # fails for good has no effect.
    while (await execution.describe()).run_id == first_run:
        await execution.handle.signal(RETRY_DELIVERY)
        await is_parked(execution)
    after = await comes_to(execution, HealthStatus.STUCK)
    await is_parked(execution)
    outside.recover()
    await execution.handle.signal(RETRY_DELIVERY)
    await comes_to(execution, HealthStatus.OK)
    await execution.settled()

    assert after.reason == "The event bus takes no such event"
    assert outside.sequences == [1, 2]
