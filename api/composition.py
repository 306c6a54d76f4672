"""Builds what both doors need."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from temporalio.client import Client

from activities.claims import BudgetClaims
from activities.search import Search
from activities.store import Store
from api.gateway import RETRY, Gateway
from api.service import ExecutionService
from workflows.client import connect

MONGO_TIMEOUT_MS = 2_500


async def connect_lazily() -> Client:
    """So that a door opens before Temporal does, and comes back with it."""
    return await connect(lazy=True, retry=RETRY)


def execution_service(
    client: Client, database: "AsyncIOMotorDatabase[dict[str, Any]]"
) -> ExecutionService:
    return ExecutionService(
        Gateway(client), Store(database), Search(database), BudgetClaims(database)
    )
