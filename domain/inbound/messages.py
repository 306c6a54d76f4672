"""Messages of the rest of the company; read strictly where they decide, leniently elsewhere.

Ids and the type decide: a message that lacks one is refused. Dates, reasons and the ids of
correlation decide nothing, so no message is refused for their sake.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from domain.inbound.fields import Id, Lenient, Moment, Money, Reason, TraceId, with_values
from domain.kernel.reading import is_blank

DEEPEST_WRAPPING = 3
"""Envelopes around each other: a bus behind a topic behind a queue."""
WITHDRAWN = frozenset({"CANCELLED", "CANCELED", "CANCELADA", "CANCELADO"})
"""Spellings, by the order service and its neighbours, of the status of an order that was given
up."""

_LONGEST_NUMBER = 100
"""Digits; Python itself refuses to read numbers of more than 4,300."""
_OF_A_TOPIC = {"SubscriptionConfirmation", "UnsubscribeConfirmation"}
"""Types of a topic's messages about itself."""


class Detail(BaseModel):
    """Other teams add fields as they like; only those that we act on are looked at."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, validate_by_name=True
    )

    service_order_id: Id = Field(validation_alias=AliasChoices("serviceOrderId", "orderId"))

    @model_validator(mode="before")
    @classmethod
    def _names_with_a_value(cls, sent: Any) -> Any:
        """Takes, of two names for one thing, the one that has a value."""
        return with_values(sent) if isinstance(sent, dict) else sent


class PaymentCompletedDetail(Detail):
    payment_id: Id
    budget_id: Id
    amount: Lenient[Money] = None
    completed_at: Moment = None


class PaymentRefundedDetail(Detail):
    """`amount` is what was given back; `partial` says that it is not all that was paid. All three
    decide what is cancelled, so one that is there has to be read."""

    payment_id: Id | None = None
    amount: Money | None = None
    partial: bool = False
    reason: Reason = None


class BudgetApprovedDetail(Detail):
    budget_id: Lenient[Id] = None
    approved_at: Moment = None


class BudgetRejectedDetail(Detail):
    budget_id: Id | None = None
    reason: Reason = None


class OrderCancelledDetail(Detail):
    reason: Reason = None


class OrderStatusUpdatedDetail(OrderCancelledDetail):
    """Concerns us with a `status` of `WITHDRAWN` only."""

    status: str = Field(
        validation_alias=AliasChoices("status", "newStatus"), examples=["CANCELLED"]
    )


class Envelope(BaseModel):
    """`left_out` names what could not be read, and was not needed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: TraceId = None
    correlation_id: TraceId = None
    left_out: frozenset[str] = frozenset()


class PaymentCompleted(Envelope):
    type: Literal["PaymentCompleted"]
    detail: PaymentCompletedDetail


class PaymentRefunded(Envelope):
    type: Literal["PaymentRefunded"]
    detail: PaymentRefundedDetail


class BudgetApproved(Envelope):
    type: Literal["BudgetApproved"]
    detail: BudgetApprovedDetail


class BudgetRejected(Envelope):
    type: Literal["BudgetRejected"]
    detail: BudgetRejectedDetail


class OrderCancelled(Envelope):
    type: Literal["OrderCancelled"]
    detail: OrderCancelledDetail


class OrderStatusUpdated(Envelope):
    """The same, as the order service itself reports it."""

    type: Literal["OrderStatusUpdated"]
    detail: OrderStatusUpdatedDetail


class Ignored(Envelope):
    """Somebody else's business."""

    type: str


Known = (
    PaymentCompleted
    | PaymentRefunded
    | BudgetApproved
    | BudgetRejected
    | OrderCancelled
    | OrderStatusUpdated
)
Message = Known | Ignored

_known: TypeAdapter[Known] = TypeAdapter(Annotated[Known, Field(discriminator="type")])

DETAILS: Mapping[str, Any] = {
    kind: message.model_fields["detail"].annotation
    for message in get_args(Known)
    for kind in get_args(message.model_fields["type"].annotation)
}
"""The types that we act on, and the model of what each must say."""


def parse(body: str) -> Message:
    """A message of the queue. Raises ValueError if it cannot be read or lacks what it must say."""
    envelope = _unwrapped(body)
    if not isinstance(envelope, dict):
        raise ValueError("the message is not a JSON object")
    kind = _first(envelope, "detail-type", "DetailType", "detailType")
    if kind is None and envelope.get("Type") in _OF_A_TOPIC:
        return Ignored(type=envelope["Type"])
    if not isinstance(kind, str):
        raise ValueError("the message has no detail-type")
    kind, detail = kind.strip(), _first(envelope, "detail", "Detail")
    if kind not in DETAILS:
        return Ignored(type=kind)
    detail = _from_json(detail) if isinstance(detail, str) else detail
    if kind == "OrderStatusUpdated" and not _is_withdrawn(detail):
        return Ignored(type=kind)
    return _read(envelope, kind, detail)


def _read(envelope: Mapping[str, Any], kind: str, detail: Any) -> Known:
    left_out: set[str] = set()
    try:
        message = _known.validate_python(
            {
                "id": envelope.get("id"),
                "type": kind,
                "detail": detail,
                "correlation_id": _correlation_id(detail),
            },
            context=left_out,
        )
    except ValidationError as lacking:
        raise ValueError(f"{kind}: {'; '.join(map(_described, lacking.errors()))}") from lacking
    return message.model_copy(update={"left_out": frozenset(left_out)})


def _described(error: Mapping[str, Any]) -> str:
    return f"{'.'.join(map(str, error['loc'][1:]))}: {error['msg']}"


def _unwrapped(body: str) -> Any:
    """The envelope of the bus, whatever it came through: a topic puts its own around it, and some
    senders put text into text."""
    found: Any = _from_json(body)
    for _ in range(DEEPEST_WRAPPING):
        match found:
            case str():
                found = _from_json(found)
            case {"Type": "Notification", "Message": message}:
                found = message
    return found


def _from_json(text: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_int=_whole)
    except RecursionError as nested:
        raise ValueError("the message is nested too deeply") from nested


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _first(sent: Mapping[str, Any], *names: str) -> Any:
    """The first of these that has a value."""
    return next((sent[name] for name in names if not is_blank(sent.get(name))), None)


def _is_withdrawn(detail: Any) -> bool:
    if not isinstance(detail, dict):
        return False
    status = _first(with_values(detail), "status", "newStatus")
    return isinstance(status, str) and status.strip().upper() in WITHDRAWN


def _correlation_id(detail: Any) -> Any:
    metadata = detail.get("metadata") if isinstance(detail, dict) else None
    return with_values(metadata).get("correlationId") if isinstance(metadata, dict) else None
