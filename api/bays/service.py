"""Registers bays, and changes what is known of them."""

from activities.agendas.planner import Planner
from activities.mongo.directory import Directory
from activities.mongo.store import Store
from api.aggregates.creation_keys import CreationKeys
from api.aggregates.diagnosis import Diagnosis
from api.aggregates.registrations import Registrations
from api.aggregates.service import Aggregates
from api.temporal.gateway import Gateway
from domain.bay.commands import ChangeBay
from domain.bay.state import Bay, NewBay, bay_id_of
from domain.kernel.aggregate import Answer
from domain.kernel.values import widen
from workflows.contract import Origin
from workflows.start_inputs import StartBay


class Bays:
    """The bays; days of their closures are those of `zone`."""

    def __init__(
        self,
        aggregates: Aggregates[Bay],
        gateway: Gateway[Bay],
        store: Store,
        creation_keys: CreationKeys,
        directory: Directory[Bay],
        planner: Planner,
    ) -> None:
        self.aggregates = aggregates
        self.diagnosis = Diagnosis(aggregates, gateway)
        self.directory = directory
        self.zone = planner.zone
        self.planner = planner
        self._store = store
        self._registrations = Registrations(aggregates, gateway, creation_keys)

    async def put(
        self, aggregate_id: str, profile: NewBay, origin: Origin, *, must_exist: bool
    ) -> Answer[Bay] | None:
        """Registers a bay, unless it must exist, or replaces the profile of a known one. None once
        one has been registered. Raises KeyReused, PyMongoError, and what a command raises."""
        start = widen(profile, StartBay, bay_id=bay_id_of(aggregate_id), origin=origin)
        may_start = not must_exist and await self._store.get(Bay, aggregate_id) is None
        change = widen(profile, ChangeBay)
        return await self._registrations.put(start, change, may_start=may_start)


def link(aggregate_id: str) -> str:
    return f"/api/v1/bays/{bay_id_of(aggregate_id)}"
