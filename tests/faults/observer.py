"""Reads the evidence where it lies: Temporal, the database, the bus and the queues; never by our
own code, and never by the lines that the experiments break."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from deploy.dev.tap import Heard
from tests.faults.evidence import Entry, Event, Evidence, Life, Mail, Sight
from tests.faults.ledger import Ledger
from tests.faults.site import Site
from tests.stack.consumed import depth
from tests.stack.customer import Document
from tests.stack.listener import Listener
from workflows.contract import execution_id, execution_workflow_id, queue_workflow_id

COLLECTIONS = ("executions", "fila_execucao")
LOOKS_EVERY = 0.1
AT_ONCE = 10


class Witness:
    def __init__(self, site: Site, ledger: Ledger, temporal: Client, listener: Listener) -> None:
        self._site, self._ledger = site, ledger
        self._temporal, self._listener = temporal, listener
        uri, name = site.env["MONGODB_URI"], site.env["MONGODB_DATABASE"]
        self._mongo = MongoClient[Document](uri, timeoutMS=2_000, serverSelectionTimeoutMS=500)
        self._database = self._mongo[name]
        self.seen: list[Sight] = []
        """Snapshots as readers have found them, each change once."""
        self._dead: set[str] = set()

    @classmethod
    async def called(cls, site: Site, ledger: Ledger, listener: Listener) -> "Witness":
        address = site.env["TEMPORAL_ADDRESS"]
        temporal = await Client.connect(address, data_converter=pydantic_data_converter, lazy=True)
        return cls(site, ledger, temporal, listener)

    def close(self) -> None:
        self._mongo.close()

    async def watch(self) -> None:
        """Looks at the snapshots again and again, until it is cancelled."""
        while True:
            try:
                seen = await asyncio.to_thread(self._snapshots)
            except PyMongoError:  # it is what is broken just now
                seen = []
            latest = {each.aggregate_id: each for each in self.seen}
            self.seen += [each for each in seen if latest.get(each.aggregate_id) != each]
            await asyncio.sleep(LOOKS_EVERY)

    async def evidence(self) -> Evidence:
        """Raises PyMongoError or RPCError while something is still down."""
        lives = [life async for life in self._lives()]
        self._listener.receive()
        ids = {life.aggregate_id for life in lives} | set(self._ledger.aggregates)
        return Evidence(
            answered=tuple(self._ledger.answered),
            lives=lives,
            entries=await asyncio.to_thread(self._entries, ids),
            snapshots=await asyncio.to_thread(self._snapshots),
            sights=tuple(self.seen),
            heard=[each for each in _events(self._listener.heard) if each.aggregate_id in ids],
            mail=self._mail(),
            outrages=tuple(self._ledger.outrages),
        )

    async def _lives(self) -> AsyncIterator[Life]:
        ids = [execution_workflow_id(execution_id(each.id)) for each in self._ledger.orders]
        ids += [queue_workflow_id(number) for number in self._ledger.items]
        room = asyncio.Semaphore(AT_ONCE)

        async def read(workflow_id: str) -> Life | None:
            async with room:
                return await _life(self._temporal.get_workflow_handle(workflow_id))

        for life in await asyncio.gather(*map(read, ids)):
            if life:
                yield life

    def _entries(self, ids: set[str]) -> list[Entry]:
        found = self._database["history"].find({"aggregateId": {"$in": sorted(ids)}})
        return [
            Entry(
                each["aggregateId"],
                each["sequence"],
                each["correlationId"],
                each["command"],
                each.get("fromStatus"),
                each["toStatus"],
            )
            for each in found
        ]

    def _snapshots(self) -> list[Sight]:
        wanted = {"_id": {"$in": self._ledger.aggregates}}
        found = (each for name in COLLECTIONS for each in self._database[name].find(wanted))
        return [Sight(each["_id"], _version(each), each["status"]) for each in found]

    def wrong_times(self, longest: int) -> list[str]:
        """Work that took less than no time or more than `longest` minutes, or runs backwards."""
        found = self._database["executions"].find({"_id": {"$in": self._ledger.aggregates}})
        return [
            f"the times of {each['_id']} are wrong: {_times(each)}"
            for each in found
            if not 0 <= each.get("actualDuration", 0) <= longest
            or not each["createdAt"]
            <= each.get("startDate", each["updatedAt"])
            <= each["updatedAt"]
        ]

    def _mail(self) -> Mail:
        ledger, aws = self._ledger, self._site.aws
        while letters := aws.sqs.receive_message(
            QueueUrl=self._site.dead_letters, MaxNumberOfMessages=10
        ).get("Messages", []):
            for letter in letters:
                self._dead |= set(re.findall(r"OS-[0-9a-f-]+", letter["Body"]))
                aws.sqs.delete_message(
                    QueueUrl=self._site.dead_letters, ReceiptHandle=letter["ReceiptHandle"]
                )
        waiting = depth(aws, self._site.stack.queue_url)
        sent, poisonous = frozenset(ledger.sent), frozenset(ledger.poisonous)
        return Mail(sent | poisonous, poisonous, frozenset(self._dead), waiting)


async def _life(handle: WorkflowHandle[Any, Any]) -> Life | None:
    try:
        status = (await handle.describe()).status
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    start, keys = await _taken(handle)
    state = {"status": f"workflow {status and status.name}"}
    if status is WorkflowExecutionStatus.RUNNING:
        state = await handle.query("snapshot")
    elif status is WorkflowExecutionStatus.COMPLETED:
        state = await handle.result()
    order = start.get("serviceOrderId") or start.get("ordem_servico_id")
    return Life(
        aggregate_id=state.get("executionId") or state.get("fila_id") or handle.id,
        order=str(order),
        budget=start.get("budgetId"),
        version=_version(state),
        status=state["status"],
        keys=frozenset(keys),
    )


async def _taken(handle: WorkflowHandle[Any, Any]) -> tuple[Document, set[str]]:
    """The input of its first run, and the keys that all its runs have taken."""
    keys: set[str] = set()
    run_id: str | None = handle.run_id
    while True:
        run = WorkflowHandle[Any, Any](handle._client, handle.id, run_id=run_id)
        events = [event async for event in run.fetch_history_events()]
        started = events[0].workflow_execution_started_event_attributes
        keys |= set(_keys(events))
        run_id = started.continued_execution_run_id
        if not run_id:
            start: Document = json.loads(started.input.payloads[0].data)
            return start, keys | {str(start["origin"].get("key"))}


def _keys(events: Iterable[HistoryEvent]) -> Iterator[str]:
    for event in events:
        done = event.workflow_execution_update_completed_event_attributes
        if done.outcome.HasField("success"):
            yield done.meta.update_id


def _version(document: Document) -> int:
    return int(document.get("version") or document.get("versao") or 0)


def _times(document: Document) -> Document:
    names = ("createdAt", "startDate", "updatedAt", "actualDuration")
    return {name: str(document[name]) for name in names if name in document}


def _events(heard: Iterable[Heard]) -> Iterator[Event]:
    for each in heard:
        metadata = each.metadata
        yield Event(
            aggregate_id=metadata["eventId"].rpartition(":")[0],
            sequence=each.sequence,
            event_id=each.event_id,
            correlation_id=metadata["correlationId"],
            content=json.dumps([each.type, each.detail], sort_keys=True),
        )
