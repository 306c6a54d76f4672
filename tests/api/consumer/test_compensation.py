"""The order is not to be carried out after all: cancel what can still be cancelled."""

import asyncio
from typing import Any

import pytest

from api.consumer.handlers import MessageHandler
from domain.execution.lifecycle import ExecutionStatus
from domain.inbound.messages import Message
from tests.activities.bus import FakeBus
from tests.api.consumer.messages import FIRST, STILL_OPEN, failures, message, payment, reach
from tests.api.temporal_fake import ExecutionEngine


@pytest.mark.parametrize("kind", ["PaymentRefunded", "OrderCancelled"])
@pytest.mark.parametrize("status", STILL_OPEN)
async def test_compensation_cancels_what_can_still_be_cancelled(
    handler: MessageHandler, engine: ExecutionEngine, kind: str, status: ExecutionStatus
) -> None:
    await reach(engine, status)

    await handler.handle(message(kind, reason="customer withdrew"))

    execution = engine.states[FIRST]
    assert (execution.status, execution.cancel_reason) == ("CANCELLED", "customer withdrew")


async def test_compensation_without_a_reason_gives_its_name(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await reach(engine, ExecutionStatus.SCHEDULED)

    await handler.handle(message("PaymentRefunded"))

    assert engine.states[FIRST].cancel_reason == "PaymentRefunded"


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each not in STILL_OPEN])
async def test_compensation_that_comes_too_late_changes_nothing(
    handler: MessageHandler, engine: ExecutionEngine, status: ExecutionStatus
) -> None:
    before = await reach(engine, status)

    await handler.handle(message("OrderCancelled"))

    assert engine.states[FIRST] == before


