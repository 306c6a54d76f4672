"""The rules that need the engine and the database together, above all: one execution, once."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

import pytest

from activities.mongo.claims import SETTLED_AFTER, Claim
from activities.mongo.store import Store
from api.errors import Unavailable, WorkflowEnded
from api.executions.service import Executions
from domain.execution.commands import Cancel, MarkInvoiced, Start
from domain.execution.errors import BudgetTaken, ExecutionExists
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.payment_commands import RecordFirstPayment
from domain.execution.state import Opening
from domain.kernel.errors import DomainError, InvalidTransition
from tests.activities.databases import Database
from tests.api.starts import start_execution
from tests.api.temporal_fake import ExecutionEngine
from tests.domain.execution.builders import WAY_TO, driven, opened, opening
from workflows.contract import Origin, execution_id

ORIGIN = Origin()
FIRST = execution_id("os-1")


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.aggregates.claiming.PATIENCE", 0.001)


async def _outcomes(service: Executions, openings: list[Opening]) -> list[str | DomainError]:
    async def create(new: Opening) -> str | DomainError:
        try:
            assert await service.create(new, ORIGIN) is None
            return execution_id(new.service_order_id)
        except DomainError as refusal:
            return refusal

    return await asyncio.gather(*(create(new) for new in openings))


async def _claim(database: Database, execution: str, age: timedelta) -> None:
    claim = Claim(holder=execution, claimed_at=datetime.now(UTC) - age)
    await database["claims"].insert_one({"_id": "budget:budget-1", **claim.model_dump()})


async def test_twenty_equal_creations_at_once_make_one(
    service: Executions, engine: ExecutionEngine
) -> None:
    outcomes = await _outcomes(service, [opening()] * 20)

    assert list(engine.states) == [FIRST]
    assert [each for each in outcomes if isinstance(each, str)] == [FIRST]
    assert sum(isinstance(each, ExecutionExists) for each in outcomes) == 19


async def test_twenty_orders_that_want_one_budget_make_one(
    service: Executions, engine: ExecutionEngine
) -> None:
    outcomes = await _outcomes(
        service, [opening(service_order_id=f"os-{number}") for number in range(20)]
    )

    (made,) = engine.states
    assert [each for each in outcomes if isinstance(each, str)] == [made]
    refusals = [each for each in outcomes if isinstance(each, BudgetTaken)]
    assert len(refusals) == 19
    assert {refusal.facts["existing"] for refusal in refusals} == {f"/api/v1/executions/{made}"}


async def test_twenty_budgets_for_one_order_make_one_and_hold_one_budget(
    service: Executions, engine: ExecutionEngine, database: Database
) -> None:
    outcomes = await _outcomes(service, [opening(budget_id=f"b-{number}") for number in range(20)])

    assert sum(isinstance(each, str) for each in outcomes) == 1
    held = [document["_id"] async for document in database["claims"].find()]
    assert held == [f"budget:{engine.states[FIRST].budget_id}"]


async def test_a_mixed_crowd_makes_as_many_as_fit(
    service: Executions, engine: ExecutionEngine
) -> None:
    pairs = islice(cycle([("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]), 20)

    await _outcomes(
        service, [opening(service_order_id=order, budget_id=budget) for order, budget in pairs]
    )

    made = engine.states.values()
    assert len({state.service_order_id for state in made}) == len(made) > 0
    assert len({state.budget_id for state in made}) == len(made)


async def test_an_execution_that_temporal_has_forgotten_still_exists(
    service: Executions, store: Store, engine: ExecutionEngine
) -> None:
    await store.save(driven(opened(), Cancel(reason="gone")))

    with pytest.raises(ExecutionExists):
        await service.create(opening(), ORIGIN)

    assert engine.states == {}


async def test_a_claim_that_never_led_to_anything_is_taken_over(
    service: Executions, database: Database, engine: ExecutionEngine
) -> None:
    await _claim(database, execution_id("os-lost"), SETTLED_AFTER * 2)

    await service.create(opening(), ORIGIN)

    assert list(engine.states) == [FIRST]


async def test_a_claim_that_may_still_lead_to_something_is_waited_for(
    service: Executions, database: Database, engine: ExecutionEngine
) -> None:
    await _claim(database, execution_id("os-2"), timedelta())
    waiting = asyncio.create_task(service.create(opening(), ORIGIN))
    await asyncio.sleep(0)

    await engine.start(start_execution(service_order_id="os-2"))

    with pytest.raises(BudgetTaken):
        await waiting


async def test_a_claim_that_stays_undecided_is_not_answered_with_a_guess(
    service: Executions, database: Database, engine: ExecutionEngine
) -> None:
    await _claim(database, execution_id("os-2"), timedelta())

    with pytest.raises(Unavailable, match="claimed by another request"):
        await service.create(opening(), ORIGIN)

    assert engine.states == {}


async def test_a_claim_of_an_order_that_took_another_budget_is_taken_over(
    service: Executions, database: Database, engine: ExecutionEngine
) -> None:
    await engine.start(start_execution(service_order_id="os-2", budget_id="b-2"))
    await _claim(database, execution_id("os-2"), timedelta())

    await service.create(opening(), ORIGIN)

    assert FIRST in engine.states


async def test_a_budget_is_taken_even_before_its_execution_can_be_read(
    service: Executions, engine: ExecutionEngine
) -> None:
    engine.hold_deliveries()
    await service.create(opening(), ORIGIN)

    with pytest.raises(BudgetTaken):
        await service.create(opening(service_order_id="os-2"), ORIGIN)

    with pytest.raises(ExecutionExists):
        await service.create(opening(budget_id="b-2"), ORIGIN)


async def test_a_repeat_before_the_first_can_be_read_leaves_the_budget_with_it(
    service: Executions, engine: ExecutionEngine
) -> None:
    engine.hold_deliveries()
    await service.create(opening(), ORIGIN)

    with pytest.raises(ExecutionExists):
        await service.create(opening(), ORIGIN)

    with pytest.raises(BudgetTaken):
        await service.create(opening(service_order_id="os-2"), ORIGIN)


@pytest.mark.usefixtures("blind")
async def test_what_was_created_and_cannot_be_found_anywhere_is_not_shown(
    service: Executions,
) -> None:
    with pytest.raises(Unavailable):
        await service.aggregates.created(FIRST, lambda _: opened())


@pytest.mark.parametrize("status", [ExecutionStatus.INVOICED, ExecutionStatus.CANCELLED])
async def test_an_ended_execution_refuses_with_its_snapshot(
    service: Executions, store: Store, status: ExecutionStatus
) -> None:
    await store.save(driven(opened(), *WAY_TO[status]))

    with pytest.raises(InvalidTransition) as refusal:
        await service.aggregates.execute(FIRST, Start(), ORIGIN)

    assert refusal.value.facts["current_status"] == status


async def test_a_repeat_on_an_ended_execution_is_as_harmless_as_on_an_open_one(
    service: Executions, store: Store
) -> None:
    ended = driven(opened(payment_id="pay-1"), *WAY_TO[ExecutionStatus.INVOICED])
    await store.save(ended)

    answer = await service.aggregates.execute(FIRST, RecordFirstPayment(payment_id="pay-1"), ORIGIN)

    assert answer.state == ended


@pytest.mark.parametrize("by_signal", [False, True])
async def test_a_command_that_would_be_allowed_but_has_no_workflow_is_not_lost_in_silence(
    service: Executions, store: Store, by_signal: bool
) -> None:
    await store.save(driven(opened(), *WAY_TO[ExecutionStatus.COMPLETED]))
    ask = service.aggregates.signal if by_signal else service.aggregates.execute

    with pytest.raises(WorkflowEnded, match="operator"):
        await ask(FIRST, MarkInvoiced(), ORIGIN)
