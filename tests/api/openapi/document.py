"""How the tests read the API's OpenAPI document."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def operations(document: Document, under: str = "") -> dict[tuple[str, str], Document]:
    """By method and by what follows the path's beginning."""
    return {
        (method, path.removeprefix(under)): operation
        for path, methods in document["paths"].items()
        if path.startswith(under)
        for method, operation in methods.items()
    }


def resolved(document: Document, node: Document) -> Document:
    """What the reference leads to; what is no reference, as it is."""
    if "$ref" not in node:
        return node
    found: Any = document
    for name in node["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


def responses(document: Document, operation: Document) -> dict[int, Document]:
    return {
        int(status): resolved(document, response)
        for status, response in operation["responses"].items()
    }


def references(node: Any) -> Iterator[Document]:
    """All that there are, wherever they stand."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)
