"""Access to the parts of the API's OpenAPI document."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def operations(document: Document, under: str = "") -> dict[tuple[str, str], Document]:
    """By method and by what follows the path's beginning; there are always some."""
    found = {
        (method, path.removeprefix(under)): operation
        for path, methods in document["paths"].items()
        if path.startswith(under)
        for method, operation in methods.items()
    }
    assert found
    return found


def parameters(document: Document, under: str = "") -> list[Document]:
    """Of all operations; there are always some."""
    found = [
        parameter
        for operation in operations(document, under).values()
        for parameter in operation.get("parameters", ())
    ]
    assert found
    return found


def resolved(document: Document, node: Document) -> Document:
    """The target of a reference; a node that is none, as it is."""
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
    """All references below the node."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)
