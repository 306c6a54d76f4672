"""The order is not to be carried out after all: cancel what can still be cancelled."""

import pytest

from api.intake import Intake
from domain.status import ExecutionStatus
from tests.api.consumer.messages import FIRST, STILL_OPEN, message, reach
from tests.api.engine import ExecutionEngine


@pytest.mark.parametrize("kind", ["PaymentRefunded", "OrderCancelled"])
@pytest.mark.parametrize("status", STILL_OPEN)
async def test_compensation_cancels_what_can_still_be_cancelled(
    intake: Intake, engine: ExecutionEngine, kind: str, status: ExecutionStatus
) -> None:
    await reach(engine, status)

    await intake.accept(message(kind, reason="customer withdrew"))

    execution = engine.states[FIRST]
    assert (execution.status, execution.cancel_reason) == ("CANCELLED", "customer withdrew")


async def test_compensation_without_a_reason_gives_its_name(
    intake: Intake, engine: ExecutionEngine
) -> None:
    await reach(engine, ExecutionStatus.SCHEDULED)

    await intake.accept(message("PaymentRefunded"))

    assert engine.states[FIRST].cancel_reason == "PaymentRefunded"


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each not in STILL_OPEN])
async def test_compensation_that_comes_too_late_changes_nothing(
    intake: Intake, engine: ExecutionEngine, status: ExecutionStatus
) -> None:
    before = await reach(engine, status)

    await intake.accept(message("OrderCancelled"))

    assert engine.states[FIRST] == before


async def test_compensation_of_an_order_that_nobody_knows_is_acknowledged(
    intake: Intake, engine: ExecutionEngine
) -> None:
    await intake.accept(message("OrderCancelled"))

    assert engine.states == {}
