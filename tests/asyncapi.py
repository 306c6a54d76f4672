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
    components = _components()
    kind = envelope["detail-type"]
    if kind not in components["messages"]:
        return [f"{kind} is not in the document"]
    schema = {"components": components, **components["messages"][kind]["payload"]}
    errors = Draft7Validator(schema, format_checker=_FORMATS).iter_errors(envelope)
    return [f"{kind}{each.json_path[1:]}: {each.message}" for each in errors]


def undocumented(envelope: dict[str, Any]) -> set[str]:
    """The names of what an event says that the document does not know; readers would ignore it."""
    schemas = _components()["schemas"]
    detail = dict(envelope["detail"])
    metadata = detail.pop("metadata")
    return (set(detail) - set(schemas[envelope["detail-type"]]["properties"])) | (
        set(metadata) - set(schemas["Metadata"]["properties"])
    )


def _components() -> dict[str, Any]:
    document = json.loads((FOLDER / "asyncapi.json").read_text(encoding="utf-8"))
    return dict(document["components"])
