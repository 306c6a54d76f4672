"""Time off as clients give it."""

from zoneinfo import ZoneInfo

from api.aggregates.periods import NewPeriod
from domain.agenda.periods import Note
from domain.kernel.values import widen
from domain.technician.commands import AddTimeOff
from domain.technician.events import TimeOffKind


class NewTimeOff(NewPeriod):
    """`from` and `to` are both days, the last one included, or both instants."""

    kind: TimeOffKind
    note: Note | None = None

    def command(self, zone: ZoneInfo) -> AddTimeOff:
        return widen(self.period(zone), AddTimeOff, kind=self.kind, note=self.note)
