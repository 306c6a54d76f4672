"""Reads the evidence where it lies: Temporal, the database, the bus and the queues; never by our
own code, and never by the lines that the experiments break."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from deploy.dev.tap import Heard
from tests.faults.agendas import Agenda, Planned, agenda, given_twice, planned, taken
from tests.faults.evidence import Entry, Event, Evidence, Life, Mail, Sight
from tests.faults.ledger import Ledger
from tests.faults.site import Site
from tests.stack.consumed import depth
from tests.stack.customer import Document
from tests.stack.listener import Listener
from workflows.contract import execution_id, execution_workflow_id, queue_workflow_id

COLLECTIONS = ("executions", "fila_execucao", "technicians", "bays")
LOOKS_EVERY = 0.1
AT_ONCE = 10

RESOURCES = ("technician-", "bay-")
Documents = Mapping[str, Document]


class Witness:
    def __init__(self, site: Site, ledger: Ledger, temporal: Client, listener: Listener) -> None:
        self._site, self._ledger = site, ledger
        self._temporal, self._listener = temporal, listener
        uri, name = site.env["MONGODB_URI"], site.env["MONGODB_DATABASE"]
        self._mongo = MongoClient[Document](uri, timeoutMS=2_000, serverSelectionTimeoutMS=500)
        self._database = self._mongo[name]
        self.seen: list[Sight] = []
        """Snapshots as readers have found them, each change once."""
        self.doubled: set[str] = set()
        self._dead: set[str] = set()

    def close(self) -> None:
        self._mongo.close()

    async def watch(self) -> None:
        """Looks at the snapshots again and again, until it is cancelled."""
        while True:
            try:
                seen = await asyncio.to_thread(self._look)
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
        documents = await asyncio.to_thread(self._documents)
        states = {life.aggregate_id: life.state for life in lives}
        return Evidence(
            answered=tuple(self._ledger.answered),
            lives=lives,
            entries=await asyncio.to_thread(self._entries, ids),
            snapshots=_sights(documents),
            sights=tuple(self.seen),
            heard=[each for each in _events(self._listener.heard) if each.aggregate_id in ids],
            mail=self._mail(),
            outrages=tuple(self._ledger.outrages),
            agendas=_agendas(states, documents),
            plans=_plans(states, documents),
            promises=tuple(self._ledger.promises),
            doubled=tuple(self.doubled),
        )

    async def agendas(self) -> list[Agenda]:
        """States of their workflows. Raises RPCError while one has ended."""
        ids = sorted(self._ledger.resources)
        handles = map(self._temporal.get_workflow_handle, ids)
        states = await asyncio.gather(*(handle.query("snapshot") for handle in handles))
        return [agenda(id_, state, None) for id_, state in zip(ids, states, strict=True)]

    async def _lives(self) -> AsyncIterator[Life]:
        ids = [execution_workflow_id(execution_id(each.id)) for each in self._ledger.orders]
        ids += [queue_workflow_id(number) for number in self._ledger.items]
        ids += self._ledger.resources
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
                each["type"],
            )
            for each in found
        ]

    def _documents(self) -> Documents:
        """By aggregate."""
        wanted = {"_id": {"$in": self._ledger.aggregates}}
        found = (each for name in COLLECTIONS for each in self._database[name].find(wanted))
        return {each["_id"]: each for each in found}

    def _look(self) -> list[Sight]:
        documents = self._documents()
        for resource in self._ledger.resources & documents.keys():
            self.doubled |= set(given_twice(resource, taken(documents[resource])))
        return _sights(documents)

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


async def connected(site: Site) -> Client:
    """A client of Temporal's, which reads what is there as plain JSON."""
    address = site.env["TEMPORAL_ADDRESS"]
    return await Client.connect(address, data_converter=pydantic_data_converter, lazy=True)


async def _life(handle: WorkflowHandle[Any, Any]) -> Life | None:
    try:
        status = (await handle.describe()).status
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    start, keys = await _taken(handle)
    state: Document = {"status": f"workflow {status and status.name}"}
    if status is WorkflowExecutionStatus.RUNNING:
        state = await handle.query("snapshot")
    elif status is WorkflowExecutionStatus.COMPLETED:
        state = await handle.result()
    order = start.get("serviceOrderId") or start.get("ordem_servico_id") or handle.id
    return Life(
        aggregate_id=state.get("executionId") or state.get("fila_id") or handle.id,
        order=str(order),
        budget=start.get("budgetId"),
        version=_version(state),
        status=state["status"],
        keys=frozenset(keys),
        state=state,
    )


async def _taken(handle: WorkflowHandle[Any, Any]) -> tuple[Document, set[str]]:
    """The input of its first run, and the keys that all its runs have taken; what was ended and
    reopened has further ones."""
    start, keys = await _taken_since(handle, handle.run_id)
    if start.get("carried"):
        query = f"WorkflowId = '{handle.id}'"
        async for run in handle._client.list_workflows(query):
            earlier, known = await _taken_since(handle, run.run_id)
            start, keys = (start if earlier.get("carried") else earlier), keys | known
    return start, keys


async def _taken_since(
    handle: WorkflowHandle[Any, Any], run_id: str | None
) -> tuple[Document, set[str]]:
    """The same of one run, and of those that it continues."""
    keys: set[str] = set()
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
            type=each.type,
        )


def _sights(documents: Documents) -> list[Sight]:
    return [Sight(id_, _version(each), each["status"]) for id_, each in documents.items()]


def _agendas(states: Documents, documents: Documents) -> list[Agenda]:
    return [
        agenda(id_, state, documents.get(id_))
        for id_, state in states.items()
        if id_.startswith(RESOURCES)
    ]


def _plans(states: Documents, documents: Documents) -> list[Planned]:
    return [
        planned(state, documents.get(id_))
        for id_, state in states.items()
        if "executionId" in state
    ]
