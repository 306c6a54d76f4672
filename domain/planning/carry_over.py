"""Work that was not finished on its day, and the next time for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.agenda.intervals import Interval
from domain.agenda.shifts import Zone
from domain.kernel.values import Value
from domain.planning.roster import Reserved, Roster
from domain.planning.slots import Slot, Work, earliest


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """Work that has begun and has not ended."""

    execution_id: str
    technician_ids: tuple[str, ...]
    bay_id: str | None = None
    estimated_minutes: int
    actual_minutes: int
    splittable: bool = True

    @property
    def remaining_minutes(self) -> int:
        return max(self.estimated_minutes - self.actual_minutes, 0)


class CarriedOver(Value):
    """The rest of the work, and a proposal. There is none where nothing remains or nobody is
    assigned, nor where the technicians have no time as far as agendas go."""

    execution_id: str
    technician_ids: tuple[str, ...]
    bay_id: str | None = None
    remaining_minutes: int
    next_slot: Slot | None = None


def carry_over(
    unfinished: Iterable[Unfinished], roster: Roster, day_end: datetime, zone: Zone
) -> list[CarriedOver]:
    """Proposes the next slot after the day's end for each, in the order given; its technicians and
    its bay stay. Its own bookings are free for it, those of others are not, and what is proposed
    for one is taken for those after it."""
    carried = []
    for each in unfinished:
        alone = roster.without({each.execution_id})
        blocks = _next_slot(each, alone, day_end, zone)
        if blocks:
            reserved = Reserved(each.execution_id, blocks)
            roster = alone.reserving(reserved, each.technician_ids, each.bay_id)
        carried.append(_carried(each, blocks))
    return carried


def _next_slot(
    unfinished: Unfinished, roster: Roster, day_end: datetime, zone: Zone
) -> tuple[Interval, ...] | None:
    if not unfinished.remaining_minutes:
        return None
    work = Work(
        technician_ids=unfinished.technician_ids,
        bay_id=unfinished.bay_id,
        duration=timedelta(minutes=unfinished.remaining_minutes),
        splittable=unfinished.splittable,
    )
    return earliest(roster, work, day_end, zone)


def _carried(unfinished: Unfinished, blocks: tuple[Interval, ...] | None) -> CarriedOver:
    return CarriedOver(
        execution_id=unfinished.execution_id,
        technician_ids=unfinished.technician_ids,
        bay_id=unfinished.bay_id,
        remaining_minutes=unfinished.remaining_minutes,
        next_slot=Slot.of(blocks) if blocks else None,
    )
