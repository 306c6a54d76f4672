"""Periods in which a technician does not work, or a bay is closed, as they are kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from domain.agenda.week import Day
from domain.kernel.values import Input, Instant, Text, Value

DAYS_KEPT = timedelta(days=62)
"""Time for which what is over is kept, until room is needed."""
Note = Annotated[Text, StringConstraints(max_length=500)]


class Period(Value):
    """A time from one instant until just before another. One that was given as days keeps them."""

    from_: Instant = Field(alias="from")
    to: Instant
    first_day: Day | None = None
    last_day: Day | None = None

    def __str__(self) -> str:
        return f"{self.from_:%Y-%m-%dT%H:%MZ} to {self.to:%Y-%m-%dT%H:%MZ}"


class GivenPeriod(Period, Input):
    """A period that a command asks for."""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.to <= self.from_:
            raise PydanticCustomError("period", "`to` is later than `from`")
        return self


P = TypeVar("P", bound=Period)


def overlapping(periods: Iterable[P], new: Period) -> P | None:
    """The first that has an instant in common with the new one."""
    return next((each for each in periods if each.from_ < new.to and new.from_ < each.to), None)


def in_order(periods: Iterable[P]) -> tuple[P, ...]:
    return tuple(sorted(periods, key=lambda each: each.from_))


def kept(periods: Iterable[P], at: datetime) -> list[P]:
    """The periods without those that were over long before that instant."""
    return [each for each in periods if each.to > at - DAYS_KEPT]
