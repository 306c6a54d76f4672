"""Effects of each message, however often, late or out of order it comes."""

import asyncio

import pytest
from botocore.exceptions import EndpointConnectionError
from pymongo.errors import PyMongoError

from api.composition import assembled
from api.consumer.handlers import MessageHandler
from api.errors import OutcomeUnknown, Unavailable
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from domain.execution.commands import Start
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.inbound.messages import Message
from tests.activities.bus import FakeBus
from tests.activities.databases import Database
from tests.api.consumer.consuming import handling
from tests.api.consumer.messages import FIRST, failures, message, payment, reach
from tests.api.temporal_fake import ExecutionEngine, FakeEngines
from tests.domain.execution.builders import driven
from tests.starts import SAO_PAULO
from workflows.contract import Door


async def test_a_payment_opens_an_execution(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(payment(metadata={"correlationId": "corr-7"}))

    execution = engine.states[FIRST]
    assert (execution.service_order_id, execution.budget_id) == ("os-1", "budget-1")
    assert (execution.estimated_duration, execution.payment_id) == (60, "pay-1")
    assert execution.notes == "Auto-created from payment pay-1"
    assert not execution.awaits_payment
    (origin,) = engine.origins
    assert (origin.via, origin.correlation_id, origin.causation_id) == (Door.QUEUE, "corr-7", "m-1")


async def test_a_message_without_a_correlation_id_is_its_own(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(payment())

    assert engine.origins[0].correlation_id == "m-1"


async def test_a_payment_that_comes_again_changes_nothing(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await handler.handle(payment())
    before = engine.states[FIRST]

    await handler.handle(payment())

    assert engine.states[FIRST] == before
    assert bus.taken == []


async def test_twenty_deliveries_of_a_payment_at_once_open_one_execution(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await asyncio.gather(*(handler.handle(payment()) for _ in range(20)))

    assert list(engine.states) == [FIRST]
    assert engine.states[FIRST].version == 1
    assert bus.taken == []


@pytest.mark.parametrize("status", ExecutionStatus)
async def test_a_late_repeat_of_a_payment_is_harmless_wherever_the_work_is(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus, status: ExecutionStatus
) -> None:
    before = await reach(engine, status, payment_id="pay-1")

    await handler.handle(payment())

    assert engine.states[FIRST] == before
    assert bus.taken == []


async def test_a_payment_is_recorded_on_an_execution_that_waited_for_it(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await reach(engine, ExecutionStatus.SCHEDULED, payment_required=True)

    await handler.handle(payment())

    assert engine.states[FIRST].payment_id == "pay-1"
    assert not engine.states[FIRST].awaits_payment


async def test_a_payment_whose_budget_belongs_to_another_order_has_failed(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await handler.handle(payment())

    await handler.handle(payment("pay-2", serviceOrderId="os-2"))

    (failed,) = failures(bus)
    metadata = failed.pop("metadata")
    assert failed == {
        "serviceOrderId": "os-2",
        "budgetId": "budget-1",
        "paymentId": "pay-2",
        "reason": "Execution already exists for budget budget-1",
    }
    assert metadata["correlationId"] == metadata["causationId"] == "m-1"
    assert metadata["schemaVersion"] == 1
    assert list(engine.states) == [FIRST]


async def test_each_delivery_of_a_failed_payment_tells_the_same_event(
    handler: MessageHandler, bus: FakeBus
) -> None:
    await handler.handle(payment())

    for _ in range(3):
        await handler.handle(payment("pay-2", serviceOrderId="os-2"))

    ids = [
        (failed["metadata"]["eventId"], failed["metadata"]["sequence"]) for failed in failures(bus)
    ]
    assert ids == [("payment-pay-2:1", 1)] * 3


async def test_a_payment_for_a_cancelled_execution_has_failed(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    before = await reach(engine, ExecutionStatus.CANCELLED)

    await handler.handle(payment())

    (failed,) = failures(bus)
    assert failed["paymentId"] == "pay-1"
    assert "CANCELLED" in failed["reason"]
    assert engine.states[FIRST] == before


async def test_a_failed_payment_that_cannot_be_told_is_kept_for_later(
    handler: MessageHandler, bus: FakeBus
) -> None:
    await handler.handle(payment())
    bus.break_down(EndpointConnectionError(endpoint_url="here"))

    with pytest.raises(EndpointConnectionError):
        await handler.handle(payment("pay-2", serviceOrderId="os-2"))


async def test_an_approval_is_acknowledged_without_effect(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(message("BudgetApproved"))

    assert engine.states == {}


async def test_an_approval_opens_an_execution_that_waits_for_its_payment(
    precreating: MessageHandler, engine: ExecutionEngine
) -> None:
    await precreating.handle(message("BudgetApproved"))

    assert engine.states[FIRST].awaits_payment
    await precreating.handle(payment())
    started = driven(engine.states[FIRST], Start())
    assert (started.status, started.payment_id) == ("IN_PROGRESS", "pay-1")


async def test_an_approval_that_comes_again_or_too_late_changes_nothing(
    precreating: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await precreating.handle(payment())
    before = dict(engine.states)

    await precreating.handle(message("BudgetApproved"))
    await precreating.handle(message("BudgetApproved", serviceOrderId="os-2"))

    assert engine.states == before
    assert bus.taken == []


async def test_a_payment_after_its_compensation_has_failed(
    precreating: MessageHandler, bus: FakeBus
) -> None:
    await precreating.handle(message("BudgetApproved"))
    await precreating.handle(message("OrderCancelled"))

    await precreating.handle(payment())

    assert [failed["paymentId"] for failed in failures(bus)] == ["pay-1"]


async def test_another_teams_message_is_acknowledged(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(message("InvoicePrinted"))

    assert engine.states == {}


@pytest.mark.parametrize("failure", [Unavailable("down"), OutcomeUnknown("silent")])
@pytest.mark.parametrize("message", [payment(), message("OrderCancelled")], ids=["pay", "cancel"])
async def test_what_is_down_leaves_the_message_to_be_tried_again(
    handler: MessageHandler, engine: ExecutionEngine, message: Message, failure: Unavailable
) -> None:
    engine.fail(failure)

    with pytest.raises(type(failure)):
        await handler.handle(message)

    engine.recover()
    await handler.handle(message)


async def test_without_the_database_a_payment_waits(
    no_database: Database, engines: FakeEngines, bus: FakeBus
) -> None:
    services = assembled(engines, no_database, QueueRules(), PlanningRules(SAO_PAULO))

    with pytest.raises(PyMongoError):
        await handling(services, bus, precreates=False).handle(payment())

    assert engines(Execution).states == {}


async def test_a_payment_for_another_budget_of_the_order_is_recorded_with_its_work(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await handler.handle(payment())

    await handler.handle(payment("pay-2", budgetId="budget-2"))

    assert [each.payment_id for each in engine.states[FIRST].payments] == ["pay-1", "pay-2"]
    assert failures(bus) == []


@pytest.mark.parametrize("status", [ExecutionStatus.COMPLETED, ExecutionStatus.INVOICED])
async def test_work_that_is_done_or_invoiced_can_still_be_paid(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus, status: ExecutionStatus
) -> None:
    before = await reach(engine, status)

    await handler.handle(payment(amount=150.5))

    after = engine.states[FIRST]
    assert (after.status, after.payment_id, after.version) == (status, "pay-1", before.version + 1)
    assert (after.payments[0].amount, failures(bus)) == ("150.5", [])


async def test_twenty_deliveries_of_a_late_payment_at_once_are_one(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    before = await reach(engine, ExecutionStatus.INVOICED)

    await asyncio.gather(*(handler.handle(payment()) for _ in range(20)))

    assert engine.states[FIRST].version == before.version + 1
    assert bus.taken == []


async def test_what_was_left_out_of_a_message_is_logged(
    handler: MessageHandler, engine: ExecutionEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await handler.handle(payment(completedAt="yesterday", amount="much"))

    assert engine.states[FIRST].payment_id == "pay-1"
    (line,) = [each for each in caplog.records if each.message == "not taken as it was sent"]
    assert line.__dict__["fields"] == ["amount", "completedAt"]
