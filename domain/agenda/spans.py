"""Intervals as the wire has them."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field

from domain.agenda.intervals import Interval
from domain.kernel.values import Instant, Value


class Span(Value):
    """A time from one instant to another, half open."""

    from_: Instant = Field(alias="from")
    to: Instant

    @classmethod
    def of(cls, interval: Interval) -> Self:
        return cls(from_=interval.start, to=interval.end)

    @classmethod
    def each(cls, intervals: Iterable[Interval]) -> tuple[Self, ...]:
        return tuple(map(cls.of, intervals))
