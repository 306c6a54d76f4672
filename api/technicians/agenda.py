"""A technician's agenda: the time in which they can be planned, and the time that they are off."""

from collections.abc import Collection
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field

from activities.mongo.closures import Closures
from domain.agenda.intervals import Interval, merged, minutes, subtracted
from domain.agenda.shifts import day_span, reaching_into, working_time
from domain.agenda.week import Day
from domain.kernel.values import Instant, Value
from domain.technician.state import Technician, TimeOff

LONGEST_AGENDA = 62
"""Days from the first to the last."""


class Span(Value):
    """A time from one instant to another, half open."""

    from_: Instant = Field(alias="from")
    to: Instant


class TechnicianAgenda(Value):
    """The agenda from the start of the first day to the end of the last, in instants; the days are
    those of the time zone. An inactive technician has no free time."""

    technician_id: str
    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    timezone: str
    time_off: tuple[TimeOff, ...]
    free: tuple[Span, ...]
    free_minutes: int

    @classmethod
    def of(
        cls,
        technician: Technician,
        closures: Collection[Day],
        first: Day,
        last: Day,
        zone: ZoneInfo,
    ) -> Self:
        begins, ends = day_span(first, zone).start, day_span(last, zone).end
        time_off = tuple(e for e in technician.time_off if e.from_ < ends and begins < e.to)
        worked = working_time(technician.patterns, technician.days, closures, first, last, zone)
        off = merged(Interval(each.from_, each.to) for each in time_off)
        free = subtracted(worked, off) if technician.is_active else []
        return cls(
            technician_id=technician.technician_id,
            first_day=first,
            last_day=last,
            timezone=zone.key,
            time_off=time_off,
            free=tuple(Span(from_=each.start, to=each.end) for each in free),
            free_minutes=minutes(free),
        )


class Agendas:
    """Agendas of technicians, in the workshop's time zone."""

    def __init__(self, closures: Closures, zone: ZoneInfo) -> None:
        self.zone = zone
        self._closures = closures

    async def of(self, technician: Technician, first: Day, last: Day) -> TechnicianAgenda:
        """Raises PyMongoError."""
        closures = await self._closures.between(reaching_into(first), last)
        closed = {each.date for each in closures}
        return TechnicianAgenda.of(technician, closed, first, last, self.zone)
