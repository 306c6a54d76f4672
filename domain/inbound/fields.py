"""Fields of other services' messages, each read as strictly as what depends on it.

An id may be text or a number. A field that decides nothing is repaired, cut or left out, and its
name is then added to the set that is the validation's context.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.alias_generators import to_camel, to_snake

from domain.kernel import spelling
from domain.kernel.dates import rfc_3339
from domain.kernel.reading import is_blank, number_as_text, of_text
from domain.kernel.values import Amount, Identifier, Instant, Text

LONGEST_TEXT = 2_000
LONGEST_ID = 128
"""Characters of a correlation or envelope id; a longer one would lead nowhere if it were cut."""
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?")
_DECIMAL_COMMA = re.compile(r"(\d+),(\d{1,2})")
T = TypeVar("T")


def _or_none(
    value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> object | None:
    try:
        return None if is_blank(value) else read(value)
    except ValidationError:
        _note(info)
        return None


def with_values(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that have a value, under the names that we know: others write `order_id` or
    `OrderID`."""
    given: dict[str, Any] = {}
    for name, value in sent.items():
        if not is_blank(value):
            given.setdefault(to_camel(to_snake(name)), value)
    return given


def _note(info: ValidationInfo) -> None:
    """Says which field was not taken as it was sent."""
    if isinstance(info.context, set):
        info.context.add(to_camel(info.field_name or ""))


def _legible(value: object, info: ValidationInfo) -> object:
    """Text without what neither a database nor the bus can hold, and no longer than we keep."""
    value = number_as_text(value)
    if not isinstance(value, str):
        return value
    kept = "".join(each for each in value if each != "\x00" and not "\ud800" <= each <= "\udfff")
    if kept != value or len(kept) > LONGEST_TEXT:
        _note(info)
    return kept[:LONGEST_TEXT]


def _in_utc(value: object) -> object:
    """A date and time as RFC 3339 has it; without a zone, as what the services that leave it out
    mean by it."""
    if not isinstance(value, str):
        return value
    naive = _NAIVE.fullmatch(value.strip())
    return rfc_3339(f"{naive[0]}Z" if naive else value)


def _decimal_point(value: object) -> object:
    """150,00 as 150.00; what else a comma could mean is left as it is, and refused."""
    with_comma = isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value.strip())
    return f"{with_comma[1]}.{with_comma[2]}" if with_comma else value


def _harmless(value: str) -> str:
    if not value.isprintable():
        raise ValueError("an id has printable characters only")
    return value


Id = Annotated[
    Identifier,
    BeforeValidator(of_text(spelling.identifier)),
    BeforeValidator(number_as_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"},
                {"type": "integer"},
            ]
        }
    ),
]
"""Text, or the number that another service counts by."""
Money = Annotated[
    Amount,
    BeforeValidator(_decimal_point),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d+([.,]\d+)?$"}]}
    ),
]
Lenient = Annotated[T | None, WrapValidator(_or_none)]
"""Decides nothing: None if it cannot be read, and then its name is added to the context."""
Moment = Lenient[Annotated[Instant, BeforeValidator(_in_utc)]]
Reason = Lenient[Annotated[Text, BeforeValidator(_legible)]]
TraceId = Lenient[
    Annotated[
        str,
        Field(max_length=LONGEST_ID),
        AfterValidator(_harmless),
        BeforeValidator(number_as_text),
    ]
]
