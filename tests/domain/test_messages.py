"""What the queue may bring: read strictly where we act on it, leniently everywhere else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.messages import BudgetApproved, Compensation, Ignored, Message, PaymentCompleted, parse

PAYMENT = {
    "paymentId": "pay-1",
    "budgetId": "budget-1",
    "serviceOrderId": "os-1",
    "completedAt": "2026-03-02T09:00:00-03:00",
}
ORDER = {"serviceOrderId": "os-1", "reason": "customer withdrew"}


def _parse(kind: str, detail: object, **envelope: Any) -> Message:
    return parse(
        json.dumps({"detail-type": kind, "source": "payments", "detail": detail, **envelope})
    )


def test_a_payment_is_read_whole() -> None:
    message = _parse("PaymentCompleted", PAYMENT, id="m-1")

    assert isinstance(message, PaymentCompleted)
    assert (message.id, message.detail.payment_id) == ("m-1", "pay-1")
    assert (message.detail.budget_id, message.detail.service_order_id) == ("budget-1", "os-1")
    assert message.detail.completed_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_an_approval_is_read_whole() -> None:
    message = _parse("BudgetApproved", {"budgetId": "b", "serviceOrderId": "os-1"})

    assert isinstance(message, BudgetApproved)
    assert (message.detail.budget_id, message.detail.approved_at) == ("b", None)


@pytest.mark.parametrize("kind", ["PaymentRefunded", "OrderCancelled"])
@pytest.mark.parametrize("name", ["serviceOrderId", "orderId"])
def test_compensation_comes_under_two_names_for_the_order(kind: str, name: str) -> None:
    message = _parse(kind, {name: "os-1", "reason": "customer withdrew"})

    assert isinstance(message, Compensation)
    assert (message.type, message.detail.service_order_id) == (kind, "os-1")
    assert message.detail.reason == "customer withdrew"


def test_compensation_needs_no_reason() -> None:
    message = _parse("OrderCancelled", {"orderId": "os-1"})

    assert isinstance(message, Compensation)
    assert message.detail.reason is None


def test_a_detail_may_be_json_in_a_string() -> None:
    message = _parse("PaymentCompleted", json.dumps(PAYMENT))

    assert message == _parse("PaymentCompleted", PAYMENT)


def test_an_entry_of_put_events_is_understood_too() -> None:
    body = json.dumps({"DetailType": "PaymentCompleted", "Detail": json.dumps(PAYMENT)})

    message = parse(body)

    assert message == _parse("PaymentCompleted", PAYMENT)


def test_what_we_do_not_know_of_the_fields_is_left_alone() -> None:
    message = _parse("PaymentCompleted", {**PAYMENT, "currency": "BRL"}, account="1", resources=[])

    assert message == _parse("PaymentCompleted", PAYMENT)


@pytest.mark.parametrize("detail", [PAYMENT, None, "not JSON", 7])
def test_another_teams_message_is_ignored_whatever_it_says(detail: object) -> None:
    message = _parse("InvoicePrinted", detail)

    assert message == Ignored(type="InvoicePrinted")


def test_the_correlation_id_is_taken_from_the_metadata() -> None:
    message = _parse("OrderCancelled", {**ORDER, "metadata": {"correlationId": "corr-7"}})

    assert message.correlation_id == "corr-7"


@pytest.mark.parametrize(
    "metadata", [None, "text", [], {}, {"correlationId": 7}, {"correlationId": "x" * 129}]
)
def test_a_correlation_id_that_cannot_be_used_is_no_reason_to_refuse(metadata: object) -> None:
    message = _parse("OrderCancelled", {**ORDER, "metadata": metadata})

    assert isinstance(message, Compensation)
    assert message.correlation_id is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "{",
        "null",
        "7",
        '"text"',
        "[]",
        "{}",
        '{"detail-type": 7, "detail": {}}',
        '{"detail-type": "", "detail": {}}',
        '{"detail-type": "PaymentCompleted"}',
        '{"detail-type": "PaymentCompleted", "detail": null}',
        '{"detail-type": "PaymentCompleted", "detail": []}',
        '{"detail-type": "PaymentCompleted", "detail": "not JSON"}',
        '{"detail-type": "PaymentCompleted", "detail": "[]"}',
        "[" * 100_000,
        '{"detail-type": "PaymentCompleted", "detail": "' + "[" * 100_000 + '"}',
    ],
    ids=lambda body: body[:60],
)
def test_what_cannot_be_read_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of any kind: that is the promise
        parse(body)


@pytest.mark.parametrize("field", ["paymentId", "budgetId", "serviceOrderId"])
@pytest.mark.parametrize("wrong", [None, "", "  ", 7, ["x"], "x" * 201, "nul\x00"])
def test_a_payment_without_its_ids_is_malformed(field: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=field):
        _parse("PaymentCompleted", {**PAYMENT, field: wrong})


@pytest.mark.parametrize("field", ["paymentId", "budgetId", "serviceOrderId"])
def test_a_payment_that_leaves_an_id_out_is_malformed(field: str) -> None:
    detail = {name: value for name, value in PAYMENT.items() if name != field}

    with pytest.raises(ValueError, match=field):
        _parse("PaymentCompleted", detail)


@pytest.mark.parametrize(
    "wrong",
    [1_772_000_000, "yesterday", "2026-03-02T09:00:00", "0001-01-01T00:00:00+01:00", []],
)
def test_a_payment_at_no_time_at_all_is_malformed(wrong: object) -> None:
    with pytest.raises(ValueError, match="completedAt"):
        _parse("PaymentCompleted", {**PAYMENT, "completedAt": wrong})
