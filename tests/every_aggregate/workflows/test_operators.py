"""Operators in Temporal: the details that they see of a workflow, and their deeds there."""

from itertools import pairwise
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from tests.conftest import eventually
from tests.every_aggregate.kinds import Kind
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop
from workflows.contract import HISTORY, RETRY_DELIVERY, SERVICE_STATUS, SNAPSHOT, Origin

UPSERTED = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_cancelled_workflow_gives_its_aggregate_up_and_tells_so(
    kind: Kind, driven: Driven[Any], outside: Outside, steps: int
) -> None:
    for command in kind.life[:steps]:
        await driven.update(command)

    await driven.handle.cancel()
    last = await driven.handle.result()

    assert last.status == kind.given_up
    assert outside.sequences == list(range(1, steps + 3))
    assert driven.shown[-1] == last
    assert (await driven.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_a_workflow_cancelled_before_it_ran_is_told_outside_all_the_same(
    kind: Kind, unmanned: Workshop, outside: Outside
) -> None:
    driven = await unmanned.begin(kind.state, kind.start())
    await driven.handle.cancel()

    async with unmanned.worker():
        last = await driven.handle.result()

    assert last.status == kind.given_up
    assert outside.sequences == [1, 2]


async def test_a_cancelled_workflow_tells_all_that_was_not_yet_told(
    kind: Kind, driven: Driven[Any], outside: Outside
) -> None:
    outside.hold()
    await driven.updates(kind.life[0])
    await eventually(lambda: len(outside.attempts) == 2)

    await driven.handle.cancel()
    await driven.reaches(3)
    assert await driven.is_running()
    outside.release()

    await driven.handle.result()
    assert outside.sequences == [1, 2, 3]
    assert outside.most_at_once == 1


async def test_the_status_filters_the_list_and_is_written_only_when_it_changes(
    kind: Kind, driven: Driven[Any]
) -> None:
    statuses = [kind.start().FIRST_STATUS]
    for command in kind.life:
        statuses.append((await driven.updates(command)).status)
        await driven.reaches(2)

    last = await driven.handle.result()

    described = await driven.describe()
    changes = sum(after != before for before, after in pairwise(statuses))
    assert described.typed_search_attributes.get(SERVICE_STATUS) == last.status
    assert len(await driven.events(UPSERTED)) == changes


async def test_one_started_by_hand_gets_its_status_and_its_correlation_too(
    kind: Kind, workshop: Workshop
) -> None:
    start = kind.start(origin=Origin())
    driven = workshop.known(kind.state, start)

    await workshop.client.start_workflow(
        start.WORKFLOW, start, id=driven.workflow_id, task_queue=workshop.task_queue
    )
    await driven.settled()

    described = await driven.describe()
    [opened] = await driven.recent()
    assert described.typed_search_attributes.get(SERVICE_STATUS) == start.FIRST_STATUS
    assert len(await driven.events(UPSERTED)) == 1
    assert opened.metadata.correlation_id == driven.workflow_id


async def test_memo_and_summary_can_be_read_without_a_worker(
    kind: Kind, unmanned: Workshop
) -> None:
    start = kind.start()
    driven = await unmanned.begin(kind.state, start)

    described = await driven.describe()

    assert await described.memo() == start.memo
    assert await described.static_summary() == start.summary
    assert described.workflow_type == start.WORKFLOW


async def test_the_web_ui_names_and_explains_every_handler(kind: Kind, driven: Driven[Any]) -> None:
    definition = (await driven.metadata()).definition

    explained = {command.ACTION.value: command.__doc__ for command in kind.known_commands}
    explained |= {RETRY_DELIVERY: "Try again now what is not told outside yet."}
    for handlers in (definition.signal_definitions, definition.update_definitions):
        known = {each.name: each.description for each in handlers if each.name}
        assert known == explained
    unknown = [each.description for each in definition.signal_definitions if not each.name]
    assert unknown == ["Whatever is no command: kept among the refused."]
    queries = {each.name: each.description for each in definition.query_definitions}
    assert queries[SNAPSHOT] == "The state as it is now."
    assert queries[HISTORY].startswith("The latest events")
    assert definition.type == kind.start().WORKFLOW


async def test_an_ended_workflow_can_still_be_asked(kind: Kind, driven: Driven[Any]) -> None:
    await driven.updates(*kind.life)
    last = await driven.handle.result()

    recent = await driven.recent()

    assert await driven.snapshot() == last
    assert [event.metadata.sequence for event in recent] == list(range(1, len(kind.life) + 2))
