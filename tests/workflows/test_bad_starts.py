"""A workflow whose input cannot be read fails with the reason, and leaves its order free."""

from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from domain.execution.commands import Pause
from domain.kernel.values import dump_compact
from tests.workflows.workshop import Workshop, failed_tasks
from workflows.contract import (
    ANSWER,
    INVALID_INPUT,
    LAST_NOTICES,
    QUEUE_ITEM,
    SERVICE_EXECUTION,
)

KINDS = pytest.mark.parametrize("kind", [SERVICE_EXECUTION, QUEUE_ITEM, LAST_NOTICES])
DEEP = "[" * 5_000 + "]" * 5_000


def raw(encoding: str, data: str) -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding.encode()}, data=data.encode()))


UNREADABLE: dict[str, Sequence[Any]] = {
    "nothing": [],
    "null": [None],
    "two": [{}, {}],
    "a list": [[1]],
    "a text": ["OS-1"],
    "a number": [7],
    "an empty object": [{}],
    "a Go struct without tags": [{"ServiceOrderID": "x", "BudgetID": "y", "Pending": []}],
    "rubbish in depth": [raw("json/plain", DEEP)],
    "no JSON": [raw("json/plain", "{nope")],
    "bytes": [b"\x00\x01"],
    "an unknown encoding": [raw("binary/encrypted", "x")],
    "an unknown message": [raw("json/protobuf", "{}")],
    "a lone surrogate": [raw("json/plain", '{"serviceOrderId": "\\ud800"}')],
    "a carried rubbish": [{"serviceOrderId": 7, "carried": {"state": {"status": "?"}}}],
}


async def _started(workshop: Workshop, kind: str, sent: Sequence[Any]) -> WorkflowHandle[Any, Any]:
    return await workshop.client.start_workflow(
        kind,
        args=sent,
        id=workshop.opening().workflow_id,
        task_queue=workshop.task_queue,
    )


async def _failure(handle: WorkflowHandle[Any, Any]) -> ApplicationError:
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert failed_tasks((await handle.fetch_history()).events) == []
    return cause


@KINDS
@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_input_that_cannot_be_read_fails_the_workflow_and_not_its_task(
    workshop: Workshop, kind: str, sent: Sequence[Any]
) -> None:
    failure = await _failure(await _started(workshop, kind, sent))

    assert failure.type == INVALID_INPUT
    assert failure.non_retryable
    assert len(failure.message) < 500


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"estimatedDuration": 0}, "estimatedDuration: Input should be greater than 0"),
        ({"budgetId": None}, "budgetId: Input should be a valid string"),
        ({"origin": {"via": "pigeon"}}, "origin.via"),
    ],
)
async def test_the_reason_names_the_field(
    workshop: Workshop, fields: dict[str, Any], word: str
) -> None:
    sent = dump_compact(workshop.opening()) | fields

    failure = await _failure(await _started(workshop, SERVICE_EXECUTION, [sent]))

    assert word in failure.message


async def test_what_is_sent_together_with_an_unreadable_start_ends_with_it(
    unmanned: Workshop,
) -> None:
    handle = await _started(unmanned, SERVICE_EXECUTION, [{}])
    for name in ("pause", "puase", "retry_delivery"):
        await handle.signal(name, args=[{"reason": 7}, {}, {}])

    async with unmanned.worker():
        failure = await _failure(handle)
        answer = await handle.query(ANSWER, "key-1")
    history = await handle.fetch_history()

    assert failure.type == INVALID_INPUT
    assert answer is None
    assert [
        each for each in history.events if each.HasField("marker_recorded_event_attributes")
    ] == []


async def test_an_update_together_with_an_unreadable_start_is_refused(workshop: Workshop) -> None:
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        SERVICE_EXECUTION,
        args=[{}],
        id=workshop.opening().workflow_id,
        task_queue=workshop.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await workshop.client.execute_update_with_start_workflow(
            Pause.ACTION, Pause(), start_workflow_operation=start
        )
    await _failure(await start.workflow_handle())

    assert isinstance(refusal.value.cause, ApplicationError)
    assert refusal.value.cause.type == INVALID_INPUT


@pytest.mark.parametrize("by_alias", [True, False], ids=["camelCase", "snake_case"])
async def test_fields_of_a_later_release_are_ignored_under_either_spelling(
    workshop: Workshop, by_alias: bool
) -> None:
    start = workshop.opening()
    known = start.model_dump(mode="json", by_alias=by_alias, exclude_defaults=True)
    known["origin"] |= {"tenant": "t-1"}
    execution = workshop.driven(start)

    await workshop.client.start_workflow(
        SERVICE_EXECUTION,
        known | {"channel": {"name": "app"}},
        id=start.workflow_id,
        task_queue=workshop.task_queue,
    )

    assert (await execution.reaches(1)).budget_id == start.budget_id
    await execution.settled()
