"""Reads the agendas of all technicians and bays at one moment, and makes the roster of them that
planning looks at."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pymongo import ASCENDING

from activities.mongo.client import Database, Document
from activities.mongo.closures import Closures
from activities.mongo.collections import snapshots_of
from activities.mongo.deadline import in_time
from activities.mongo.readable import readable
from domain.agenda.intervals import Interval
from domain.agenda.resource import Resource
from domain.agenda.shifts import days_span, reaching_into, working_time
from domain.agenda.week import Day
from domain.bay.state import Bay
from domain.kernel.aggregate import State
from domain.planning.roster import Bay as BayOnRoster
from domain.planning.roster import Person, Reserved, Roster
from domain.technician.state import Technician, aggregate_id_of

TOO_SLOW = "The agendas were not found", "try again later"
_ACTIVE: Document = {"status": "ACTIVE"}


@dataclass(frozen=True)
class Agendas:
    """Agendas as they were at one moment, over a range of days that are local to the workshop.
    `closed` are the days on which all of it is closed."""

    technicians: tuple[Technician, ...]
    bays: tuple[Bay, ...]
    closed: Collection[Day]
    first: Day
    last: Day
    zone: ZoneInfo

    @property
    def span(self) -> Interval:
        return days_span(self.first, self.last, self.zone)

    @property
    def resources(self) -> tuple[Resource, ...]:
        return (*self.technicians, *self.bays)

    def working(self, technician: Technician) -> list[Interval]:
        """Working time of the range, with times off in it."""
        patterns, days = technician.patterns, technician.days
        return working_time(patterns, days, self.closed, self.first, self.last, self.zone)

    def roster(self) -> Roster:
        """The roster of all who are active; what they have booked beyond the range is in it. Holds
        are not: snapshots seldom show them."""
        return Roster(
            tuple(self._person(each) for each in self.technicians if each.is_active),
            tuple(_bay(each) for each in self.bays if each.is_active),
        )

    def _person(self, technician: Technician) -> Person:
        return Person(
            technician_id=technician.technician_id,
            skills=frozenset(technician.skills),
            working=tuple(self.working(technician)),
            busy=_busy(technician),
            bookings=_reserved(technician),
        )


class Rosters:
    def __init__(self, database: Database, closures: Closures, zone: ZoneInfo) -> None:
        self.zone = zone
        self._database = database
        self._closures = closures

    async def active(self, first: Day, last: Day) -> Agendas:
        """Agendas of active technicians and bays. Raises QueryTooSlow and PyMongoError."""
        return await self._read(_ACTIVE, first, last)

    async def all(self, first: Day, last: Day) -> Agendas:
        """Agendas of inactive ones, too. Raises QueryTooSlow and PyMongoError."""
        return await self._read({}, first, last)

    async def knows(self, technician_id: str) -> bool:
        """True if the technician is registered. Raises QueryTooSlow and PyMongoError."""
        snapshots = self._database[snapshots_of(Technician).collection]
        with in_time(*TOO_SLOW):
            found = await snapshots.find_one({"_id": aggregate_id_of(technician_id)}, {"_id": 1})
        return found is not None

    async def _read(self, wanted: Document, first: Day, last: Day) -> Agendas:
        with in_time(*TOO_SLOW):
            technicians, bays, closures = await asyncio.gather(
                self._found(Technician, wanted),
                self._found(Bay, wanted),
                self._closures.between(reaching_into(first), last),
            )
        closed = {each.date for each in closures}
        return Agendas(tuple(technicians), tuple(bays), closed, first, last, self.zone)

    async def _found(self, kind: type[State], wanted: Document) -> list[State]:
        snapshots = self._database[snapshots_of(kind).collection]
        found = await snapshots.find(wanted).sort("_id", ASCENDING).to_list(None)
        return readable(kind, found)


def _bay(bay: Bay) -> BayOnRoster:
    return BayOnRoster(bay_id=bay.bay_id, kind=bay.kind, busy=_busy(bay), bookings=_reserved(bay))


def _busy(resource: Resource) -> tuple[Interval, ...]:
    return tuple(block.interval for _, block in resource.closed_times())


def _reserved(resource: Resource) -> tuple[Reserved, ...]:
    return tuple(
        Reserved(each.execution_id, tuple(block.interval for block in each.blocks))
        for each in resource.taken
    )
