"""A snapshot of the agendas that planning looks at. Those who cannot be planned are not in it:
inactive technicians and bays are left out."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from domain.agenda.intervals import Interval, merged
from domain.planning.blocks import bay_span


@dataclass(frozen=True)
class Reserved:
    """Time that an execution has, by a booking or by a hold."""

    execution_id: str
    blocks: tuple[Interval, ...]


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """Time that is taken, in any order. `busy` is what belongs to no execution, such as times off
    and closures; bookings and holds are in `bookings`."""

    busy: tuple[Interval, ...] = ()
    bookings: tuple[Reserved, ...] = ()

    def taken(self, but: str | None = None) -> list[Interval]:
        """All of it, merged; what the execution `but` has is free for it."""
        return merged([*self.busy, *self.booked(but)])

    def booked(self, but: str | None = None) -> list[Interval]:
        """The time of the bookings, merged."""
        others = (each.blocks for each in self.bookings if each.execution_id != but)
        return merged(block for blocks in others for block in blocks)

    def reserving(self, reserved: Reserved) -> Self:
        return replace(self, bookings=(*self.bookings, reserved))

    def without(self, executions: Collection[str]) -> Self:
        left = tuple(each for each in self.bookings if each.execution_id not in executions)
        return replace(self, bookings=left)


@dataclass(frozen=True, kw_only=True)
class Person(Agenda):
    """A technician. `working` is the working time, sorted and merged, times off included."""

    technician_id: str
    skills: frozenset[str] = frozenset()
    working: tuple[Interval, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bay(Agenda):
    """A bay; it is open whenever it is not busy."""

    bay_id: str
    kind: str | None = None


@dataclass(frozen=True)
class Roster:
    """Technicians and bays, each id once."""

    people: tuple[Person, ...] = ()
    bays: tuple[Bay, ...] = ()

    def person(self, technician_id: str) -> Person | None:
        return next((each for each in self.people if each.technician_id == technician_id), None)

    def bay(self, bay_id: str) -> Bay | None:
        return next((each for each in self.bays if each.bay_id == bay_id), None)

    def skilled(self, skills: Collection[str]) -> list[Person]:
        """Technicians who have all the skills."""
        return [each for each in self.people if each.skills.issuperset(skills)]

    def without(self, executions: Collection[str]) -> "Roster":
        """The roster as if these executions were not planned."""
        return Roster(
            tuple(each.without(executions) for each in self.people),
            tuple(each.without(executions) for each in self.bays),
        )

    def reserving(
        self, reserved: Reserved, technician_ids: Collection[str], bay_id: str | None = None
    ) -> "Roster":
        """The roster with one more plan. It takes the bay from its first block to its last."""
        span = Reserved(reserved.execution_id, (bay_span(reserved.blocks),))
        return Roster(
            tuple(
                each.reserving(reserved) if each.technician_id in technician_ids else each
                for each in self.people
            ),
            tuple(each.reserving(span) if each.bay_id == bay_id else each for each in self.bays),
        )
