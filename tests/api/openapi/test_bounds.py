"""Nothing that the API's document lets a client send is without an end."""

from collections.abc import Iterator
from typing import Any

import httpx


async def test_whatever_a_client_may_send_has_an_end(http: httpx.AsyncClient) -> None:
    document = (await http.get("/api/v1/openapi.json")).json()
    asked = [
        _resolved(place, document)
        for path in document["paths"].values()
        for operation in path.values()
        for place in [*operation.get("parameters", ()), operation.get("requestBody", {})]
    ]

    endless = [
        each
        for place in asked
        if place.get("in") != "path"  # which ends where the address does
        for each in _schemas(place)
        if not _is_bounded(each)
    ]

    assert len(asked) > 50
    assert endless == []


BOUNDS = {
    "string": {"maxLength", "enum", "const", "format", "pattern"},
    "array": {"maxItems"},
    "integer": {"maximum", "exclusiveMaximum"},
    "number": {"maximum", "exclusiveMaximum"},
}


def _is_bounded(schema: dict[str, Any]) -> bool:
    bounds = BOUNDS.get(str(schema.get("type")))
    return bounds is None or bool(bounds & schema.keys())


def _resolved(node: Any, document: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolved(each, document) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        *_, name = node["$ref"].split("/")
        return _resolved(document["components"]["schemas"][name], document)
    return {name: _resolved(value, document) for name, value in node.items()}


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from _schemas(value)
    elif isinstance(node, list):
        for each in node:
            yield from _schemas(each)
