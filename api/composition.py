"""Puts the services together that both doors use."""

from dataclasses import dataclass
from typing import Protocol

from temporalio.client import Client

from activities.agendas.planner import Planner
from activities.agendas.rosters import Rosters
from activities.mongo.approvals import Approvals
from activities.mongo.claims import Claims
from activities.mongo.client import Database
from activities.mongo.closures import Closures
from activities.mongo.directory import Directory
from activities.mongo.feed_versions import FeedVersions
from activities.mongo.fila_list import QueueList
from activities.mongo.planned_executions import PlannedExecutions
from activities.mongo.reservations import Reservations
from activities.mongo.search import Search
from activities.mongo.store import Store
from activities.mongo.tombstones import Tombstones
from api.aggregates.creation_keys import CreationKeys
from api.aggregates.service import Aggregates
from api.bays.service import Bays
from api.executions.planning import Planning, PlanningRules
from api.executions.service import Executions
from api.executions.slots import Slots
from api.feeds.keys import FeedKeys
from api.feeds.service import Feeds
from api.fila.next_item import NextItem
from api.fila.service import Fila, QueueRules
from api.schedule.service import Schedule
from api.technicians.agenda import Agendas
from api.technicians.identities import Identities
from api.technicians.service import Technicians
from api.temporal.gateway import RETRY, Gateway
from api.temporal.pollers import Pollers
from domain.bay.state import Bay
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import State
from domain.technician.state import Technician
from settings import WorkshopSettings
from workflows import kinds
from workflows.client.connection import connect

MONGO_TIMEOUT_MS = 2_500


class Gateways(Protocol):
    """The way to the workflows of each kind of aggregate."""

    def __call__(self, kind: type[State], /) -> Gateway[State]: ...


@dataclass(frozen=True)
class Services:
    executions: Executions
    fila: Fila
    next_item: NextItem
    technicians: Technicians
    bays: Bays
    tombstones: Tombstones
    closures: Closures
    feeds: Feeds
    schedule: Schedule


async def connect_lazily() -> Client:
    """Connects at the first call, so that a door opens before Temporal does, and comes back with
    it."""
    return await connect(lazy=True, retry=RETRY)


def services(
    client: Client,
    database: Database,
    rules: QueueRules,
    pollers: Pollers,
    planning: PlanningRules,
    feed_secret: str = "",
) -> Services:
    def gateways(kind: type[State]) -> Gateway[State]:
        return Gateway(client, kind, pollers)

    return assembled(gateways, database, rules, planning, feed_secret)


def assembled(
    gateways: Gateways,
    database: Database,
    rules: QueueRules,
    planning: PlanningRules,
    feed_secret: str = "",
) -> Services:
    zone = planning.zone
    executions, items = gateways(Execution), gateways(QueueItem)
    store, queue = Store(database), QueueList(database)
    creation_keys = CreationKeys(Claims(database["keys"]))
    of_executions = Aggregates(
        kinds.EXECUTION_KIND, executions, store, Reservations(database["reservations"])
    )
    reservations = Reservations(database["fila_reservas"])
    of_items = Aggregates(kinds.FILA_KIND, items, store, reservations)
    closures = Closures(database["closures"])
    approvals = Approvals(database["aprovacoes"])
    planner = Planner(store, closures, zone, planning.horizon)
    fila = Fila(of_items, items, creation_keys, queue, approvals, rules)
    return Services(
        Executions(
            of_executions,
            executions,
            store,
            creation_keys,
            Search(database),
            Claims(database["claims"]),
            Planning(
                of_executions,
                planner,
                Slots(planner, executions.tell, planning.hold_seconds),
                planning,
            ),
        ),
        fila,
        NextItem(fila, queue, reservations),
        _technicians(gateways, database, creation_keys, Agendas(closures, zone), planner),
        _bays(gateways, database, creation_keys, planner),
        Tombstones(database["tombstones"]),
        closures,
        Feeds(store, FeedVersions(database["feeds"]), FeedKeys(feed_secret), zone),
        Schedule(Rosters(database, closures, zone), PlannedExecutions(database), planning.horizon),
    )


def _technicians(
    gateways: Gateways,
    database: Database,
    creation_keys: CreationKeys,
    agendas: Agendas,
    planner: Planner,
) -> Technicians:
    store, people = Store(database), gateways(Technician)
    return Technicians(
        Aggregates(kinds.TECHNICIAN_KIND, people, store, Reservations(database["reservations"])),
        people,
        Identities(Claims(database["claims"]), store),
        creation_keys,
        Directory(database, Technician),
        agendas,
        planner,
    )


def _bays(
    gateways: Gateways, database: Database, creation_keys: CreationKeys, planner: Planner
) -> Bays:
    store, places = Store(database), gateways(Bay)
    return Bays(
        Aggregates(kinds.BAY_KIND, places, store, Reservations(database["reservations"])),
        places,
        store,
        creation_keys,
        Directory(database, Bay),
        planner,
    )


def planning_rules(settings: WorkshopSettings, *, technicians_only: bool = False) -> PlanningRules:
    return PlanningRules(
        settings.zone, settings.horizon, settings.hold_seconds, technicians_only=technicians_only
    )


def queue_rules(settings: WorkshopSettings) -> QueueRules:
    return QueueRules(
        requires_approval=settings.fila_exige_aprovacao,
        tells_service_orders=bool(settings.url_api_os),
    )
