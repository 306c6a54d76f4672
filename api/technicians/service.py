"""Registers technicians, and changes what is known of them."""

from activities.agendas.planner import Planner
from activities.mongo.directory import Directory
from api.aggregates.creation_keys import CreationKeys
from api.aggregates.diagnosis import Diagnosis
from api.aggregates.registrations import Registrations
from api.aggregates.service import Aggregates
from api.technicians.agenda import Agendas
from api.technicians.identities import Identities
from api.temporal.gateway import Gateway
from domain.kernel.aggregate import Answer
from domain.kernel.values import widen
from domain.technician.commands import ChangeTechnician
from domain.technician.state import NewTechnician, Technician, technician_id_of
from workflows.contract import Origin
from workflows.start_inputs import StartTechnician


class Technicians:
    def __init__(
        self,
        aggregates: Aggregates[Technician],
        gateway: Gateway[Technician],
        identities: Identities,
        creation_keys: CreationKeys,
        directory: Directory[Technician],
        agendas: Agendas,
        planner: Planner,
    ) -> None:
        self.aggregates = aggregates
        self.diagnosis = Diagnosis(aggregates, gateway)
        self.directory = directory
        self.agendas = agendas
        self.planner = planner
        self._registrations = Registrations(aggregates, gateway, creation_keys)
        self._identities = identities

    async def put(
        self, aggregate_id: str, profile: NewTechnician, origin: Origin, *, must_exist: bool
    ) -> Answer[Technician] | None:
        """Registers a technician, unless they must exist, or replaces the profile of a known one.
        None once one has been registered.

        Raises TechnicianTaken, KeyReused, PyMongoError, and what a command raises.
        """
        technician_id = technician_id_of(aggregate_id)
        async with self._identities.claimed(technician_id, profile) as known:
            start = widen(profile, StartTechnician, technician_id=technician_id, origin=origin)
            change = widen(profile, ChangeTechnician)
            may_start = known is None and not must_exist
            return await self._registrations.put(start, change, may_start=may_start)


def link(aggregate_id: str) -> str:
    return f"/api/v1/technicians/{technician_id_of(aggregate_id)}"
