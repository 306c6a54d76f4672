"""Periods as clients give them: in whole days, or from one instant to another."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.agenda.periods import Period
from domain.agenda.shifts import day_span
from domain.agenda.week import Day
from domain.kernel.values import Input, Instant


class NewPeriod(Input):
    """`from` and `to` are both days, the last one included, or both instants."""

    from_: Day | Instant = Field(alias="from", union_mode="left_to_right")
    to: Day | Instant = Field(union_mode="left_to_right")

    @model_validator(mode="after")
    def _alike(self) -> Self:
        if type(self.from_) is not type(self.to):
            raise PydanticCustomError("period", "`from` and `to` are both days or both instants")
        if (isinstance(self.from_, datetime) and self.to == self.from_) or self.to < self.from_:  # type: ignore[operator]  # they are alike
            raise PydanticCustomError("period", "`to` is later than `from`")
        return self

    def period(self, zone: ZoneInfo) -> Period:
        """The period in instants, which begins and ends with the days of the zone."""
        if isinstance(self.from_, datetime) and isinstance(self.to, datetime):
            return Period(from_=self.from_, to=self.to)
        first, last = str(self.from_), str(self.to)
        return Period(
            from_=day_span(first, zone).start,
            to=day_span(last, zone).end,
            first_day=first,
            last_day=last,
        )