async def test_compensation_of_an_order_that_nobody_knows_is_acknowledged(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(message("OrderCancelled"))

    assert engine.states == {}


def _refund(payment_id: str | None = "pay-1", message_id: str = "r-1", **more: Any) -> Message:
    return message("PaymentRefunded", message_id, paymentId=payment_id, **more)


async def test_a_refund_cancels_what_that_payment_has_paid_for(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(payment(amount=150))

    await handler.handle(_refund(amount="150.00", reason="gave up"))

    assert (engine.states[FIRST].status, engine.states[FIRST].cancel_reason) == (
        "CANCELLED",
        "gave up",
    )


@pytest.mark.parametrize("given_back", ["pay-1", "pay-2"])
async def test_of_two_charges_one_may_be_given_back_and_the_work_goes_on(
    handler: MessageHandler, engine: ExecutionEngine, given_back: str
) -> None:
    await handler.handle(payment("pay-1"))
    await handler.handle(payment("pay-2"))

    await handler.handle(_refund(given_back))

    assert (engine.states[FIRST].status, engine.states[FIRST].is_paid) == ("SCHEDULED", True)


async def test_once_both_charges_are_given_back_the_work_is_given_up(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    for paid in ("pay-1", "pay-2"):
        await handler.handle(payment(paid))

    for count, paid in enumerate(("pay-1", "pay-2")):
        await handler.handle(_refund(paid, f"r-{count}"))

    assert engine.states[FIRST].status == "CANCELLED"


@pytest.mark.parametrize("part", [{"amount": 50}, {"partial": True}, {"partial": "true"}])
async def test_a_partial_refund_is_recorded_and_cancels_nothing(
    handler: MessageHandler, engine: ExecutionEngine, part: dict[str, Any]
) -> None:
    await handler.handle(payment(amount=150))
    before = engine.states[FIRST]

    for _ in range(2):
        await handler.handle(_refund(**part))

    after = engine.states[FIRST]
    assert (after.status, after.is_paid, after.version) == ("SCHEDULED", True, before.version + 1)


async def test_two_partial_refunds_are_two(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(payment(amount=150))

    await handler.handle(_refund(message_id="r-1", amount=50))
    await handler.handle(_refund(message_id="r-2", amount=50))

    assert engine.states[FIRST].version == 3


@pytest.mark.parametrize("status", [ExecutionStatus.COMPLETED, ExecutionStatus.INVOICED])
async def test_a_refund_of_work_that_is_done_is_recorded(
    handler: MessageHandler, engine: ExecutionEngine, status: ExecutionStatus
) -> None:
    await reach(engine, status, payment_id="pay-1")

    await handler.handle(_refund())

    assert (engine.states[FIRST].status, engine.states[FIRST].is_paid) == (status, False)


@pytest.mark.parametrize("quicker", [_refund(), message("OrderCancelled", reason="gave up")])
async def test_a_payment_that_was_called_off_before_it_came_creates_no_work_and_has_failed(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus, quicker: Message
) -> None:
    await handler.handle(quicker)

    for _ in range(2):
        await handler.handle(payment())

    assert engine.states == {}
    assert [failed["paymentId"] for failed in failures(bus)] == ["pay-1", "pay-1"]
    assert "called off" in failures(bus)[0]["reason"]


async def test_another_payment_of_the_order_is_not_called_off_by_a_quick_refund(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await handler.handle(_refund("pay-1"))

    await handler.handle(payment("pay-2"))

    assert engine.states[FIRST].payment_id == "pay-2"
    assert failures(bus) == []


async def test_a_quick_refund_of_a_second_charge_leaves_the_paid_execution_alone(
    handler: MessageHandler, engine: ExecutionEngine, bus: FakeBus
) -> None:
    await handler.handle(payment("pay-1"))
    await handler.handle(_refund("pay-2"))

    await handler.handle(payment("pay-2"))

    assert (engine.states[FIRST].status, engine.states[FIRST].payment_id) == ("SCHEDULED", "pay-1")
    assert failures(bus) == []


async def test_a_payment_and_its_compensation_at_the_same_time_never_leave_work_behind(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    orders = [f"os-{number}" for number in range(20)]
    both = [
        each
        for order in orders
        for each in (
            payment(f"pay-{order}", serviceOrderId=order, budgetId=f"b-{order}"),
            message("OrderCancelled", serviceOrderId=order),
        )
    ]

    await asyncio.gather(*map(handler.handle, both))

    assert {state.status for state in engine.states.values()} <= {"CANCELLED"}


async def test_a_quick_refund_keeps_a_precreated_execution_from_starting(
    precreating: MessageHandler, engine: ExecutionEngine
) -> None:
    await precreating.handle(_refund())
    await precreating.handle(message("BudgetApproved"))

    await precreating.handle(payment())

    assert engine.states[FIRST].awaits_payment


async def test_a_cancelled_order_is_not_precreated(
    precreating: MessageHandler, engine: ExecutionEngine
) -> None:
    await precreating.handle(message("OrderCancelled"))

    await precreating.handle(message("BudgetApproved"))

    assert engine.states == {}


async def test_a_change_of_the_orders_status_cancels_as_the_cancellation_does(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await reach(engine, ExecutionStatus.IN_PROGRESS)

    await handler.handle(message("OrderStatusUpdated", status="CANCELLED"))

    assert engine.states[FIRST].status == "CANCELLED"


@pytest.mark.parametrize(
    ("budget", "paid", "status"),
    [
        ("budget-1", False, "CANCELLED"),
        (None, False, "CANCELLED"),
        ("budget-2", False, "SCHEDULED"),
        ("budget-1", True, "SCHEDULED"),
    ],
)
async def test_a_rejected_budget_gives_up_only_what_waits_for_its_payment(
    precreating: MessageHandler,
    engine: ExecutionEngine,
    budget: str | None,
    paid: bool,
    status: str,
) -> None:
    await precreating.handle(message("BudgetApproved"))
    if paid:
        await precreating.handle(payment())

    await precreating.handle(message("BudgetRejected", budgetId=budget, reason="too much"))

    assert engine.states[FIRST].status == status


async def test_a_rejection_of_what_nobody_knows_is_acknowledged(
    handler: MessageHandler, engine: ExecutionEngine
) -> None:
    await handler.handle(message("BudgetRejected"))

    assert engine.states == {}
