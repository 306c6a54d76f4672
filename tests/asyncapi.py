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
    """What is wrong with a message; nothing if it is as the committed document says."""
    document = json.loads((FOLDER / "asyncapi.json").read_text(encoding="utf-8"))
    messages = document["components"]["messages"]
    kind = envelope["detail-type"]
    if kind not in messages:
        return [f"{kind} is not in the document"]
    schema = {"components": document["components"], **messages[kind]["payload"]}
    errors = Draft7Validator(schema, format_checker=_FORMATS).iter_errors(envelope)
    return [f"{kind}{each.json_path[1:]}: {each.message}" for each in errors]
