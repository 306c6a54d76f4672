"""What the rest of the company tells us; parsed strictly where we act on it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from domain.model import Identifier, Instant, Text


class Detail(BaseModel):
    """Other teams add fields as they like; only those that we act on are looked at."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, validate_by_name=True
    )


class PaymentCompletedDetail(Detail):
    payment_id: Identifier
    budget_id: Identifier
    service_order_id: Identifier
    completed_at: Instant | None = None


class BudgetApprovedDetail(Detail):
    budget_id: Identifier
    service_order_id: Identifier
    approved_at: Instant | None = None


class CompensationDetail(Detail):
    service_order_id: Identifier = Field(validation_alias=AliasChoices("serviceOrderId", "orderId"))
    reason: Text | None = None


class Envelope(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | None = None
    correlation_id: str | None = None


class PaymentCompleted(Envelope):
    type: Literal["PaymentCompleted"]
    detail: PaymentCompletedDetail


class BudgetApproved(Envelope):
    type: Literal["BudgetApproved"]
    detail: BudgetApprovedDetail


class Compensation(Envelope):
    """The order is not to be carried out after all."""

    type: Literal["PaymentRefunded", "OrderCancelled"]
    detail: CompensationDetail


class Ignored(Envelope):
    """Somebody else's business."""

    type: str


Known = PaymentCompleted | BudgetApproved | Compensation
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
    envelope = _from_json(body)
    if not isinstance(envelope, dict):
        raise ValueError("the message is not a JSON object")
    kind = envelope.get("detail-type") or envelope.get("DetailType")
    if not isinstance(kind, str):
        raise ValueError("the message has no detail-type")
    detail = envelope.get("detail", envelope.get("Detail"))
    if kind not in DETAILS:
        return Ignored(type=kind)
    detail = _from_json(detail) if isinstance(detail, str) else detail
    return _known.validate_python(
        {
            "id": envelope.get("id"),
            "type": kind,
            "detail": detail,
            "correlation_id": _correlation_id(detail),
        }
    )


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as nested:
        raise ValueError("the message is nested too deeply") from nested


def _correlation_id(detail: Any) -> str | None:
    """Best effort: nothing depends on it."""
    metadata = detail.get("metadata") if isinstance(detail, dict) else None
    known = metadata.get("correlationId") if isinstance(metadata, dict) else None
    return known if isinstance(known, str) and len(known) <= 128 else None
