"""Examples of executions: what is sent, what is shown, and what is refused."""

from collections.abc import Sequence

from activities.search import WITHIN, QueryTooSlow
from activities.sorting import BadCursor, BadSort
from api.examples import AT, after, expectation_of, refusal_of
from api.executions.service import link
from domain.errors import (
    BudgetTaken,
    ExecutionExists,
    ExecutionNotFound,
    TaskNotFound,
    TooManyTasks,
)
from domain.execution import Opening, open_execution
from domain.execution_commands import Pause, PaymentCompleted, Start
from domain.status import TaskStatus
from domain.task_commands import MAX_TASKS, AddTask, UpdateTask
from workflows.contract import execution_id

_OPENING = Opening(service_order_id="OS-1042", budget_id="BUD-77", estimated_duration=90)
_ID = execution_id(_OPENING.service_order_id)
_SCHEDULED = open_execution(_OPENING, _ID, AT)[0]
_UNPAID = open_execution(_OPENING.model_copy(update={"payment_required": True}), _ID, AT)[0]
_WITH_TASK = after(_SCHEDULED, AddTask(description="Front brake pads", estimated_duration=45))
_TASK = _WITH_TASK.tasks[0].task_id

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
