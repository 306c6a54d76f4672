"""The leniency of the doors: what people, forms and other programs write, and what they mean."""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError, ValidationInfo

from domain.kernel import spelling

_DIGITS = re.compile(r"[+-]?[0-9]{1,15}")


class Reading(Enum):
    """Ways of reading a value, given as the context of its validation. Without one the value is
    read as it stands, and so is whatever Temporal has recorded: what an earlier release made of it
    must come out again."""

    LENIENT = auto()
    """Reads at the doors: values as people, forms and other programs write them, where there is no
    doubt what they mean."""
    STRICT = auto()
    """Reads as the release before this leniency did, which dropped signals that it could not
    read."""


def leniently(repair: Callable[[Any], Any]) -> BeforeValidator:
    """A validator that repairs a value first, if it is read leniently."""

    def read(value: Any, info: ValidationInfo) -> Any:
        return repair(value) if info.context is Reading.LENIENT else value

    return BeforeValidator(read)


def of_text(repair: Callable[[str], Any]) -> Callable[[Any], Any]:
    """The repair for any value: what is no text stays as it is."""
    return lambda value: repair(value) if isinstance(value, str) else value


M = TypeVar("M", bound=BaseModel)


def read(kind: type[M], value: Any) -> M:
    """Reads it as it stands, which is how it was read before; and leniently what could not be.
    Raises ValidationError."""
    try:
        return kind.model_validate(value)
    except ValidationError:
        return kind.model_validate(value, context=Reading.LENIENT)


def strictly(kind: type[M], value: Any) -> M:
    """Reads it as earlier releases did. Raises ValidationError."""
    return kind.model_validate(value, context=Reading.STRICT)


def is_blank(value: Any) -> bool:
    """True if the value says nothing, as a form's field that nobody has filled in."""
    return value is None or (isinstance(value, str) and spelling.is_blank_text(value))


def number_as_text(value: Any) -> Any:
    """Ids are numbers to some, and text to us."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def blank_as(usual: Any) -> BeforeValidator:
    """A validator that has a blank stand for what is usual."""
    return BeforeValidator(lambda value: usual if is_blank(value) else value)


def with_something_said(value: Any) -> Any:
    """A list, as a query has it, without its blanks; anything else as it is."""
    return [each for each in value if not is_blank(each)] if isinstance(value, list) else value


def _number(text: str) -> Any:
    return int(text) if _DIGITS.fullmatch(text.strip()) else text


number = of_text(_number)
"""The number that a text of digits is; of more than fifteen digits nothing of ours has a number."""
