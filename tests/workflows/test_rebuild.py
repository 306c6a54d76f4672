"""The read model is regrown from what the engine has recorded, with nothing else to go by."""

from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.mongo.audit import DiscrepancyKind
from activities.mongo.claims import Claims, budget_claim
from activities.mongo.store import Store
from domain.execution.commands import Complete, MarkInvoiced, Pause, Start
from domain.execution.state import Execution
from tests.activities.databases import Database
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.rebuilding import Operator, regrown
from tests.workflows.workflow_driver import DrivenExecution, task
from tests.workflows.workshop import Workshop
from workflows.contract import SERVICE_EXECUTION, Door, Origin


async def test_open_and_closed_executions_are_regrown(
    workshop: Workshop, outside: Outside, operator: Operator, store: Store
) -> None:
    is_open, closed = await workshop.open(), await workshop.open()
    await is_open.updates(Start(), task(), Pause(reason="parts"))
    await closed.updates(Start(), Complete(), MarkInvoiced())
    await closed.handle.result()
    await is_open.settled()
    both = (is_open.workflow_id, closed.workflow_id)

    before = await operator.checks(*both)
    await operator.rebuilds(*both)
    after = await operator.checks(*both)

    assert (before.drifted, after.drifted) == (2, 0)
    for execution in (is_open, closed):
        assert await regrown(store, outside, execution) == execution.shown[-1]


async def test_a_check_writes_nothing(
    execution: DrivenExecution, operator: Operator, database: Database
) -> None:
    await operator.checks(execution.workflow_id)

    assert await database.list_collection_names() == []


async def test_no_worker_is_needed(
    unmanned: Workshop, outside: Outside, operator: Operator, store: Store
) -> None:
    async with unmanned.worker():
        execution = await unmanned.open()
        await execution.updates(Start())
        await execution.settled()

    await operator.rebuilds(execution.workflow_id)

    assert await regrown(store, outside, execution) == execution.shown[-1]


async def test_all_runs_of_a_long_life_are_read(
    workshop: Workshop,
    outside: Outside,
    operator: Operator,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workflows.journal.MAX_HISTORY", 40)
    monkeypatch.setattr("workflows.journal.RECENT", 3)
    execution = await workshop.open()
    for number in range(30):
        await execution.update(task(number))
    await execution.settled()

    await operator.rebuilds(execution.workflow_id)

    assert len([run async for run in execution.runs()]) > 2
    assert await regrown(store, outside, execution) == execution.shown[-1]


async def test_what_a_workflow_still_owes_is_no_drift(
    execution: DrivenExecution, outside: Outside, operator: Operator, store: Store
) -> None:
    await operator.rebuilds(execution.workflow_id)
    outside.fail(RuntimeError("the bus is down"))
    await execution.updates(Start())
    await eventually(lambda: outside.attempts[-1].snapshot.version == 2)

    while_down = await operator.checks(execution.workflow_id)
    outside.recover()
    await execution.settled()
    afterwards = await operator.checks(execution.workflow_id)

    assert (while_down.drifted, while_down.facts["owing"]) == (0, 1)
    assert (afterwards.drifted, afterwards.facts["owing"]) == (1, 0)
    assert afterwards.facts["drift"] == {
        DiscrepancyKind.SNAPSHOT_OLDER: 1,
        DiscrepancyKind.HISTORY_MISSING: 1,
    }


async def test_what_a_terminated_workflow_can_no_longer_deliver_is_put_in_place(
    execution: DrivenExecution, outside: Outside, operator: Operator, store: Store
) -> None:
    outside.fail(RuntimeError("the database is down"))
    last = await execution.updates(Start())
    await eventually(lambda: outside.attempts[-1].snapshot.version == 2)
    await execution.handle.terminate("by an operator")

    await operator.rebuilds(execution.workflow_id)

    assert await store.get(Execution, execution.id) == last
    assert len(await store.history(execution.id, 0, 10)) == 2


async def test_what_has_failed_for_good_is_owed_until_the_workflow_is_terminated(
    execution: DrivenExecution, outside: Outside, operator: Operator, store: Store
) -> None:
    outside.fail(ApplicationError("no such bus", non_retryable=True), times=1)
    await execution.updates(Start())
    failed = EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED
    await eventually(lambda: execution.events(failed))
    while_parked = await operator.rebuilds(execution.workflow_id)
    known = await store.history(execution.id, 0, 10)
    await execution.handle.terminate("by an operator")

    await operator.rebuilds(execution.workflow_id)

    assert (while_parked.facts["owing"], len(known)) == (1, 1)
    assert len(await store.history(execution.id, 0, 10)) == 2


async def test_answers_and_refused_signals_of_a_closed_execution_are_regrown(
    execution: DrivenExecution, operator: Operator, store: Store
) -> None:
    first = await execution.update(Start(), key="key-1")
    await execution.signal(Start())
    await execution.updates(Complete(), MarkInvoiced())
    await execution.handle.result()

    await operator.rebuilds(execution.workflow_id)

    answers = await store.answers.of(Execution, execution.id)
    assert answers["key-1"] == first
    assert [each.command for each in await store.refusals.latest(execution.id)] == ["start"]


async def test_budget_and_key_are_claimed_again(
    workshop: Workshop, operator: Operator, database: Database
) -> None:
    key = str(uuid4())
    origin = Origin(via=Door.HTTP, actor="ana", key=key)
    execution = await workshop.open(origin=origin)
    await execution.settled()
    state = await execution.snapshot()

    await operator.rebuilds(execution.workflow_id)

    budget = await Claims(database["claims"]).held(budget_claim(state.budget_id))
    opening = await Claims(database["keys"]).held(f"create:ana:{key}")
    assert budget is not None
    assert opening is not None
    assert (budget.holder, opening.holder) == (execution.id, execution.id)
    assert (await operator.checks(execution.workflow_id)).drifted == 0


async def test_a_history_that_cannot_be_read_is_named_and_the_others_are_regrown(
    unmanned: Workshop, temporal: Client, operator: Operator, store: Store
) -> None:
    async with unmanned.worker():
        execution = await unmanned.open()
        await execution.settled()
    strange = await temporal.start_workflow(
        SERVICE_EXECUTION, {"of": "nobody"}, id=f"strange-{uuid4()}", task_queue="nobody's"
    )

    reconciler = await operator.rebuilds(strange.id, execution.workflow_id)
    await strange.terminate()

    assert (reconciler.facts["unreadable"], reconciler.facts["workflows"]) == (1, 2)
    assert await store.get(Execution, execution.id) is not None
