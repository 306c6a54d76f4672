"""Holds messages against the AsyncAPI document, as one who has nothing else to go by."""

import json
from datetime import datetime
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from deploy.documents import FOLDER

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_an_instant(value: object) -> bool:
    # Without a further package, jsonschema takes anything for a date.
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def complaints(envelope: dict[str, Any]) -> list[str]:
    """Faults of a message; none if it is as the committed document says."""
    components, kind = _components(), envelope["detail-type"]
    name = _name(components, envelope)
    if name is None:
        return [f"{kind} is not in the document"]
    schema = {"components": components, **components["messages"][name]["payload"]}
    errors = Draft7Validator(schema, format_checker=_FORMATS).iter_errors(envelope)
    return [f"{kind}{each.json_path[1:]}: {each.message}" for each in errors]


def undocumented(envelope: dict[str, Any]) -> set[str]:
    """The names of what an event says that the document does not know; readers would ignore it."""
    components = _components()
    schemas, name = components["schemas"], _name(components, envelope)
    detail = dict(envelope["detail"])
    metadata = detail.pop("metadata")
    known = schemas[name]["properties"] if name else {}
    return (set(detail) - set(known)) | (set(metadata) - set(schemas["Metadata"]["properties"]))


def _name(components: dict[str, Any], envelope: dict[str, Any]) -> str | None:
    """The name of its message in the document: of one type, two sources may have events."""
    for name, message in components["messages"].items():
        described = message["payload"]["properties"]
        told = {"detail-type", "source"} & described.keys()
        if all(described[each]["const"] == envelope.get(each) for each in told):
            return str(name)
    return None


def _components() -> dict[str, Any]:
    document = json.loads((FOLDER / "asyncapi.json").read_text(encoding="utf-8"))
    return dict(document["components"])
