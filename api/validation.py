"""What is wrong with a request, field by field, in our words and not the validator's."""

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from api import portuguese
from api.errors import InvalidRequest, UnreadableRequest


class FieldError(BaseModel):
    pointer: str = Field(description="JSON pointer into the body, or `#query/<name>`")
    message: str


def refused(error: RequestValidationError, path: str) -> UnreadableRequest | InvalidRequest:
    """What a request at this path is refused with."""
    worded = portuguese.field_message if portuguese.is_spoken(path) else _english
    errors = [FieldError(pointer=_pointer(each), message=worded(each)) for each in error.errors()]
    detail = "; ".join(f"{each.pointer}: {each.message}" for each in errors)
    misread = any(_is_misread(each) for each in error.errors())
    kind = UnreadableRequest if misread else InvalidRequest
    return kind(detail, errors=errors)


def _is_misread(error: Mapping[str, Any]) -> bool:
    """Unreadable JSON, and query parameters that we do not know, are 400; the rest is 422."""
    unknown_filter = error["type"] == "extra_forbidden" and error["loc"][0] == "query"
    return bool(unknown_filter or error["type"] == "json_invalid")


def _english(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"not JSON at character {error['loc'][-1]}: {error['ctx']['error']}"
    return str(error["msg"])


def _pointer(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return "/"
    place, *path = (str(part) for part in error["loc"])
    return "/" + "/".join(path) if place == "body" else f"#{place}/{'/'.join(path)}"
