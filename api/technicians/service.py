"""Registers technicians, and changes what is known of them."""

from activities.mongo.technician_list import TechnicianDirectory
from api.aggregates.creation_keys import CreationKeys
from api.aggregates.diagnosis import Diagnosis
from api.aggregates.service import Aggregates
from api.errors import KeyReused
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
        directory: TechnicianDirectory,
        agendas: Agendas,
    ) -> None:
        self.aggregates = aggregates
        self.diagnosis = Diagnosis(aggregates, gateway)
        self.directory = directory
        self.agendas = agendas
        self._gateway = gateway
        self._identities = identities
        self._creation_keys = creation_keys

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
            # Temporal forgets closed workflows after its retention; the database does not.
            if known is None and not must_exist and await self._start(start):
                return None
            command = widen(profile, ChangeTechnician)
            return await self.aggregates.execute(aggregate_id, command, origin)

    async def _start(self, start: StartTechnician) -> bool:
        """False if Temporal knows the technician already."""
        wanted, origin = start.aggregate_id, start.origin
        async with self._creation_keys.under_key(start.ACTION, wanted, origin) as stands_for:
            if stands_for != wanted:
                raise KeyReused(f"Idempotency-Key {origin.key} has registered another technician")
            return await self._gateway.start(start)


def link(aggregate_id: str) -> str:
    return f"/api/v1/technicians/{technician_id_of(aggregate_id)}"
