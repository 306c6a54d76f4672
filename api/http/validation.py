"""Mistakes in requests, field by field, in our words and not the validator's."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from api.errors import InvalidRequest, UnreadableRequest
from api.http.locale_pt import is_portuguese, translate_field_error, translate_hint

_ETAGS = ("if-match", "if-none-match")
_PLUS_READ_AS_BLANK = re.compile(r".*\d[Tt ]\d\d:\d\d[^ ]* \d\d:?\d\d")
"""A date with its zone, as it comes out of an address that had a `+` in it."""


class FieldError(BaseModel):
    pointer: str = Field(description="JSON pointer into the body, or `#query/<name>`")
    message: str


def refused(error: RequestValidationError, path: str) -> UnreadableRequest | InvalidRequest:
    """The error that a request at this path is refused with."""
    errors = [
        FieldError(pointer=_pointer(each), message=_message(each, path)) for each in error.errors()
    ]
    detail = "; ".join(f"{each.pointer}: {each.message}" for each in errors)
    misread = any(_is_misread(each) for each in error.errors())
    kind = UnreadableRequest if misread else InvalidRequest
    return kind(detail, errors=errors)


def _is_misread(error: Mapping[str, Any]) -> bool:
    """Unreadable JSON, and query parameters that we do not know, are 400; the rest is 422."""
    unknown_filter = error["type"] == "extra_forbidden" and error["loc"][0] == "query"
    return bool(unknown_filter or error["type"].startswith("json_"))


def _message(error: Mapping[str, Any], path: str) -> str:
    message = translate_field_error(error) if is_portuguese(path) else str(error["msg"])
    mistake = _known_mistake(error)
    return f"{message}; {hint(mistake, path)}" if mistake else message


_HINTS = {
    "plus": "in an address, send the `+` of a time zone as `%2B`",
    "etag": 'send the `ETag` as it was answered, with its quotes: `"3"`',
    "weak": "a weak `ETag` fits no version in `If-Match`: send it without its `W/`",
}
"""Advice on mistakes that clients are known to make."""


def hint(mistake: str, path: str) -> str:
    """Advice on a mistake, in the language of the path."""
    return translate_hint(mistake) if is_portuguese(path) else _HINTS[mistake]


def _known_mistake(error: Mapping[str, Any]) -> str | None:
    place, name = error["loc"][0], str(error["loc"][-1]).lower()
    if place == "header" and name in _ETAGS:
        return "etag"
    if place == "query" and _PLUS_READ_AS_BLANK.fullmatch(str(error.get("input"))):
        return "plus"
    return None


def _pointer(error: Mapping[str, Any]) -> str:
    place, *path = (str(part) for part in error["loc"])
    return "/" + "/".join(path) if place == "body" else f"#{place}/{'/'.join(path)}"
