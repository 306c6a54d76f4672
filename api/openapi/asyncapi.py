"""The AsyncAPI 3 document of the events that are published and the messages that are consumed,
derived from the models that write and read them."""

from collections.abc import Iterable
from typing import TypeGuard

from pydantic import BaseModel

from api import VERSION
from api.openapi.aggregates import AGGREGATES
from api.openapi.event_schemas import Json, reference, schemas
from domain.inbound.messages import DETAILS
from domain.kernel.events import Event, Metadata

_ABOUT = (
    "The events of executions, their tasks and the workshop's queue, in EventBridge's envelope. "
    "They come at least once, and in order per execution or queue item: drop those whose "
    "`metadata.eventId` you have seen, and ignore fields that you do not know."
)
_BUS = "The EventBridge bus that `EVENT_BUS_NAME` names; match on `detail-type`."
_QUEUE = (
    "The SQS queue behind `SQS_QUEUE_URL`, fed by a rule of the bus. `DetailType` and `Detail` are "
    "understood too, a detail that is JSON text, and the notifications of SNS; other types are "
    "acknowledged and ignored. What decides nothing (dates, reasons, ids of correlation) may be "
    "missing or odd, and no message is refused for it."
)


def document() -> Json:
    published = {event.__name__: _published(event) for event in events()}
    consumed = {kind: _consumed(kind, detail) for kind, detail in DETAILS.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Execution Service: events", "version": VERSION, "description": _ABOUT},
        "defaultContentType": "application/json",
        "channels": {"bus": _channel(_BUS, published), "queue": _channel(_QUEUE, consumed)},
        "operations": {"tell": _operation("send", "bus"), "hear": _operation("receive", "queue")},
        "components": {"messages": published | consumed, "schemas": schemas(events())},
    }


def events() -> tuple[type[Event], ...]:
    """All kinds of events that can be published: those that no other one is derived from."""
    declared = (kind for each in AGGREGATES for kind in vars(each.events).values())
    return tuple(kind for kind in declared if _is_event(kind) and not kind.__subclasses__())


def _is_event(kind: object) -> TypeGuard[type[Event]]:
    return isinstance(kind, type) and issubclass(kind, Event)


def _channel(description: str, messages: Iterable[str]) -> Json:
    # Which bus and which queue, the environment says; AsyncAPI's null means just that.
    references = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {"address": None, "description": description, "messages": references}


def _operation(action: str, channel: str) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _published(event: type[Event]) -> Json:
    with_metadata = {"required": ["metadata"], "properties": {"metadata": reference(Metadata)}}
    described = {
        "source": {"const": event.SOURCE},
        "id": {"type": "string"},
        "time": {"type": "string", "format": "date-time"},
        "detail": {"allOf": [reference(event), with_metadata]},
    }
    return {
        **_message(event.detail_type(), described, required=list(described)),
        "correlationId": {"location": "$message.payload#/detail/metadata/correlationId"},
    }


def _consumed(kind: str, detail: type[BaseModel]) -> Json:
    described = {"id": {"type": "string"}, "detail": reference(detail)}
    return _message(kind, described, required=["detail"])


def _message(kind: str, described: Json, required: list[str]) -> Json:
    payload = {
        "type": "object",
        "required": ["detail-type", *required],
        "properties": {"detail-type": {"const": kind}, **described},
    }
    return {"name": kind, "payload": payload}
