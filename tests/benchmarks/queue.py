"""The workshop's queue: adding, a whole life, the list and a position, beside the bare parts."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.mongo.collections import FILA_SNAPSHOTS
from domain.fila.commands import FinishDiagnosis, FinishRepair, Remove, StartDiagnosis, StartRepair
from domain.fila.state import QueueEntry, QueueItem, add_to_queue
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Command
from domain.kernel.values import to_milliseconds
from tests.benchmarks.bench import Bench, Http
from tests.benchmarks.measure import timed
from tests.benchmarks.subjects import next_order
from workflows.contract import QUEUE_ITEM, TASK_QUEUE, Origin, queue_item_id, queue_workflow_id
from workflows.start_inputs import StartQueueItem

ROUNDS = 60
READS = 200
WAITING = 200
LIFE: tuple[tuple[str, dict[str, Any], Command[QueueItem]], ...] = (
    ("iniciar-diagnostico", {"mecanico_responsavel_id": 7}, StartDiagnosis(mechanic_id=7)),
    ("finalizar-diagnostico", {"diagnostico": "Pastilhas"}, FinishDiagnosis(diagnosis="Pastilhas")),
    ("iniciar-reparo", {}, StartRepair()),
    ("finalizar-reparo", {}, FinishRepair()),
)


async def measure(bench: Bench) -> None:
    await _lives(bench)
    await _reads(bench)


async def _lives(bench: Bench) -> None:
    http = bench.queue()
    bare_add: list[float] = []
    bare_life: list[float] = []
    add: list[float] = []
    life: list[float] = []
    for _ in range(bench.times(ROUNDS)):
        with timed(bare_life):
            with timed(bare_add):
                start = await _bare_add(bench)
            await _bare_life(bench, start)
        with timed(life):
            with timed(add):
                made = http.request("POST", "", {"ordem_servico_id": next_order()})
            _life(http, made["fila_id"])
    bench.compare("queue: add, readable, against bare start + activity", add, bare_add)
    bench.compare(
        "queue: a whole life (add, diagnosis, repair, removal; 6 requests, each readable)",
        life,
        bare_life,
    )


def _life(http: Http, aggregate_id: str) -> None:
    for step, body, _ in LIFE:
        http.request("POST", f"/{aggregate_id}/{step}", body)
    http.request("DELETE", f"/{aggregate_id}")


async def _bare_add(bench: Bench) -> StartQueueItem:
    number = next_order()
    start = StartQueueItem(
        service_order_id=number,
        queue_item_id=queue_item_id(number, secrets.token_hex(6)),
        tells_service_orders=True,
        origin=Origin(correlation_id="bare"),
    )
    await bench.client.start_workflow(
        QUEUE_ITEM, start, id=start.workflow_id, task_queue=TASK_QUEUE, memo=start.memo
    )
    await bench.visible(QueueItem, start.queue_item_id, 1)
    return start


async def _bare_life(bench: Bench, start: StartQueueItem) -> None:
    for command in (*(command for _, _, command in LIFE), Remove()):
        state = await bench.bare(queue_workflow_id(start.service_order_id), command, QueueItem)
        await bench.visible(QueueItem, state.queue_item_id, state.version)


async def _reads(bench: Bench) -> None:
    """On snapshots alone: what waits costs nothing but its document."""
    items = bench.database[FILA_SNAPSHOTS.collection]
    await items.delete_many({})
    last = await _fill(bench)
    http = bench.queue()
    query: list[float] = []
    listed: list[float] = []
    get: list[float] = []
    shown: list[float] = []
    for _ in range(bench.times(READS)):
        with timed(query):
            await items.find({"lugar": {"$gt": ""}}).sort([("lugar", 1)]).to_list(None)
        with timed(listed):
            http.request("GET", "")
        with timed(get):
            await items.find_one({"_id": last})
        with timed(shown):
            http.request("GET", f"/{last}")
    bench.compare(f"queue: list of {WAITING} waiting against the raw query", listed, query)
    bench.compare(f"queue: item with position {WAITING} against the look-up by id", shown, get)


async def _fill(bench: Bench) -> str:
    """The id of the item that comes last."""
    now = to_milliseconds(datetime.now(UTC))
    for count in range(WAITING):
        number = next_order()
        entry = QueueEntry(
            service_order_id=number,
            queue_item_id=queue_item_id(number, secrets.token_hex(6)),
            priority=list(Priority)[count * len(Priority) // WAITING],
        )
        item, _ = add_to_queue(entry, now + timedelta(milliseconds=count))
        await bench.store.save(item)
    return item.queue_item_id
