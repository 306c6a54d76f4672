"""A payment becomes an execution that is worked on to its invoice; every step is seen outside."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database
from temporalio.client import Client, WorkflowExecutionStatus

from deploy.dev.tap import Heard
from tests.stack.customer import Customer, Document, Order
from tests.stack.listener import Listener
from tests.stack.workflows import ended, with_status

STATUSES_AND_EVENTS = [
    ("SCHEDULED", "ExecutionScheduled"),
    ("SCHEDULED", "TechnicianAssigned"),
    ("SCHEDULED", "ExecutionRescheduled"),
    ("IN_PROGRESS", "ExecutionStarted"),
    ("IN_PROGRESS", "TaskAdded"),
    ("IN_PROGRESS", "TaskStarted"),
    ("IN_PROGRESS", "TaskCompleted"),
    ("PAUSED", "ExecutionPaused"),
    ("IN_PROGRESS", "ExecutionResumed"),
    ("COMPLETED", "ExecutionCompleted"),
    ("INVOICED", "ExecutionInvoiced"),
]


async def work_through(customer: Customer, execution: str) -> list[Document]:
    """The whole life over HTTP; what each step answered."""
    answers = [await customer.sees(execution)]
    for action, body in (
        ("assign", {"technicianId": "tech-7"}),
        ("schedule", {"scheduledDate": "2026-03-02T08:30:00+01:00", "estimatedDuration": 90}),
        ("start", None),
    ):
        answers.append(await customer.does(execution, action, body))
    added = await customer.http.post(
        f"/executions/{execution}/tasks", json={"description": "Brakes", "estimatedDuration": 45}
    )
    assert added.status_code == 201
    answers.append(added.json())
    task = f"tasks/{added.json()['tasks'][0]['taskId']}"
    for action, body in (
        (task, {"status": "IN_PROGRESS"}),
        (task, {"status": "COMPLETED", "actualDuration": 40}),
        ("pause", {"reason": "a part is missing"}),
        ("resume", None),
        ("complete", {"notes": "Road test"}),
        ("invoice", {"invoiceId": "INV-1"}),
    ):
        answers.append(await customer.does(execution, action, body))
    return answers


@pytest.fixture
async def order() -> Order:
    return Order()


@pytest.fixture
async def answers(customer: Customer, listener: Listener, order: Order) -> list[Document]:
    customer.publish("PaymentCompleted", order.paid)
    execution = await customer.waits_for(order)
    return await work_through(customer, execution["id"])


async def test_a_payment_becomes_an_execution_that_can_be_worked_on_to_its_invoice(
    customer: Customer, order: Order, answers: list[Document]
) -> None:
    opened, last = answers[0], answers[-1]

    shown = await customer.sees(opened["id"])

    assert opened["serviceOrderId"] == order.id
    assert opened["budgetId"] == order.budget
    assert opened["paymentId"] == order.payment
    assert opened["estimatedDuration"] == 60
    assert opened["notes"] == f"Auto-created from payment {order.payment}"
    assert [each["status"] for each in answers] == [status for status, _ in STATUSES_AND_EVENTS]
    assert [each["version"] for each in answers] == list(range(1, len(answers) + 1))
    assert shown == last
    assert (shown["scheduledDate"], shown["estimatedDuration"]) == ("2026-03-02T07:30:00Z", 90)
    assert shown["allowedActions"] == []
    assert (shown["tasks"][0]["status"], shown["tasks"][0]["actualDuration"]) == ("COMPLETED", 40)


async def test_the_bus_hears_every_step_once_in_order_and_in_the_agreed_shape(
    listener: Listener, order: Order, answers: list[Document]
) -> None:
    execution = answers[-1]

    events = await listener.all_of(execution["id"], len(answers))

    assert [each.type for each in events] == [type_ for _, type_ in STATUSES_AND_EVENTS]
    assert [each.sequence for each in events] == list(range(1, len(answers) + 1))
    assert [each.facts for each in events] == expected_facts(execution, order)
    for sequence, event in enumerate(events, 1):
        assert event.source == ("execution.task" if "Task" in event.type else "execution.lifecycle")
        check_metadata(event, execution["id"], sequence)


def expected_facts(execution: Document, order: Order) -> list[Document]:
    task = execution["tasks"][0]
    of_order = {"executionId": execution["id"], "serviceOrderId": order.id}
    budgeted = {**of_order, "budgetId": order.budget}
    of_task = {"executionId": execution["id"], "taskId": task["taskId"]}
    ended = {"endDate": execution["endDate"], "actualDuration": execution["actualDuration"]}
    return [
        budgeted,
        {**of_order, "technicianId": "tech-7"},
        {**of_order, "scheduledDate": "2026-03-02T07:30:00Z"},
        {**of_order, "startDate": execution["startDate"]},
        {**of_task, "description": "Brakes"},
        {**of_task, "startedAt": task["startedAt"]},
        {**of_task, "completedAt": task["completedAt"], "actualDuration": 40},
        {**of_order, "reason": "a part is missing"},
        of_order,
        {**budgeted, **ended},
        {**budgeted, "invoiceId": "INV-1"},
    ]


def check_metadata(event: Heard, execution: str, sequence: int) -> None:
    metadata = event.metadata
    assert metadata["eventId"] == f"{execution}:{sequence}"
    assert metadata["occurredAt"].endswith("Z")
    assert abs((datetime.now(UTC) - event.occurred_at).total_seconds()) < 120
    assert metadata["correlationId"]
    assert metadata["schemaVersion"] == 1
    known = {"eventId", "sequence", "occurredAt", "correlationId", "schemaVersion"}
    assert known <= set(metadata) <= known | {"causationId", "actor"}


async def test_other_teams_read_the_document_and_its_dates_as_before(
    database: Database[Document], order: Order, answers: list[Document]
) -> None:
    execution = answers[-1]

    document: Any = database["executions"].find_one({"executionId": execution["id"]})

    assert document["_id"] == document["executionId"]
    assert (document["serviceOrderId"], document["budgetId"]) == (order.id, order.budget)
    assert (document["status"], document["version"]) == ("INVOICED", len(answers))
    assert (document["technicianId"], document["notes"]) == ("tech-7", "Road test")
    for name in ("scheduledDate", "startDate", "endDate", "createdAt", "updatedAt"):
        assert document[name] == datetime.fromisoformat(execution[name]), name
    for name in ("startedAt", "completedAt"):
        shown = datetime.fromisoformat(execution["tasks"][0][name])
        assert document["tasks"][0][name] == shown, name


async def test_the_history_tells_who_did_what_from_which_status_to_which(
    customer: Customer, answers: list[Document]
) -> None:
    answer = await customer.http.get(f"/executions/{answers[-1]['id']}/history")

    entries = answer.json()["history"]
    assert [entry["sequence"] for entry in entries] == list(range(1, len(answers) + 1))
    assert [entry["type"] for entry in entries] == [type_ for _, type_ in STATUSES_AND_EVENTS]
    assert [entry["toStatus"] for entry in entries] == [status for status, _ in STATUSES_AND_EVENTS]
    assert {entry["via"] for entry in entries[1:]} == {"http"}
    assert entries[0]["via"] == "queue"


async def test_operators_find_the_completed_workflow_by_its_id_and_by_its_status(
    temporal: Client, answers: list[Document]
) -> None:
    workflow_id = f"execution-{answers[-1]['id']}"

    assert await ended(temporal, workflow_id) is WorkflowExecutionStatus.COMPLETED
    assert await with_status(temporal, workflow_id, "INVOICED") == [workflow_id]
