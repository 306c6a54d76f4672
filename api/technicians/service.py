"""Registers technicians, and changes what is known of them."""

from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from activities.mongo.closures import Closures
from activities.mongo.store import Store
from activities.mongo.technician_list import TechnicianDirectory
from api.aggregates.diagnosis import Diagnosis
from api.aggregates.service import Aggregates
from api.technicians.agenda import LONGEST_AGENDA, TechnicianAgenda
from api.technicians.identities import Identities
from api.temporal.gateway import Gateway
from domain.agenda.days import check_range
from domain.agenda.week import Day
from domain.kernel.aggregate import Answer
from domain.kernel.values import widen
from domain.technician.commands import ChangeTechnician
from domain.technician.state import NewTechnician, Technician
from workflows.contract import Origin, StartTechnician


class Put(NamedTuple):
    """The outcome of a PUT. `answer` is None for one that has just been registered."""

    answer: Answer[Technician] | None

    @property
    def has_registered(self) -> bool:
        """True for the request that registered the technician, and for its repeats."""
        return self.answer is None or self.answer.state.version == 1


class Technicians:
    def __init__(
        self,
        aggregates: Aggregates[Technician],
        gateway: Gateway[Technician],
        store: Store,
        identities: Identities,
        directory: TechnicianDirectory,
        closures: Closures,
        zone: ZoneInfo,
    ) -> None:
        """`zone` is the workshop's."""
        self.aggregates = aggregates
        self.diagnosis = Diagnosis(aggregates, gateway)
        self.directory = directory
        self.zone = zone
        self._gateway = gateway
        self._store = store
        self._identities = identities
        self._closures = closures

    async def put(self, technician_id: str, profile: NewTechnician, origin: Origin) -> Put:
        """Registers a technician, or replaces the profile of a known one.

        Raises TechnicianTaken, PyMongoError, and what a command raises.
        """
        async with self._identities.claimed(technician_id, profile):
            # Who expects a version does not mean to register anybody.
            if origin.expected_versions is None and await self._start(
                widen(profile, StartTechnician, technician_id=technician_id, origin=origin)
            ):
                return Put(None)
            command = widen(profile, ChangeTechnician)
            return Put(await self.aggregates.execute(technician_id, command, origin))

    async def agenda(self, technician_id: str, first: Day, last: Day) -> TechnicianAgenda:
        """Raises RangeTooLong, TechnicianNotFound and PyMongoError."""
        check_range(first, last, LONGEST_AGENDA)
        technician = await self.aggregates.get(technician_id)
        # A night shift of the day before reaches into the first one.
        before = str(date.fromisoformat(first) - timedelta(days=2))
        closed = await self._closures.between(before, last)
        days = {each.date for each in closed}
        return TechnicianAgenda.of(technician, days, first, last, self.zone)

    async def _start(self, start: StartTechnician) -> bool:
        """False if the technician is known already."""
        # Temporal forgets closed workflows after its retention; the database does not.
        known = await self._store.get(Technician, start.technician_id)
        return known is None and await self._gateway.start(start)


def link(technician_id: str) -> str:
    return f"/api/v1/technicians/{technician_id}"
