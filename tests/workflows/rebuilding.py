"""An operator who rebuilds the read model, and what to expect of it."""

import asyncio

from temporalio.client import Client

from activities.mongo.audit import Audit
from activities.mongo.store import Store
from api.rebuild.claims import ClaimsAudit
from api.rebuild.histories import Histories
from api.rebuild.reconciler import Reconciler
from domain.kernel.aggregate import State
from tests.activities.databases import Database
from tests.conftest import eventually
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import Driven


async def listed(client: Client, workflow_id: str, runs: int) -> None:
    """Once the list of workflows, which is a moment behind, has them all."""

    async def known() -> int:
        query = f"WorkflowId = '{workflow_id}'"
        return len([each async for each in client.list_workflows(query)])

    await eventually(known, lambda seen: seen == runs)


class Operator:
    def __init__(self, client: Client, database: Database) -> None:
        self._client, self._database = client, database

    async def rebuilds(self, *workflow_ids: str, check: bool = False) -> Reconciler:
        reconciler = Reconciler(
            Histories(self._client),
            Audit(self._database),
            ClaimsAudit(self._database),
            only_check=check,
        )
        await reconciler.only(workflow_ids, asyncio.Event())
        return reconciler

    async def checks(self, *workflow_ids: str) -> Reconciler:
        return await self.rebuilds(*workflow_ids, check=True)


async def regrown(store: Store, outside: Outside, driven: Driven[State]) -> State | None:
    """The snapshot, after a look at its history: all that was ever told is in there."""
    entries = await store.history(driven.id, 0, 500)
    told = [each for each in outside.events if each.metadata.event_id.startswith(driven.id)]
    assert [entry.event_id for entry in entries] == [each.metadata.event_id for each in told]
    return await store.get(driven.shown[-1].__class__, driven.id)
