"""Slots of work whose technicians and bay are known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Self

from domain.agenda.intervals import Interval, intersected, merged
from domain.agenda.shifts import Zone
from domain.agenda.spans import Span
from domain.kernel.values import Instant, Value
from domain.planning.blocks import bay_span
from domain.planning.free_slots import next_free
from domain.planning.roster import Person, Roster


class Slot(Value):
    """Time for a plan, from its first block to its last."""

    start: Instant
    end: Instant
    blocks: tuple[Span, ...]

    @classmethod
    def of(cls, blocks: tuple[Interval, ...]) -> Self:
        start, end = bay_span(blocks)
        return cls(start=start, end=end, blocks=Span.each(blocks))


@dataclass(frozen=True)
class Work:
    """Work for certain technicians, all of them together, and for a certain bay or none."""

    technician_ids: tuple[str, ...]
    bay_id: str | None
    duration: timedelta
    splittable: bool


def earliest(
    roster: Roster, work: Work, not_before: datetime, zone: Zone
) -> tuple[Interval, ...] | None:
    """The blocks of the earliest slot in which all that the roster has planned can stay. None if
    there is none as far as its working time goes, or if it lacks one of the technicians or the
    bay. The work's own bookings are taken out of the roster before."""
    people = [person for each in work.technician_ids if (person := roster.person(each))]
    bay = roster.bay(work.bay_id) if work.bay_id else None
    if len(people) < len(work.technician_ids) or (work.bay_id and not bay):
        return None
    working = working_together(people)
    if not working:
        return None
    return next_free(
        working,
        merged(taken for each in people for taken in each.taken()),
        bay.taken() if bay else [],
        work.duration,
        splittable=work.splittable,
        not_before=not_before,
        until=working[-1].end,
        zone=zone,
    )


def working_together(people: list[Person]) -> list[Interval]:
    """The time in which all of them work; none if there is nobody."""
    return reduce(intersected, (list(each.working) for each in people)) if people else []
