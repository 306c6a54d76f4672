"""Examples of executions: what is sent, what is shown, and what is refused."""

from collections.abc import Sequence
from datetime import timedelta

from activities.delivery import PERSIST_AND_PUBLISH
from activities.mongo.keyset import BadCursor, BadSort
from activities.mongo.search import WITHIN, QueryTooSlow
from activities.mongo.store import HistoryEntry
from api.aggregates.explanation import Explanation, PendingActivity, Verdict
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.executions.service import link
from api.openapi.examples import AT, CORRELATION_ID, after, by_schema, expectation_of, refusal_of
from domain.execution.commands import (
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.lifecycle import TaskStatus
from domain.execution.payment_commands import PaymentCompleted
from domain.execution.state import NewExecution, Opening, open_execution
from domain.execution.task_commands import MAX_TASKS, AddTask, TaskChange, UpdateTask
from domain.kernel.delivery_health import HealthStatus, Trouble
from domain.kernel.errors import (
    BudgetTaken,
    ExecutionExists,
    ExecutionNotFound,
    TaskNotFound,
    TooManyTasks,
)
from workflows.contract import execution_id, execution_workflow_id

_NEW = NewExecution(
    service_order_id="OS-1042", budget_id="BUD-77", estimated_duration=90, notes="Brakes squeal"
)
_ID = execution_id(_NEW.service_order_id)
_ADD_TASK = AddTask(description="Replace the front brake pads", estimated_duration=45)
_START = Start(technician_id="TEC-7")

_SCHEDULED = open_execution(Opening(**_NEW.__dict__), _ID, AT)[0]
_UNPAID = _SCHEDULED.model_copy(update={"payment_required": True})
_WITH_TASK = after(_SCHEDULED, _ADD_TASK)
_STARTED = after(_WITH_TASK, _START)
_TASK = _WITH_TASK.tasks[0].task_id

_SHOWN = ExecutionRepresentation.of(_STARTED)
_ENTRY = HistoryEntry(
    sequence=_STARTED.version,
    event_id=f"{_ID}:{_STARTED.version}",
    type="ExecutionStarted",
    occurred_at=AT,
    command="start",
    from_status=_WITH_TASK.status,
    to_status=_STARTED.status,
    actor="ana",
    correlation_id=CORRELATION_ID,
    via="http",
    detail={"executionId": _ID, "serviceOrderId": _NEW.service_order_id, "startDate": AT},
)
_RETRYING = _SHOWN.health.after(HealthStatus.RETRYING, Trouble.BUS, AT)
_EXPLAINED = Explanation(
    verdict=Verdict.RETRYING,
    detail=Explanation.SENTENCES[Verdict.RETRYING],
    workflow_id=execution_workflow_id(_ID),
    workflow_status="RUNNING",
    history_length=31,
    has_worker=True,
    health=_RETRYING,
    oldest_undelivered_version=_STARTED.version,
    undelivered_versions=1,
    pending_activities=(
        PendingActivity(
            type=PERSIST_AND_PUBLISH,
            running=False,
            attempt=7,
            last_failure=_RETRYING.reason,
            next_attempt_at=AT + timedelta(seconds=30),
        ),
    ),
)
BODIES = by_schema(
    _NEW,
    _ADD_TASK,
    _START,
    Pause(reason="Waiting for a part"),
    Resume(),
    Complete(notes="Pads and discs replaced"),
    Cancel(reason="The customer has withdrawn the order"),
    MarkInvoiced(invoice_id="INV-311"),
    Assign(technician_id="TEC-7"),
    Schedule(scheduled_date=AT + timedelta(days=1)),
    TaskChange(status=TaskStatus.COMPLETED, actual_duration=40),
    _SHOWN,
    ExecutionList(executions=[_SHOWN], total=1),
    ExecutionHistory(execution_id=_ID, history=[_ENTRY]),
    _EXPLAINED,
    exclude_none=True,
)

PLACE = link(_ID)
PROBLEMS: Sequence[Exception] = (
    BadCursor("cursor is not one that this list has given"),
    BadSort("sort takes createdAt, updatedAt, status, each once, with - for descending"),
    QueryTooSlow(f"The list was not found within {WITHIN:g} s; narrow it by a range of dates"),
    ExecutionNotFound.of(_ID),
    TaskNotFound(f"Task with ID {_TASK} not found in execution {_ID}"),
    expectation_of(_SCHEDULED, 7),
    ExecutionExists("Execution already exists for service order OS-1042", existing=PLACE),
    BudgetTaken("Execution already exists for budget BUD-77", existing=PLACE),
    refusal_of(_SCHEDULED, Pause(reason="Waiting for a part")),
    refusal_of(_WITH_TASK, UpdateTask(task_id=_TASK, status=TaskStatus.COMPLETED)),
    refusal_of(_UNPAID, Start()),
    refusal_of(_UNPAID, PaymentCompleted(payment_id="PAY-9", budget_id="BUD-78")),
    TooManyTasks(f"An execution takes at most {MAX_TASKS} tasks"),
)
