"""Sights of the demo beside HTTP: the bus, the documents, and the workflows as operators see
them."""

import asyncio
from collections.abc import Mapping, Sequence

from pymongo import MongoClient
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.envconfig import ClientConfig

from deploy.dev import bus
from deploy.dev.claim import Running
from deploy.dev.demo.page import PATIENCE, Document, Page, Unseen
from deploy.dev.tap import Heard, Tap


class Outside:
    def __init__(self, page: Page, where: Running, aws: bus.Clients, tap: Tap) -> None:
        self._page, self._where, self._aws, self._tap = page, where, aws, tap

    def publish(self, source: str, detail_type: str, detail: Mapping[str, object]) -> None:
        name = self._where.env["EVENT_BUS_NAME"]
        bus.publish(self._aws, name, source, detail_type, detail)
        self._page.say(f"{detail_type:<16}  {detail['serviceOrderId']}  → {name}")

    def events_of(self, aggregate_id: str, types: Sequence[str]) -> Sequence[Heard]:
        """Waits for just these events of the aggregate, numbered from 1."""

        def of_it(seen: Sequence[Heard]) -> list[Heard]:
            mine = [event for event in seen if event.aggregate_id == aggregate_id]
            return sorted(mine, key=lambda event: event.sequence)

        events = of_it(self._tap.wait_for(lambda seen: len(of_it(seen)) >= len(types), PATIENCE))
        seen = [(event.sequence, event.type) for event in events]
        if seen != list(enumerate(types, 1)):
            raise Unseen(f"The events had to be {list(types)}, but were {seen}.")
        return events

    def show_events(self, aggregate_id: str, types: Sequence[str]) -> None:
        for event in self.events_of(aggregate_id, types):
            number = f"  {event.sequence:>3}  {event.type:<21} "
            self._page.line(number, (f"{event.source:<21}", "dim"), event.metadata["occurredAt"])

    def document(self, collection: str, aggregate_id: str) -> Document:
        uri, database = (self._where.env[name] for name in ("MONGODB_URI", "MONGODB_DATABASE"))
        with MongoClient[Document](uri, tz_aware=True, serverSelectionTimeoutMS=5000) as mongo:
            document = mongo[database][collection].find_one({"_id": aggregate_id})
        if document is None:
            raise Unseen(f"No document {aggregate_id} in {database}.{collection}.")
        return document

    def show_history(self, workflow_id: str) -> None:
        """The workflow has to come to its end by itself."""
        asyncio.run(self._show_history(workflow_id))

    async def _show_history(self, workflow_id: str) -> None:
        config = ClientConfig.load_client_connect_config(override_env_vars=self._where.env)
        client = await Client.connect(**config)
        workflow = client.get_workflow_handle(workflow_id)
        async with asyncio.timeout(PATIENCE):
            while True:
                run = await workflow.describe()
                if run.status is not WorkflowExecutionStatus.RUNNING:
                    break
                await asyncio.sleep(0.1)
            history = await workflow.fetch_history()
        status = run.status.name if run.status else "unknown"
        self._page.say(f"{workflow_id}  {status}, {len(history.events)} history events")
        if run.status is not WorkflowExecutionStatus.COMPLETED:
            raise Unseen(f"The workflow had to be COMPLETED, but it is {status}.")
        path = f"/namespaces/{client.namespace}/workflows/{workflow_id}/{run.run_id}/history"
        self._page.line("  ", (f"{self._where.ui_url}{path}", "cyan"))
