"""The document as makers of clients read it: which fields are always there, and which are not."""

from collections.abc import Iterator

import pytest

from tests.api.openapi.document import (
    Document,
    operations,
    parameters,
    references,
    resolved,
    responses,
)


def _within(document: Document, node: Document) -> dict[str, Document]:
    """All schemas that the node refers to, and those that they refer to, by their references."""
    found: dict[str, Document] = {}
    unread = list(references(node))
    while unread:
        reference = unread.pop()
        if reference["$ref"] not in found:
            found[reference["$ref"]] = resolved(document, reference)
            unread += references(found[reference["$ref"]])
    return found


def _contents(document: Document, under: str = "") -> Iterator[tuple[str, Document]]:
    for operation in operations(document, under).values():
        for response in responses(document, operation).values():
            yield from response.get("content", {}).items()


def _shown(document: Document, under: str = "") -> dict[str, Document]:
    """The schemas of all that is shown, by their references; there are always some."""
    found = {
        name: schema
        for _, content in _contents(document, under)
        for name, schema in _within(document, content["schema"]).items()
    }
    assert found
    return found


def _sent(document: Document) -> dict[str, Document]:
    """The schemas of all that is sent, by their references; there are always some."""
    found = {
        name: schema
        for operation in operations(document).values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name, schema in _within(document, content["schema"]).items()
    }
    assert found
    return found


def _defaults(node: object) -> Iterator[object]:
    match node:
        case {"properties": dict() as fields, **others}:
            yield from _defaults(list(fields.values()))
            yield from _defaults(others)
        case dict():
            yield from (value for name, value in node.items() if name == "default")
            yield from (each for value in node.values() for each in _defaults(value))
        case list():
            yield from (each for value in node for each in _defaults(value))


def test_what_is_shown_has_no_defaults(document: Document) -> None:
    shown = _shown(document)

    assert [name for name in shown if any(_defaults(shown[name]))] == []
    assert not any(any(_defaults(content["schema"])) for _, content in _contents(document))


def test_what_is_sent_keeps_its_defaults(document: Document) -> None:
    new = document["components"]["schemas"]["NewQueueItem"]

    assert new["properties"]["prioridade"]["default"] == "NORMAL"
    assert new["required"] == ["ordem_servico_id"]


def test_nothing_with_fields_is_both_sent_and_shown(document: Document) -> None:
    both = _sent(document).keys() & _shown(document).keys()

    assert [name for name in both if "properties" in resolved(document, {"$ref": name})] == []


@pytest.mark.parametrize(
    ("schema", "always", "not_always"),
    [
        ("ExecutionRepresentation", {"id", "tasks", "health", "version"}, {"technicianId"}),
        ("Task", {"taskId", "status"}, {"assignedTo"}),
        ("DeliveryHealth", {"status"}, {"since", "reason"}),
        ("Explanation", {"pendingActivities"}, {"health"}),
        ("Problem", {"code"}, {"errors"}),
    ],
)
def test_what_is_always_there_is_required(
    document: Document, schema: str, always: set[str], not_always: set[str]
) -> None:
    required = set(document["components"]["schemas"][schema]["required"])

    assert always <= required
    assert not not_always & required


def test_the_queue_leaves_no_field_out(document: Document) -> None:
    of_problems = {
        name
        for media_type, content in _contents(document)
        if media_type == "application/problem+json"
        for name in _within(document, content["schema"])
    }

    of_fila = _shown(document, "/fila-execucao")
    objects = [
        of_fila[name] for name in of_fila.keys() - of_problems if "properties" in of_fila[name]
    ]
    assert objects
    for schema in objects:
        assert set(schema["required"]) == set(schema["properties"])


def test_an_optional_list_in_a_query_has_no_default(document: Document) -> None:
    schemas = [parameter["schema"] for parameter in parameters(document)]

    lists = [schema for schema in schemas if schema.get("type") == "array"]
    assert lists
    assert [schema for schema in schemas if schema.get("default") in ([], "")] == []
