"""The documents of every collection, byte for byte: other teams read them, and so do releases
before and after this one.

They are held against `stored_documents.json`, which `python -m
tests.activities.mongo.test_stored_documents` writes anew when a document has to change.
"""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from activities.delivery import Delivery
from activities.mongo.approvals import Approval, Approvals
from activities.mongo.claims import Claims, budget_claim
from activities.mongo.closures import MANUAL, Closure, Closures
from activities.mongo.command_results import Answers
from activities.mongo.refusals import Refusals
from activities.mongo.reservations import Reservations
from activities.mongo.store import Store
from activities.mongo.tombstones import Tombstones, order_tombstone, payment_tombstone
from domain.execution.commands import (
    Assign,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.payment_commands import RecordPayment
from domain.execution.state import Execution
from domain.execution.task_commands import AddTask, UpdateTask
from domain.fila.commands import LinkExecution, Prioritize, Remove
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Answer
from domain.kernel.events import RefusedCommand
from tests.activities.bus import FakeBus
from tests.activities.databases import Database, in_memory
from tests.activities.delivery_attempt import Attempt
from tests.domain.execution.builders import MORNING, WAY_TO, story
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, queue_story
from tests.domain.fila.builders import WAY_TO as WAY_IN_QUEUE

RECORDED = Path(__file__).with_name("stored_documents.json")
BY_THE_DATABASE = datetime(2026, 6, 1, tzinfo=UTC)
"""Later times are its clock's."""

_TASK = AddTask(description="trocar o óleo", estimated_duration=30)
_EVENTFUL = (
    Assign(technician_id="tech-9"),
    Schedule(scheduled_date=MORNING),
    Start(),
    _TASK,
    Pause(reason="waiting for parts"),
    Resume(),
    RecordPayment(payment_id="pay-9"),
    Complete(),
    MarkInvoiced(),
)
_EXECUTIONS = {
    **{f"os-{status.lower()}": WAY_TO[status] for status in ExecutionStatus},
    "os-eventful": _EVENTFUL,
}
_ITEMS = [
    *WAY_IN_QUEUE.values(),
    (*DIAGNOSIS, LinkExecution(execution_id="execution-9"), *REPAIR),
    (Prioritize(priority=Priority.URGENT), *DIAGNOSIS, Remove()),
]


def _deliveries() -> list[Delivery]:
    found = []
    for order, commands in _EXECUTIONS.items():
        execution, events = story(*commands, service_order_id=order, notes="barulho à frente")
        found.append(Delivery(snapshot=execution, events=events))
    execution, _ = story(Start(), _TASK, service_order_id="os-task")
    begun = UpdateTask(task_id=execution.tasks[0].task_id, status=TaskStatus.IN_PROGRESS)
    execution, events = story(Start(), _TASK, begun, service_order_id="os-task")
    found.append(Delivery(snapshot=execution, events=events))
    for number, steps in enumerate(_ITEMS, 1):
        item, events = queue_story(*steps, service_order_id=number)
        found.append(Delivery(snapshot=item, events=events))
    return found


async def _others(database: Database) -> None:
    """Documents that workflows do not deliver."""
    execution, _ = story(Start())
    refused = RefusedCommand(
        refusal_id="refusal-1",
        occurred_at=MORNING,
        command="complete",
        status=execution.status,
        version=execution.version,
        code="invalid-transition",
        reason="not now",
        actor="ana",
        via="http",
    )
    await Refusals(database["refused"]).add(execution.aggregate_id, [refused])
    answer: Answer[Execution] = Answer(state=execution, fingerprint="f-1", request_id="r-1")
    kept = {"key-1": answer.model_dump(mode="json")}
    await Answers(database["answers"]).keep(execution.aggregate_id, kept)
    await Claims(database["claims"]).take(budget_claim("budget-1"), "execution-1")
    await Claims(database["keys"]).take("openings:key-1", "execution-1")
    await Reservations(database["fila_reservas"]).reserve("1-abc", "ana")
    approvals = Approvals(database["aprovacoes"])
    await approvals.record(1, Approval(approved_at=MORNING, budget_id="b-1", message_id="m-1"))
    await approvals.bind(1, "1-abc")
    await approvals.withdraw(2, "b-2", MORNING)
    outing = Closure(date="2026-12-28", name="Passeio da empresa", source=MANUAL)
    await Closures(database["closures"]).put(outing)
    tombstones = Tombstones(database["tombstones"])
    await tombstones.leave(order_tombstone("os-9"), "cancelled")
    await tombstones.leave(payment_tombstone("pay-9"), "refunded")


async def _stored() -> str:
    database, bus = in_memory(), FakeBus()
    store = Store(database)
    for delivery in _deliveries():
        await Attempt().make(store, bus, delivery)
    await _others(database)
    collections = {
        name: sorted(await database[name].find().to_list(None), key=lambda each: str(each["_id"]))
        for name in sorted(await database.list_collection_names())
    }
    return json.dumps(collections, default=_legible, ensure_ascii=False, indent=1) + "\n"


def _legible(value: Any) -> str:
    if isinstance(value, datetime):
        return "now" if value > BY_THE_DATABASE else f"date {value.isoformat()}"
    raise TypeError(type(value))


async def test_what_is_stored_is_what_it_was() -> None:
    stored = await _stored()

    assert stored == RECORDED.read_text(encoding="utf-8")


if __name__ == "__main__":
    RECORDED.write_text(asyncio.run(_stored()), encoding="utf-8")
