"""The AsyncAPI document's promises to those who listen to the bus, or put messages into the queue.

Whether events on the bus are as it says is tested on the stack.
"""

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

import domain
from api.openapi.asyncapi import document
from domain.inbound.messages import Ignored, parse
from tests.asyncapi import complaints

PAID = {"paymentId": "p-1", "budgetId": "b-1", "serviceOrderId": "os-1"}
APPROVED = {"budgetId": "b-1", "serviceOrderId": "os-1", "approvedAt": "2026-03-01T12:00:00Z"}
UNDERSTOOD: list[tuple[str, Any]] = [
    ("PaymentCompleted", PAID),
    ("PaymentCompleted", PAID | {"completedAt": "2026-03-01T09:00:00-03:00"}),
    ("PaymentCompleted", PAID | {"completedAt": None, "currency": "BRL"}),
    ("PaymentCompleted", PAID | {"paymentId": 7, "serviceOrderId": 42, "amount": "150.00"}),
    ("BudgetApproved", APPROVED),
    ("PaymentRefunded", {"serviceOrderId": "os-1", "reason": "changed my mind"}),
    ("OrderCancelled", {"orderId": "os-1"}),
    ("OrderStatusUpdated", {"orderId": "os-1", "status": "CANCELLED"}),
    ("BudgetRejected", {"serviceOrderId": "os-1", "budgetId": "b-1", "reason": "too much"}),
]
MALFORMED: list[tuple[str, Any]] = [
    ("PaymentCompleted", PAID | {"budgetId": ""}),
    ("PaymentCompleted", PAID | {"paymentId": 7.5}),
    ("PaymentRefunded", {"orderId": "os-1", "amount": "much"}),
    ("PaymentCompleted", {"paymentId": "p-1"}),
    ("BudgetApproved", [APPROVED]),
    ("OrderCancelled", {"reason": "sold the car"}),
    ("OrderCancelled", {"orderId": "x" * 201}),
]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def found(reference: str) -> Any:
    at: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        at = at[step]
    return at


def test_the_bus_carries_every_event_that_the_domain_declares() -> None:
    modules = [
        import_module(each.name) for each in pkgutil.walk_packages(domain.__path__, "domain.")
    ]
    declared = {
        name
        for module in modules
        for name, kind in vars(module).items()
        if hasattr(kind, "SOURCE") and not kind.__subclasses__()
    }

    published = set(document()["channels"]["bus"]["messages"])

    assert len(published) > 20
    assert published == declared


def test_every_reference_leads_to_something() -> None:
    there = list(references(document()))

    assert there
    assert all(found(each) for each in there)


def test_every_channel_has_its_operation_and_every_message_its_channel() -> None:
    made = document()

    carried = [set(each["messages"]) for each in made["channels"].values()]
    operations = {each["channel"]["$ref"]: each["action"] for each in made["operations"].values()}
    assert operations == {"#/channels/bus": "send", "#/channels/queue": "receive"}
    assert set.union(*carried) == set(made["components"]["messages"])


def test_no_event_says_null() -> None:
    made = document()

    schemas = [made["components"]["schemas"][name] for name in made["channels"]["bus"]["messages"]]
    assert schemas
    assert "null" not in json.dumps(schemas)


@pytest.mark.parametrize(("kind", "detail"), UNDERSTOOD)
def test_what_the_service_understands_is_as_the_document_has_it(kind: str, detail: Any) -> None:
    message = {"detail-type": kind, "detail": detail}

    understood = parse(json.dumps(message))

    assert not isinstance(understood, Ignored)
    assert complaints(message) == []


@pytest.mark.parametrize(("kind", "detail"), MALFORMED)
def test_what_the_document_forbids_the_service_refuses(kind: str, detail: Any) -> None:
    message = {"detail-type": kind, "detail": detail}

    with pytest.raises(ValueError, match=r"detail|message"):
        parse(json.dumps(message))

    assert complaints(message)
