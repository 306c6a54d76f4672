"""Deliveries that fail are seen, and cost nothing where all succeed."""

from temporalio.api.enums.v1 import EventType

from domain.execution.commands import Assign, Start
from domain.fila.commands import StartDiagnosis
from domain.kernel.delivery_health import DeliveryHealth, HealthStatus
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.health import (
    DOWN,
    changes,
    comes_to,
    health_of,
    undelivered,
)
from tests.workflows.workflow_driver import DrivenExecution, DrivenItem, task
from workflows.contract import RETRY_DELIVERY, Undelivered

MARKED = EventType.EVENT_TYPE_MARKER_RECORDED


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
        await execution.update(task())
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


async def test_an_operator_need_not_wait_for_the_next_attempt(
    execution: DrivenExecution, outside: Outside
) -> None:
    outside.fail(DOWN)
    await execution.update(Start())
    # Its pauses are those of production: after the third attempt, one of a second and more.
    await comes_to(execution, HealthStatus.RETRYING)
    outside.recover()

    await execution.handle.execute_update(RETRY_DELIVERY)

    await comes_to(execution, HealthStatus.OK)
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
