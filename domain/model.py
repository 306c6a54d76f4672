"""How values look on every wire: camelCase, UTC to the millisecond, durations in minutes."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Protocol

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic.alias_generators import to_camel


class Value(BaseModel):
    """A frozen value; reads ignore fields of a later release, so that a rollback can read them."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class Input(Value):
    """What somebody outside sends: an unknown field is a mistake that they want to hear of."""

    model_config = ConfigDict(extra="forbid")


class Command(Input):
    """A request to change an aggregate; its docstring is what operators read in the Web UI."""

    ACTION: ClassVar[StrEnum]


class Aggregate(Protocol):
    """What the engine needs to know of whatever it carries."""

    @property
    def aggregate_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def is_over(self) -> bool: ...
    @property
    def details(self) -> str: ...


def _not_a_number(value: object) -> object:
    if not isinstance(value, str | datetime):
        raise ValueError("a date is an RFC 3339 string")
    return value


def to_milliseconds(at: datetime) -> datetime:
    """The same instant in UTC, cut to what a BSON date can hold."""
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _in_utc(at: datetime) -> datetime:
    try:
        return to_milliseconds(at)
    except OverflowError as beyond:
        raise ValueError("a date is between the years 1 and 9999, in UTC") from beyond


Instant = Annotated[AwareDatetime, BeforeValidator(_not_a_number), AfterValidator(_in_utc)]
Minutes = Annotated[int, Field(strict=True, gt=0, le=525_600)]


def _text(longest: int) -> StringConstraints:
    # NUL is refused because BSON and several consumers of our events cannot hold it.
    return StringConstraints(
        strip_whitespace=True, min_length=1, max_length=longest, pattern=r"^[^\x00]*$"
    )


Identifier = Annotated[str, _text(200)]
Text = Annotated[str, _text(2000)]
