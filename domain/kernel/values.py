"""Values as every wire has them: camelCase, UTC to the millisecond, durations in minutes."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, to_json

from domain.kernel import spelling
from domain.kernel.dates import rfc_3339
from domain.kernel.reading import (
    Reading,
    is_blank,
    leniently,
    number_as_text,
    of_text,
    with_something_said,
)


class Value(BaseModel):
    """A frozen value; reads ignore fields of a later release, so that a rollback can read them."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


V = TypeVar("V", bound=Value)
W = TypeVar("W", bound=Value)


def evolve(value: V, **fields: Any) -> V:
    """The value with other values in these fields, each checked strictly by its field's type.
    Raises TypeError for an unknown name, ValidationError for a value of another type."""
    kind = type(value)
    _check_names(kind, fields)
    changed = {
        name: _field_adapter(kind, name).validator.validate_python(new, strict=True)
        for name, new in fields.items()
        if new is not getattr(value, name)
    }
    return value.model_copy(update=changed)


def widen(value: Value, target: type[W], **more: Any) -> W:
    """A value of `target` with the fields of `value`, and `more`. Raises TypeError for a name that
    is no field of `target`, ValidationError for what its fields do not take."""
    fields = {name: getattr(value, name) for name in type(value).model_fields}
    _check_names(target, fields | more)
    return target(**fields, **more)


_PARTS = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")


def recast(value: Value, kind: type[W]) -> W:
    """The same value as one of `kind`, which adds no field to its type. Both are frozen, so they
    share what they hold, and nothing is validated again."""
    same = kind.__new__(kind)
    for name in (
        "__dict__",
        "__pydantic_fields_set__",
        "__pydantic_extra__",
        "__pydantic_private__",
    ):
        object.__setattr__(same, name, getattr(value, name))
    return same


def _check_names(kind: type[Value], fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - kind.model_fields.keys():
        raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}")


@cache
def _field_adapter(kind: type[Value], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(kind.model_fields[name].rebuild_annotation())


def json_size(value: Value) -> int:
    """Bytes of the value on the wire, as JSON."""
    return len(to_json(value))


def dump_compact(value: Value) -> dict[str, JsonValue]:
    """Dumps the value without the fields that have their defaults, for readers of this code, who
    know them. It is a third less to send and to keep, and a workflow stays in memory with all that
    it was started with. A default must never change: a workflow under way would be read in another
    way."""
    return value.model_dump(mode="json", exclude_defaults=True)


@cache
def _optional_names(kind: type[BaseModel]) -> frozenset[str]:
    """The names and aliases of the fields that may be absent."""
    optional = {n: each for n, each in kind.model_fields.items() if not each.is_required()}
    return frozenset(optional) | {each.alias for each in optional.values() if each.alias}


class Input(Value):
    """A value from outside: an unknown field is a mistake that its sender wants to hear of. Read
    leniently, an optional field that says nothing is as good as absent."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_says_nothing(cls, sent: Any, info: ValidationInfo) -> Any:
        if info.context is not Reading.LENIENT or not isinstance(sent, dict):
            return sent
        optional = _optional_names(cls)
        said = {
            name: with_something_said(value) if name in optional else value
            for name, value in sent.items()
        }
        return {
            name: value
            for name, value in said.items()
            if not (name in optional and (is_blank(value) or value == []))
        }


def in_words(words: Mapping[str, str], unchanged: Collection[str] = ()) -> ConfigDict:
    """The configuration of values that travel under other names; only `unchanged` keep their own.
    A class with a field that is neither raises LookupError when it is defined."""
    known = {name: name for name in unchanged} | dict(words)

    def named(field: str) -> str:
        if field not in known:
            raise LookupError(f"There is no word for {field}: name it, or list it as unchanged")
        return known[field]

    return ConfigDict(alias_generator=named)


MILLISECOND = timedelta(milliseconds=1)
_NO_OFFSET = timedelta()

_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def _written(value: object, info: ValidationInfo) -> object:
    if isinstance(value, datetime):
        return value
    if info.context is Reading.LENIENT and isinstance(value, str):
        value = rfc_3339(value)
    # Pydantic takes seconds since 1970 too, even as text; what clients mean by them varies.
    if not _DATE_AND_TIME.match(str(value)):
        raise PydanticCustomError("date", "A date is an RFC 3339 string")
    return value


def to_milliseconds(at: datetime) -> datetime:
    """The same instant in UTC, cut to what a BSON date can hold."""
    # A fixed offset is the same at no moment; that of a place is None.
    if at.tzinfo is None or at.tzinfo.utcoffset(None) != _NO_OFFSET:
        at = at.astimezone(UTC)
    beyond = at.microsecond % 1000
    return at.replace(microsecond=at.microsecond - beyond) if beyond else at


def _in_utc(at: datetime) -> datetime:
    try:
        return to_milliseconds(at)
    except OverflowError as beyond:
        raise PydanticCustomError("date", "A date lies in the years 1 to 9999, in UTC") from beyond


Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]


def _whole(value: object) -> object:
    # JSON has one kind of number, and JSON Schema takes 60.0 for an integer.
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_whole)
Minutes = Annotated[int, Field(strict=True, gt=0, le=525_600), Whole]


def _decimal(value: object) -> str:
    """The canonical text of a number, or of a text that is one: 150.5 for 150.50."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation as unreadable:
        raise PydanticCustomError("amount", "An amount is a decimal number") from unreadable
    if not amount.is_finite() or isinstance(value, bool) or len(amount.as_tuple().digits) > 30:
        raise PydanticCustomError("amount", "An amount is a decimal number")
    return f"{amount.normalize():f}"


Amount = Annotated[str, Field(max_length=60), BeforeValidator(_decimal)]


def _without_nul(text: str) -> str:
    # BSON and several consumers of our events cannot hold it.
    if "\x00" in text:
        raise PydanticCustomError("text", "Text must not contain the character NUL")
    return text


def _words(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


def _unless_blank(text: str) -> str:
    return "" if spelling.is_blank_text(text) else text


# For those who read the schemas: not blank, and without NUL.
_PATTERN = Field(json_schema_extra={"pattern": r"^[^\x00]*[^\s\x85\x00][^\x00]*$"})

Identifier = Annotated[
    str,
    _words(200),
    AfterValidator(_without_nul),
    leniently(of_text(spelling.identifier)),
    leniently(number_as_text),
    Field(json_schema_extra={"pattern": spelling.IDENTIFIER}),
]
Text = Annotated[
    str,
    _words(2000),
    AfterValidator(_without_nul),
    leniently(of_text(_unless_blank)),
    leniently(number_as_text),
    _PATTERN,
]
