"""Examples of executions: of what is sent, of what is shown, and of what is refused."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from activities.delivery import PERSIST_AND_PUBLISH
from activities.delivery_failure import DeliveryFailure
from activities.mongo.deadline import WITHIN, QueryTooSlow
from activities.mongo.history import HistoryEntry
from activities.mongo.keyset import BadCursor, BadSort
from api.aggregates.explanation import Explanation, PendingActivity, Verdict
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.executions.service import link
from api.openapi.examples import AT, SERVICE_ORDER, after, by_schema, expectation_of, refusal_of
from api.openapi.plan_examples import plan_problems, plan_request
from api.openapi.problem_examples import EXAMPLE_CORRELATION_ID
from domain.execution.commands import (
    Assignment,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Rescheduling,
    Resume,
    Start,
)
from domain.execution.errors import (
    BudgetTaken,
    ExecutionExists,
    ExecutionNotFound,
    TaskNotFound,
    TooManyTasks,
)
from domain.execution.lifecycle import TaskStatus
from domain.execution.payment_commands import RecordFirstPayment
from domain.execution.plan_commands import Unplan
from domain.execution.state import Execution, NewExecution, Opening, open_execution
from domain.execution.task_commands import MAX_TASKS, AddTask, TaskChange, UpdateTask
from domain.kernel.delivery_health import HealthStatus
from domain.kernel.values import widen
from workflows.contract import execution_id, execution_workflow_id


def place() -> str:
    return link(_id())


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    shown = ExecutionRepresentation.of(_started())
    return by_schema(
        _new(),
        _add_task(),
        _start(),
        Pause(reason="Waiting for a part"),
        Resume(),
        Complete(notes="Pads and discs replaced"),
        Cancel(reason="The customer has withdrawn the order"),
        MarkInvoiced(invoice_id="INV-311"),
        Assignment(technician_id="TEC-7"),
        Rescheduling(scheduled_date=AT + timedelta(days=1)),
        plan_request(),
        Unplan(),
        TaskChange(status=TaskStatus.COMPLETED, actual_duration=40),
        shown,
        ExecutionList(executions=[shown], total=1),
        ExecutionHistory(execution_id=_id(), history=[_entry()]),
        _explained(),
        exclude_none=True,
    )


def problems() -> Sequence[Exception]:
    scheduled, with_task = _scheduled(), _with_task()
    unpaid = scheduled.model_copy(update={"payment_required": True})
    task = with_task.tasks[0].task_id
    return (
        BadCursor("cursor is not one that this list has given"),
        BadSort("sort takes createdAt, updatedAt, status, each once, with - for descending"),
        QueryTooSlow(f"The list was not found within {WITHIN:g} s; narrow it by a range of dates"),
        ExecutionNotFound.of(_id()),
        TaskNotFound(f"Task with ID {task} not found in execution {_id()}"),
        expectation_of(scheduled, 7),
        ExecutionExists("Execution already exists for service order OS-1042", existing=place()),
        BudgetTaken("Execution already exists for budget BUD-77", existing=place()),
        refusal_of(scheduled, Pause(reason="Waiting for a part")),
        refusal_of(with_task, UpdateTask(task_id=task, status=TaskStatus.COMPLETED)),
        refusal_of(unpaid, Start()),
        refusal_of(unpaid, RecordFirstPayment(payment_id="PAY-9", budget_id="BUD-78")),
        TooManyTasks(f"An execution takes at most {MAX_TASKS} tasks"),
        *plan_problems(),
    )


def _new() -> NewExecution:
    return NewExecution(
        service_order_id=SERVICE_ORDER,
        budget_id="BUD-77",
        estimated_duration=90,
        notes="Brakes squeal",
    )


def _id() -> str:
    return execution_id(_new().service_order_id)


def _add_task() -> AddTask:
    return AddTask(description="Replace the front brake pads", estimated_duration=45)


def _start() -> Start:
    return Start(technician_id="TEC-7")


def _scheduled() -> Execution:
    return open_execution(widen(_new(), Opening), _id(), AT)[0]


def _with_task() -> Execution:
    return after(_scheduled(), _add_task())


def _started() -> Execution:
    return after(_with_task(), _start())


def _entry() -> HistoryEntry:
    started = _started()
    return HistoryEntry(
        sequence=started.version,
        event_id=f"{_id()}:{started.version}",
        type="ExecutionStarted",
        occurred_at=AT,
        command="start",
        from_status=_with_task().status,
        to_status=started.status,
        actor="ana",
        correlation_id=EXAMPLE_CORRELATION_ID,
        via="http",
        detail={"executionId": _id(), "serviceOrderId": _new().service_order_id, "startDate": AT},
    )


def _explained() -> Explanation:
    started = _started()
    retrying = started.health.after(HealthStatus.RETRYING, DeliveryFailure.BUS.in_words(), AT)
    return Explanation(
        verdict=Verdict.RETRYING,
        detail=Explanation.SENTENCES[Verdict.RETRYING],
        workflow_id=execution_workflow_id(_id()),
        workflow_status="RUNNING",
        history_length=31,
        has_worker=True,
        health=retrying,
        oldest_undelivered_version=started.version,
        undelivered_versions=1,
        pending_activities=(
            PendingActivity(
                type=PERSIST_AND_PUBLISH,
                running=False,
                attempt=7,
                last_failure=retrying.reason,
                next_attempt_at=AT + timedelta(seconds=30),
            ),
        ),
    )
