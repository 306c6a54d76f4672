"""The workload of technicians: how much of each day they could work, and how much is booked."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.agenda.intervals import Interval, merged, minutes_of_each, subtracted
from domain.planning.roster import Person


class DayLoad(NamedTuple):
    """Whole minutes of a day. What is booked outside of the capacity is in `booked`, too; so what
    is free is not always the difference of the two."""

    capacity: int
    booked: int
    free: int


def workload(person: Person, days: Sequence[Interval]) -> Iterator[DayLoad]:
    """The load of each of the days, which follow each other. What goes on over midnight counts for
    each day as far as it lies in it."""
    capacity = subtracted(person.working, merged(person.busy))
    booked = person.booked()
    free = subtracted(capacity, booked)
    minutes = (minutes_of_each(times, days) for times in (capacity, booked, free))
    return (DayLoad(*each) for each in zip(*minutes, strict=True))
