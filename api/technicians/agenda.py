"""A technician's agenda: the time in which they can be planned, and what takes the rest."""

from collections.abc import Collection
from typing import Self
from zoneinfo import ZoneInfo

from activities.mongo.closures import Closures
from api.aggregates.agendas import Agenda, agenda_fields
from domain.agenda.shifts import days_span, reaching_into, working_time
from domain.agenda.week import Day
from domain.technician.state import Technician, TimeOff


class TechnicianAgenda(Agenda):
    """The agenda from the start of the first day to the end of the last, in instants; the days are
    those of the time zone. An inactive technician has no free time."""

    technician_id: str
    time_off: tuple[TimeOff, ...]

    @classmethod
    def of(
        cls,
        technician: Technician,
        closures: Collection[Day],
        first: Day,
        last: Day,
        zone: ZoneInfo,
    ) -> Self:
        begins, ends = days_span(first, last, zone)
        worked = working_time(technician.patterns, technician.days, closures, first, last, zone)
        return cls(
            **agenda_fields(technician, worked, first, last, zone),
            technician_id=technician.technician_id,
            time_off=tuple(e for e in technician.time_off if e.from_ < ends and begins < e.to),
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
