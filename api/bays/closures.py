"""Closures of a bay as clients give them."""

from zoneinfo import ZoneInfo

from api.aggregates.periods import NewPeriod
from domain.agenda.periods import Note
from domain.bay.commands import AddClosure
from domain.kernel.values import widen


class NewBayClosure(NewPeriod):
    """`from` and `to` are both days, the last one included, or both instants."""

    reason: Note | None = None

    def command(self, zone: ZoneInfo) -> AddClosure:
        return widen(self.period(zone), AddClosure, reason=self.reason)
