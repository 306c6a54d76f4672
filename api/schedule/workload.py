"""The workload of technicians as clients see it."""

from typing import Self

from pydantic import Field

from activities.agendas.rosters import Agendas
from domain.agenda.shifts import day_span, days_between
from domain.agenda.week import Day
from domain.kernel.values import Instant, Value
from domain.planning.workload import workload


class DayWorkload(Value):
    """Minutes of one day: of working time without times off, of what is booked at any hour, and of
    working time that nothing has taken."""

    day: Day
    capacity_minutes: int
    booked_minutes: int
    free_minutes: int


class TechnicianWorkload(Value):
    technician_id: str
    days: tuple[DayWorkload, ...]


class Workload(Value):
    """The workload of active technicians on each day, local to the time zone; a night shift counts
    for both of its days. Minutes that were worked are not in it: nobody records them yet."""

    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    timezone: str
    as_of: Instant
    technicians: tuple[TechnicianWorkload, ...]

    @classmethod
    def of(cls, agendas: Agendas, as_of: Instant) -> Self:
        first, last, zone = agendas.first, agendas.last, agendas.zone
        days = days_between(first, last)
        spans = [day_span(day, zone) for day in days]
        return cls(
            first_day=first,
            last_day=last,
            timezone=zone.key,
            as_of=as_of,
            technicians=tuple(
                TechnicianWorkload(
                    technician_id=person.technician_id,
                    days=tuple(
                        DayWorkload(
                            day=day,
                            capacity_minutes=load.capacity,
                            booked_minutes=load.booked,
                            free_minutes=load.free,
                        )
                        for day, load in zip(days, workload(person, spans), strict=True)
                    ),
                )
                for person in agendas.roster().people
            ),
        )
