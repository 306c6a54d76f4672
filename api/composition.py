"""Builds what both doors need."""

from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from temporalio.client import Client

from activities.mongo.approvals import Approvals
from activities.mongo.claims import Claims, Reservations
from activities.mongo.fila_list import QueueList
from activities.mongo.search import Search
from activities.mongo.store import Store
from activities.mongo.tombstones import Tombstones
from api.aggregates.creation_keys import Openings
from api.executions.service import ExecutionService
from api.fila.next_item import NextItem
from api.fila.service import QueueRules, QueueService
from api.temporal.gateway import RETRY, Gateway
from api.temporal.pollers import Pollers
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from settings import FilaSettings
from workflows.client.connection import connect

MONGO_TIMEOUT_MS = 2_500


@dataclass(frozen=True)
class Services:
    executions: ExecutionService
    queue: QueueService
    next_item: NextItem
    tombstones: Tombstones


async def connect_lazily() -> Client:
    """So that a door opens before Temporal does, and comes back with it."""
    return await connect(lazy=True, retry=RETRY)


def services(
    client: Client,
    database: "AsyncIOMotorDatabase[dict[str, Any]]",
    rules: QueueRules,
    pollers: Pollers,
) -> Services:
    executions = Gateway(client, Execution, pollers)
    return assembled(executions, Gateway(client, QueueItem, pollers), database, rules)


def assembled(
    executions: Gateway[Execution],
    items: Gateway[QueueItem],
    database: "AsyncIOMotorDatabase[dict[str, Any]]",
    rules: QueueRules,
) -> Services:
    store, queue_list = Store(database), QueueList(database)
    search, budgets = Search(database), Claims(database["claims"])
    taken_up = Reservations(database["reservations"])
    openings = Openings(Claims(database["keys"]))
    reservations = Reservations(database["fila_reservas"])
    approvals = Approvals(database["aprovacoes"])
    queue = QueueService(items, store, openings, queue_list, reservations, approvals, rules)
    return Services(
        ExecutionService(executions, store, openings, taken_up, search, budgets),
        queue,
        NextItem(queue, queue_list, reservations),
        Tombstones(database["tombstones"]),
    )


def queue_rules(settings: FilaSettings) -> QueueRules:
    return QueueRules(
        requires_approval=settings.fila_exige_aprovacao,
        tells_service_orders=bool(settings.url_api_os),
    )
