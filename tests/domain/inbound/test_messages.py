"""Messages of the queue: read strictly where we act on them, leniently everywhere else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.inbound.messages import (
    BudgetApproved,
    BudgetRejected,
    Ignored,
    Known,
    Message,
    OrderCancelled,
    PaymentCompleted,
    PaymentRefunded,
    parse,
)

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

    assert isinstance(message, PaymentRefunded | OrderCancelled)
    assert (message.type, message.detail.service_order_id) == (kind, "os-1")
    assert message.detail.reason == "customer withdrew"


def test_compensation_needs_no_reason() -> None:
    message = _parse("OrderCancelled", {"orderId": "os-1"})

    assert isinstance(message, OrderCancelled)
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
    "metadata",
    [
        None,
        "text",
        [],
        {},
        {"correlationId": ["x"]},
        {"correlationId": "x" * 129},
        {"correlationId": "a\ud800b"},
        {"correlationId": "two\nlines"},
        {"correlationId": " "},
    ],
)
def test_a_correlation_id_that_cannot_be_used_is_no_reason_to_refuse(metadata: object) -> None:
    message = _parse("OrderCancelled", {**ORDER, "metadata": metadata})

    assert isinstance(message, OrderCancelled)
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
@pytest.mark.parametrize(
    "wrong", [None, "", "  ", True, 7.5, ["x"], {"id": "x"}, "x" * 201, "nul\x00", "a\ud800"]
)
def test_a_payment_without_its_ids_is_malformed(field: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=field):
        _parse("PaymentCompleted", {**PAYMENT, field: wrong})


@pytest.mark.parametrize("field", ["paymentId", "budgetId", "serviceOrderId"])
def test_a_payment_that_leaves_an_id_out_is_malformed(field: str) -> None:
    detail = {name: value for name, value in PAYMENT.items() if name != field}

    with pytest.raises(ValueError, match=field):
        _parse("PaymentCompleted", detail)


@pytest.mark.parametrize(
    "odd",
    [
        *(None, "", "yesterday", 1_772_000_000, 7.5, True, [], {}),
        *("0001-01-01T00:00:00+01:00", "2026-13-45T00:00:00Z", "\ud800"),
    ],
)
def test_no_payment_is_refused_for_its_time_or_its_amount(odd: object) -> None:
    message = _parse("PaymentCompleted", {**PAYMENT, "completedAt": odd})

    assert isinstance(message, PaymentCompleted)
    assert message.detail.completed_at is None
    assert ("completedAt" in message.left_out) is (odd not in {None, ""} if _hashes(odd) else True)


def _hashes(value: object) -> bool:
    return not isinstance(value, list | dict)


@pytest.mark.parametrize(
    "sent", ["2026-03-02T12:00:00", "2026-03-02 12:00:00.000", "2026-03-02T12:00"]
)
def test_a_time_without_its_zone_is_meant_in_utc(sent: str) -> None:
    message = _parse("PaymentCompleted", {**PAYMENT, "completedAt": sent})

    assert isinstance(message, PaymentCompleted)
    assert message.detail.completed_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "read"), [(42, "42"), (42.0, "42"), (0, "0"), (10**20, str(10**20))]
)
@pytest.mark.parametrize("field", ["paymentId", "budgetId", "serviceOrderId"])
def test_an_id_may_be_a_number(field: str, sent: object, read: str) -> None:
    message = _parse("PaymentCompleted", {**PAYMENT, field: sent})

    assert isinstance(message, PaymentCompleted)
    assert message.detail.model_dump(by_alias=True)[field] == read


@pytest.mark.parametrize(
    "detail",
    [
        {"serviceOrderId": None, "orderId": "os-1"},
        {"serviceOrderId": "", "orderId": "os-1"},
        {"serviceOrderId": "os-1", "orderId": "other"},
        {"service_order_id": "os-1"},
        {"ServiceOrderID": "os-1"},
        {"order_id": "os-1", "OrderId": " "},
    ],
)
def test_of_two_names_for_one_thing_the_one_with_a_value_counts(detail: dict[str, Any]) -> None:
    assert _order_of(_parse("OrderCancelled", detail)) == "os-1"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", None),
        ("  ", None),
        (None, None),
        (["x"], None),
        ({"text": "x"}, None),
        (7, "7"),
        ("x" * 9_999, "x" * 2_000),
        ("a\x00b\ud800c", "abc"),
    ],
)
def test_no_order_is_kept_at_work_for_the_sake_of_an_odd_reason(
    sent: object, kept: str | None
) -> None:
    message = _parse("OrderCancelled", {"orderId": "os-1", "reason": sent})

    assert isinstance(message, OrderCancelled)
    assert message.detail.reason == kept


@pytest.mark.parametrize(
    ("sent", "read"),
    [(7, "7"), ("", None), (None, None), ("x" * 129, None), ({"a": 1}, None), ("a\ud800", None)],
)
def test_an_envelope_is_known_by_any_id_that_can_be_kept(sent: object, read: str | None) -> None:
    assert _parse("OrderCancelled", ORDER, id=sent).id == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [(150, "150"), (150.5, "150.5"), ("150.50", "150.5"), ("150,00", "150"), ("1e3", "1000")],
)
def test_amounts_are_decimal_numbers(sent: object, read: str) -> None:
    refund = _parse("PaymentRefunded", {**ORDER, "amount": sent})

    assert isinstance(refund, PaymentRefunded)
    assert refund.detail.amount == read


@pytest.mark.parametrize("field", ["paymentId", "amount", "partial"])
@pytest.mark.parametrize("odd", [["x"], {"x": 1}, "what?", float("nan")])
def test_what_decides_how_much_is_given_back_is_not_guessed(field: str, odd: object) -> None:
    if field == "paymentId" and odd == "what?":
        return
    with pytest.raises(ValueError, match=field):
        _parse("PaymentRefunded", {**ORDER, field: odd})


@pytest.mark.parametrize("status", ["CANCELLED", "canceled", " Cancelada "])
@pytest.mark.parametrize("field", ["status", "newStatus", "new_status"])
def test_a_cancelled_order_is_told_as_a_change_of_its_status_too(field: str, status: str) -> None:
    message = _parse("OrderStatusUpdated", {"orderId": 7, field: status})

    assert _order_of(message) == "7"


@pytest.mark.parametrize(
    "detail", [None, 7, {}, {"status": "PAID"}, {"status": 7}, {"status": None}]
)
def test_any_other_change_of_an_orders_status_is_ignored(detail: object) -> None:
    assert _parse("OrderStatusUpdated", detail) == Ignored(type="OrderStatusUpdated")


def test_a_rejection_is_read_whole() -> None:
    message = _parse("BudgetRejected", {"budgetId": 5, "serviceOrderId": "os-1", "reason": "no"})

    assert isinstance(message, BudgetRejected)
    assert (message.detail.budget_id, message.detail.reason) == ("5", "no")


def test_what_a_topic_or_a_careless_sender_has_wrapped_is_unwrapped() -> None:
    plain = json.dumps({"detail-type": "PaymentCompleted", "detail": PAYMENT})
    notified = json.dumps({"Type": "Notification", "TopicArn": "arn", "Message": plain})

    for wrapped in (notified, json.dumps(plain), json.dumps(notified), f"\ufeff{plain}"):
        assert parse(wrapped) == parse(plain)


def test_what_a_topic_says_of_itself_is_ignored() -> None:
    body = json.dumps({"Type": "SubscriptionConfirmation", "Message": "You have chosen to …"})

    assert parse(body) == Ignored(type="SubscriptionConfirmation")


def test_a_number_that_is_too_long_to_be_read_spoils_nothing_else() -> None:
    detail = json.dumps(PAYMENT)[:-1] + ', "amount": ' + "9" * 5_000 + "}"

    message = parse(f'{{"detail-type": "PaymentCompleted", "detail": {detail}}}')

    assert isinstance(message, PaymentCompleted)
    assert message.left_out == {"amount"}


def _order_of(message: Message) -> str:
    assert not isinstance(message, Ignored)
    known: Known = message
    return known.detail.service_order_id
