"""All that there is gets looked at, in the engine and in the database, and nothing is judged twice
or too early."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

import pytest
from pymongo.errors import WriteError

from activities.delivery import Delivery
from activities.mongo.audit import Audit, DiscrepancyKind
from activities.mongo.store import Store
from api.rebuild import reconciler as module
from api.rebuild.claims import ClaimsAudit
from api.rebuild.histories import Histories, Runs
from api.rebuild.reconciler import Reconciler
from api.rebuild.recorded_state import RecordedState
from domain.execution.commands import Complete, Pause, Resume, Start
from domain.execution.state import Execution
from domain.fila.commands import Remove
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent
from tests.activities.databases import Database, in_memory
from tests.domain.execution.builders import MORNING, story
from tests.domain.fila.builders import queue_story
from workflows.contract import execution_workflow_id

Told = tuple[Aggregate, tuple[RecordedEvent, ...]]
GO_ON = asyncio.Event()


class RecordedWorkflows:
    """Under each workflow id, what has been handed over, one after the other: `unlisted` ones are
    found by their id alone."""

    def __init__(self, unlisted: Iterable[str] = ()) -> None:
        self.told: dict[str, list[Delivery]] = {}
        self.unlisted = set(unlisted)
        self.read: list[str] = []

    def hands_over(self, workflow_id: str, *told: Told) -> None:
        deliveries = [Delivery(snapshot=state, events=events) for state, events in told]
        self.told.setdefault(workflow_id, []).extend(deliveries)

    async def all_runs(self, stop: asyncio.Event) -> dict[str, Runs]:
        return {each: {"run-1": MORNING} for each in self.told if each not in self.unlisted}

    async def runs(self, workflow_id: str) -> Runs:
        return {"run-1": MORNING} if workflow_id in self.told else {}

    async def of(self, workflow_id: str, runs: Runs) -> RecordedState:
        self.read.append(workflow_id)
        recorded = RecordedState()
        for delivery in self.told[workflow_id] if runs else ():
            recorded.add_delivered(delivery)
        return recorded


@pytest.fixture
def records() -> RecordedWorkflows:
    return RecordedWorkflows()


@pytest.fixture
def database() -> Database:
    return in_memory()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def reconciling(
    records: RecordedWorkflows, database: Database, *, check: bool = False
) -> Reconciler:
    return Reconciler(
        cast(Histories, records), Audit(database), ClaimsAudit(database), only_check=check
    )


async def everything(
    records: RecordedWorkflows, database: Database, *, check: bool = False
) -> dict[str, Any]:
    stock = reconciling(records, database, check=check)
    await stock.everything(GO_ON)
    return stock.facts


def known(records: RecordedWorkflows, number: int, *commands: Any) -> Execution:
    state, events = story(*commands, service_order_id=f"os-{number}", budget_id=f"b-{number}")
    records.hands_over(execution_workflow_id(state.execution_id), (state, events))
    return state


async def test_each_aggregate_that_lacks_something_counts_once(
    records: RecordedWorkflows, database: Database
) -> None:
    for number in range(30):
        known(records, number, Start())

    before = await everything(records, database, check=True)
    await everything(records, database)
    after = await everything(records, database, check=True)

    assert (before["workflows"], before["drifted"]) == (30, 30)
    assert before["drift"][DiscrepancyKind.SNAPSHOT_MISSING] == 30
    assert (after["workflows"], after["drifted"], after["drift"]) == (30, 0, {})


async def test_a_snapshot_whose_workflow_nobody_remembers_cannot_be_verified(
    records: RecordedWorkflows, database: Database, store: Store
) -> None:
    old, _ = story(Start())
    item, _ = queue_story(Remove())
    for state in (old, item):
        await store.save(state)

    seen = await everything(records, database)

    assert (seen["unverifiable"], seen["drifted"]) == (2, 0)
    assert await store.get(Execution, old.execution_id) == old


async def test_a_workflow_that_no_list_names_yet_is_asked_for_by_its_id(
    records: RecordedWorkflows, database: Database, store: Store
) -> None:
    state = known(records, 1, Start())
    records.unlisted.add(execution_workflow_id(state.execution_id))
    await store.save(state)

    seen = await everything(records, database)

    assert (seen["unverifiable"], seen["aggregates"]) == (0, 1)
    assert len(await store.history(state.execution_id, 0, 10)) == 2


async def test_a_snapshot_that_came_while_the_records_were_read_is_no_drift(
    records: RecordedWorkflows, database: Database, store: Store
) -> None:
    older = known(records, 1, Start())
    workflow_id = execution_workflow_id(older.execution_id)
    newer = story(Start(), Pause(), service_order_id="os-1", budget_id="b-1")
    await everything(records, database)

    class Quicker(RecordedWorkflows):
        """Work of the service while its records are read for the first time."""

        async def of(self, workflow_id: str, runs: Runs) -> RecordedState:
            recorded = await super().of(workflow_id, runs)
            if len(self.read) == 1:
                self.hands_over(workflow_id, newer)
                await store.append(older.execution_id, newer[1])
                await store.save(newer[0])
            return recorded

    quicker = Quicker()
    quicker.told = {workflow_id: list(records.told[workflow_id])}
    seen = await everything(quicker, database)

    assert seen["drift"] == {}
    assert await store.get(Execution, older.execution_id) == newer[0]


async def test_a_snapshot_that_no_workflow_has_ever_reached_is_put_back(
    records: RecordedWorkflows, database: Database, store: Store
) -> None:
    state = known(records, 1, Start())
    await everything(records, database)
    made_up, _ = story(Start(), Pause(), Resume(), service_order_id="os-1", budget_id="b-1")
    await store.save(made_up)

    seen = await everything(records, database)

    assert seen["drift"] == {DiscrepancyKind.SNAPSHOT_AHEAD: 1}
    assert await store.get(Execution, state.execution_id) == state


async def test_two_executions_with_one_budget_are_named_and_left_alone(
    records: RecordedWorkflows, database: Database
) -> None:
    for number in (1, 2):
        state, events = story(service_order_id=f"os-{number}", budget_id="b-1")
        records.hands_over(execution_workflow_id(state.execution_id), (state, events))
    await everything(records, database)

    seen = await everything(records, database, check=True)

    assert (seen["drifted"], seen["drift"]) == (0, {DiscrepancyKind.BUDGET_CLAIMED_TWICE: 1})


async def test_a_document_that_is_refused_keeps_nobody_else_from_theirs(
    records: RecordedWorkflows, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwanted, other = (known(records, number, Start()) for number in (1, 2))
    save = Store.save

    async def refuse_one(self: Store, aggregate: Aggregate) -> bool:
        if aggregate == unwanted:
            raise WriteError("too large")
        return await save(self, aggregate)

    monkeypatch.setattr(Store, "save", refuse_one)
    seen = await everything(records, database)

    assert (seen["drifted"], seen["refused"]) == (2, 1)
    assert await Store(database).get(Execution, other.execution_id) == other


async def test_after_a_stop_nothing_more_is_begun(
    records: RecordedWorkflows, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    for number in range(20):
        known(records, number, Start(), Complete())
    stop = asyncio.Event()

    class Stopping(RecordedWorkflows):
        async def of(self, workflow_id: str, runs: Runs) -> RecordedState:
            stop.set()
            return await super().of(workflow_id, runs)

    stopping = Stopping()
    stopping.told = records.told
    reconciler = reconciling(stopping, database)
    await reconciler.everything(stop)

    assert len(stopping.read) == 1
    assert reconciler.facts["aggregates"] == 1
