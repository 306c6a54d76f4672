"""A bay's agenda: the time in which it can be planned, at any hour, and what takes the rest."""

from typing import Self
from zoneinfo import ZoneInfo

from api.aggregates.agendas import Agenda, agenda_fields
from domain.agenda.intervals import merged
from domain.agenda.shifts import days_span
from domain.agenda.week import Day
from domain.bay.state import Bay, BayClosure


class BayAgenda(Agenda):
    """The agenda from the start of the first day to the end of the last, in instants; the days are
    those of the time zone. `closures` are the bay's own: on days on which the workshop is closed, a
    car may stay. An inactive bay has no free time."""

    bay_id: str
    closures: tuple[BayClosure, ...]

    @classmethod
    def of(cls, bay: Bay, first: Day, last: Day, zone: ZoneInfo) -> Self:
        span = days_span(first, last, zone)
        begins, ends = span
        return cls(
            **agenda_fields(bay, merged([span]), first, last, zone),
            bay_id=bay.bay_id,
            closures=tuple(e for e in bay.closures if e.from_ < ends and begins < e.to),
        )
