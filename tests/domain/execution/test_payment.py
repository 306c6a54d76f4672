"""Paying: an execution may be there before its payment, but may not start before it."""

import pytest

from domain.execution.commands import Assign, Start
from domain.execution.errors import PaymentPending
from domain.execution.lifecycle import ExecutionAction, ExecutionStatus
from domain.execution.payment_commands import RecordFirstPayment
from domain.kernel.aggregate import decide
from domain.kernel.errors import InvalidTransition
from tests.domain.execution.builders import MORNING, being, opened

PAID = RecordFirstPayment(payment_id="pay-1")


def test_work_does_not_start_before_the_payment() -> None:
    execution = opened(payment_required=True)
    before = execution.model_dump_json()

    with pytest.raises(PaymentPending) as refusal:
        decide(execution, Start(technician_id="tech-1"), MORNING)

    assert refusal.value.facts["current_status"] == "SCHEDULED"
    assert execution.model_dump_json() == before


def test_an_unpaid_execution_does_not_offer_its_start() -> None:
    execution = opened(payment_required=True)

    actions = execution.allowed_actions

    assert ExecutionAction.START not in actions
    assert ExecutionAction.CANCEL in actions


def test_what_the_saga_tells_is_offered_to_nobody() -> None:
    offered = {action for status in ExecutionStatus for action in being(status).allowed_actions}

    assert offered == set(ExecutionAction) - {
        ExecutionAction.PAYMENT_COMPLETED,
        ExecutionAction.RECORD_PAYMENT,
        ExecutionAction.RECORD_REFUND,
        ExecutionAction.SETTLE_PLAN,
        ExecutionAction.UNPLAN,  # there is no plan
    }


def test_an_unpaid_execution_may_be_prepared() -> None:
    execution = opened(payment_required=True)

    after, _ = decide(execution, Assign(technician_id="tech-1"), MORNING)

    assert after.technician_id == "tech-1"


def test_the_payment_opens_the_way() -> None:
    execution = opened(payment_required=True)

    paid, events = decide(execution, PAID, MORNING)
    started, _ = decide(paid, Start(), MORNING)

    assert [event.model_dump(exclude_none=True) for event in events] == [
        {"executionId": paid.execution_id, "serviceOrderId": "os-1", "paymentId": "pay-1"}
    ]
    assert (paid.payment_id, paid.status, started.status) == ("pay-1", "SCHEDULED", "IN_PROGRESS")


@pytest.mark.parametrize("status", ExecutionStatus)
def test_a_repeated_payment_is_harmless_wherever_the_execution_is(status: ExecutionStatus) -> None:
    execution = being(status, payment_id="pay-1")

    outcomes = [
        decide(execution, RecordFirstPayment(payment_id=payment), MORNING)
        for payment in ("pay-1", "pay-2")
    ]

    assert outcomes == [(execution, ())] * 2
    assert outcomes[0][0] is execution


def test_a_payment_comes_too_late_for_a_cancelled_execution() -> None:
    execution = being(ExecutionStatus.CANCELLED)

    with pytest.raises(InvalidTransition):
        decide(execution, PAID, MORNING)
