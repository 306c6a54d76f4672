"""What does not get through to the outside is seen, and costs nothing where all gets through."""

from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.exceptions import ApplicationError

from domain.execution_commands import Assign, Complete, MarkInvoiced, Start
from domain.health import DeliveryHealth, HealthStatus, Trouble
from domain.queue_commands import StartDiagnosis
from tests.conftest import eventually
from tests.workflows.driven import Driven, DrivenExecution, DrivenItem, task
from tests.workflows.outside import Outside
from workflows.contract import DELIVERY, DELIVERY_HEALTH, RETRY_DELIVERY, Undelivered

UPSERTED = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
MARKED = EventType.EVENT_TYPE_MARKER_RECORDED
DOWN = ApplicationError("of the driver's own words", type=Trouble.DATABASE)
REFUSED = ApplicationError("of the bus's own words", type=Trouble.EVENT, non_retryable=True)

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


async def health_of(driven: Driven[Any]) -> DeliveryHealth:
    health: DeliveryHealth = (await driven.snapshot()).health
    return health


async def comes_to(driven: Driven[Any], status: HealthStatus) -> DeliveryHealth:
    return await eventually(lambda: health_of(driven), lambda seen: seen.status is status)


async def undelivered(driven: Driven[Any]) -> Undelivered:
    seen: Undelivered = await driven.handle.query(DELIVERY, result_type=Undelivered)
    return seen


async def shown_to_operators(driven: Driven[Any]) -> str | None:
    return (await driven.describe()).typed_search_attributes.get(DELIVERY_HEALTH)


async def changes(driven: Driven[Any]) -> list[str]:
    """What was written of the health where operators filter by it."""
    upserts = await driven.events(UPSERTED)
    fields = (
        each.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
        for each in upserts
    )
    name = DELIVERY_HEALTH.name
    return [await driven.decode(each[name], str) for each in fields if name in each]


async def test_where_all_gets_through_its_health_costs_no_event(
    execution: DrivenExecution, outside: Outside
) -> None:
    await execution.updates(Assign(technician_id="tech-7"), Start())
    await execution.settled()

    assert await health_of(execution) == DeliveryHealth()
    assert await changes(execution) == []
    assert await execution.events(MARKED) == []
    assert [each.revision for each in execution.shown] == sorted(
        {each.version for each in execution.shown}
    )
    assert "delivery" not in (await execution.metadata()).current_details


async def test_a_delivery_that_keeps_failing_is_seen_and_so_is_its_recovery(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(DOWN)
    await execution.update(Start())

    during = await comes_to(execution, HealthStatus.RETRYING)
    details = (await execution.metadata()).current_details
    untold = await undelivered(execution)
    outside.recover()
    await comes_to(execution, HealthStatus.OK)
    await execution.settled()

    assert during.reason == "The database cannot be reached"
    assert during.since is not None
    assert f"**RETRYING** since {during.since.isoformat()}: {during.reason}" in details
    assert (untold.oldest_version, untold.versions, untold.parked) == (2, 1, False)
    assert await changes(execution) == ["RETRYING", "OK"]
    assert execution.shown[-1].health == DeliveryHealth()
    assert outside.sequences == [1, 2]


async def test_recovery_is_told_by_one_more_delivery_and_then_there_is_silence(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(DOWN)
    await execution.update(Start())
    await comes_to(execution, HealthStatus.RETRYING)

    outside.recover()
    await comes_to(execution, HealthStatus.OK)
    await execution.settled()

    told = [(each.snapshot.version, each.snapshot.health.status) for each in outside.taken]
    assert told == [(1, "OK"), (2, "RETRYING"), (2, "OK")]
    assert outside.batches == [[1], [2], []]


async def test_a_passing_failure_is_no_news(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(DOWN, times=2)

    await execution.update(Start())
    await execution.settled()

    assert await changes(execution) == []
    assert outside.batches == [[1], [2]]


async def test_a_failure_that_nobody_foresaw_is_not_quoted(
    execution: DrivenExecution, outside: Outside, quick: None
) -> None:
    outside.fail(RuntimeError("mongodb://user:secret@host"))
    await execution.update(Start())

    during = await comes_to(execution, HealthStatus.RETRYING)
    outside.recover()
    await comes_to(execution, HealthStatus.OK)

    assert during.reason == "An attempt has failed; the worker's log says why"


async def test_commands_that_replace_a_failing_delivery_keep_it_retrying(
    execution: DrivenExecution, outside: Outside, impatient: None, quick: None
) -> None:
    outside.fail(DOWN)
    await execution.update(Start())
    first = await comes_to(execution, HealthStatus.RETRYING)

    async def commands_until_replaced() -> bool:
        await execution.signal(task())
        return outside.attempts[-1].snapshot.version > 3

    await eventually(commands_until_replaced)
    during = await health_of(execution)
    outside.recover()
    await comes_to(execution, HealthStatus.OK)
    await execution.settled()

    assert during == first
    assert await changes(execution) == ["RETRYING", "OK"]
    last = (await execution.snapshot()).version
    assert outside.sequences == list(range(1, last + 1))


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


async def test_an_operator_need_not_wait_for_the_next_attempt(
    execution: DrivenExecution, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.fail(DOWN)
    await execution.update(Start())
    # Its pauses are those of production: after the third attempt, one of a second and more.
    await comes_to(execution, HealthStatus.RETRYING)
    outside.recover()

    await execution.handle.execute_update(RETRY_DELIVERY)

    await comes_to(execution, HealthStatus.OK)
    assert outside.sequences == [1, 2]


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

    async def retries_until_continued() -> bool:
        await execution.handle.signal(RETRY_DELIVERY)
        return (await execution.describe()).run_id != first_run

    await eventually(retries_until_continued)
    after = await comes_to(execution, HealthStatus.STUCK)
    outside.recover()
    await execution.handle.signal(RETRY_DELIVERY)
    await comes_to(execution, HealthStatus.OK)
    await execution.settled()

    assert after.reason == "The event bus takes no such event"
    assert outside.sequences == [1, 2]


async def test_a_retry_where_nothing_is_owed_changes_nothing(
    execution: DrivenExecution, outside: Outside
) -> None:
    seen = await execution.handle.execute_update(RETRY_DELIVERY, result_type=Undelivered)
    await execution.settled()

    assert seen == Undelivered(health=DeliveryHealth())
    assert outside.batches == [[1]]


async def test_an_item_of_the_queue_tells_of_it_in_portuguese(
    item: DrivenItem, outside: Outside, quick: None
) -> None:
    outside.fail(DOWN)
    await item.update(StartDiagnosis(mechanic_id=7))
    during = await comes_to(item, HealthStatus.RETRYING)
    outside.recover()
    await comes_to(item, HealthStatus.OK)
    await item.settled()

    assert during.reason == "O banco de dados não responde"
    assert await changes(item) == ["RETRYING", "OK"]
    assert outside.sequences == [1, 2]
