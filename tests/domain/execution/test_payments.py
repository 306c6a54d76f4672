"""Payments as they really come: twice, late, and given back, whole or in part."""

from decimal import Decimal

import pytest

from domain.execution.commands import Start
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.payment_commands import RecordFirstPayment, RecordPayment, RecordRefund
from domain.execution.state import Execution, Payment
from domain.kernel.aggregate import decide
from domain.kernel.errors import InvalidTransition
from tests.domain.execution.builders import MORNING, being, opened

NOT_CANCELLED = [each for each in ExecutionStatus if each is not ExecutionStatus.CANCELLED]


def _after(execution: Execution, *commands: RecordPayment | RecordRefund) -> Execution:
    for command in commands:
        execution = decide(execution, command, MORNING)[0]
    return execution


@pytest.mark.parametrize("status", NOT_CANCELLED)
def test_a_payment_of_work_that_exists_is_recorded_wherever_it_is(status: ExecutionStatus) -> None:
    before = being(status)

    after, events = decide(before, RecordPayment(payment_id="pay-1", amount="150"), MORNING)

    assert (after.status, after.payment_id, after.is_paid) == (status, "pay-1", True)
    assert after.payments == (Payment(payment_id="pay-1", amount="150"),)
    assert [type(event).__name__ for event in events] == ["ExecutionPaid"]


def test_a_payment_of_cancelled_work_is_refused() -> None:
    with pytest.raises(InvalidTransition):
        decide(being(ExecutionStatus.CANCELLED), RecordPayment(payment_id="pay-1"), MORNING)


def test_a_payment_lets_work_start_that_waited_for_it() -> None:
    paid = _after(opened(payment_required=True), RecordPayment(payment_id="pay-1"))

    assert decide(paid, Start(), MORNING)[0].status == "IN_PROGRESS"


def test_a_second_payment_is_recorded_beside_the_first_one() -> None:
    paid = _after(opened(payment_id="pay-1"), RecordPayment(payment_id="pay-2"))

    assert [payment.payment_id for payment in paid.payments] == ["pay-1", "pay-2"]
    assert paid.payment_id == "pay-1"


@pytest.mark.parametrize("status", ExecutionStatus)
def test_a_repeated_payment_is_harmless(status: ExecutionStatus) -> None:
    execution = being(status, payment_id="pay-1")

    assert decide(execution, RecordPayment(payment_id="pay-1"), MORNING) == (execution, ())


def test_a_payment_that_an_earlier_release_has_written_down_is_known() -> None:
    earlier = opened().model_copy(update={"payment_id": "pay-1", "payments": ()})

    assert decide(earlier, RecordPayment(payment_id="pay-1"), MORNING)[1] == ()
    assert not _after(earlier, RecordRefund(payment_id="pay-1")).is_paid


@pytest.mark.parametrize(("given_back", "left"), [("pay-1", "pay-2"), ("pay-2", "pay-1")])
def test_of_two_payments_the_other_one_stands(given_back: str, left: str) -> None:
    twice = _after(opened(payment_id="pay-1"), RecordPayment(payment_id="pay-2"))

    after = _after(twice, RecordRefund(payment_id=given_back))

    assert (after.is_paid, after.payment_id, after.status) == (True, left, "SCHEDULED")


def test_once_all_payments_are_given_back_none_stands() -> None:
    twice = _after(opened(payment_id="pay-1"), RecordPayment(payment_id="pay-2"))

    one_by_one = _after(twice, RecordRefund(payment_id="pay-1"), RecordRefund(payment_id="pay-2"))
    at_once = _after(twice, RecordRefund())

    assert (one_by_one.is_paid, at_once.is_paid) == (False, False)


def test_a_refund_that_is_quicker_than_its_payment_is_remembered() -> None:
    given_back = _after(opened(payment_id="pay-1"), RecordRefund(payment_id="pay-2"))

    after, events = decide(given_back, RecordPayment(payment_id="pay-2"), MORNING)

    assert (after, events) == (given_back, ())
    assert after.is_paid


@pytest.mark.parametrize(
    "refund",
    [
        RecordRefund(payment_id="pay-1", amount="149.99"),
        RecordRefund(amount="149.99"),
        RecordRefund(payment_id="pay-1", partial=True),
        RecordRefund(payment_id="pay-1", amount="150", partial=True),
    ],
)
def test_a_part_that_is_given_back_is_recorded_and_leaves_the_payment_standing(
    refund: RecordRefund,
) -> None:
    paid = opened(payment_id="pay-1", payment_amount="150")

    after, (event,) = decide(paid, refund, MORNING)

    assert after.is_paid
    assert (type(event).__name__, event.model_dump()["partial"]) == ("ExecutionRefunded", True)
    assert after.version == paid.version + 1


@pytest.mark.parametrize("amount", [None, "150", "150.00", "151"])
def test_all_that_was_paid_is_no_part(amount: str | None) -> None:
    paid = opened(payment_id="pay-1", payment_amount="150")

    assert not _after(paid, RecordRefund(payment_id="pay-1", amount=amount)).is_paid


def test_where_nobody_has_said_what_was_paid_only_the_sender_knows_what_a_part_is() -> None:
    paid = opened(payment_id="pay-1")

    assert not _after(paid, RecordRefund(payment_id="pay-1", amount="1")).is_paid


def test_a_refund_is_recorded_once() -> None:
    refunded = _after(opened(payment_id="pay-1"), RecordRefund(payment_id="pay-1"))

    assert decide(refunded, RecordRefund(payment_id="pay-1"), MORNING) == (refunded, ())


def test_the_earlier_command_knows_the_payments_too() -> None:
    paid, _ = decide(opened(), RecordFirstPayment(payment_id="pay-1"), MORNING)

    assert [payment.payment_id for payment in paid.known_payments] == ["pay-1"]


@pytest.mark.parametrize("odd", [True, "nan", "inf", "much", "", "1" * 61, [1]])
def test_an_amount_is_a_number(odd: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        RecordPayment.model_validate({"paymentId": "pay-1", "amount": odd})


def test_amounts_are_kept_exactly() -> None:
    amount = RecordPayment.model_validate({"paymentId": "p", "amount": "0.10"}).amount

    assert amount is not None
    assert Decimal(amount) == Decimal("0.1")
