"""The row of executions."""

from activities.mongo.search import Search
from domain.execution.commands import (
    EXECUTION_COMMANDS,
    Assign,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Start,
)
from domain.execution.state import Execution
from tests.api.answers import BASE, problem, shown
from tests.every_aggregate.kinds import OverHttp, Request, payload
from tests.starts import new_execution

EXECUTIONS = OverHttp(
    name="execution",
    url=BASE,
    new=lambda number: {
        "serviceOrderId": f"os-{number}",
        "budgetId": f"budget-{number}",
        "estimatedDuration": 60,
    },
    other={"notes": "in a hurry"},
    reads=shown,
    created=lambda answer: shown(answer, 201),
    listed=lambda answer: answer.json()["executions"],
    problem=problem,
    begin=Request("PATCH", "/start"),
    proceed=Request("PATCH", "/pause"),
    change=Request("PATCH", "/assign", {"technicianId": "t-1"}),
    changed={"technicianId": "t-2"},
    end=(Request("PATCH", "/cancel", {"reason": "gone"}),),
    statuses=("SCHEDULED", "IN_PROGRESS", "CANCELLED"),
    state=Execution,
    start=new_execution,
    life=(Assign(technician_id="t-1"), Start(), Pause(), Resume(), Complete(), MarkInvoiced()),
    back_and_forth=(Assign(technician_id="t-2"), Assign(technician_id="t-3")),
    too_early=Resume(),
    unreadable={
        "a number": ("pause", [42]),
        "a text": ("pause", ["now"]),
        "a list": ("pause", [["now"]]),
        "a wrong type": ("pause", [{"reason": ["lunch"]}]),
        "a blank": ("cancel", [{"reason": "  "}]),
        "an extra field": ("pause", [{"reason": "lunch", "until": "noon"}]),
        "a missing field": ("assign", [{}]),
        "nothing where something is needed": ("cancel", []),
        "null where something is needed": ("schedule", [None]),
        "a date without a zone": ("schedule", [{"scheduledDate": "2026-03-01T12:00:00"}]),
        "an unknown status": ("update_task", [{"taskId": "t", "status": "DONE"}]),
        "a wrong origin": ("pause", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("pause", [{}, {}, {}]),
        "no JSON": ("pause", [payload(b"json/plain", b"{nope")]),
        "an unknown encoding": ("pause", [payload(b"binary/encrypted", b"\x00")]),
    },
    known_commands=EXECUTION_COMMANDS,
    given_up="CANCELLED",
    lists=Search,
    history="/history",
    explain="/explain",
    retry="/retry-delivery",
    words={
        "unavailable": "nothing was changed",
        "key-reused": "was used with another command or body",
        "database-unavailable": "The database cannot be reached; nothing was changed",
        "internal-error": "correlation id",
        "execution-exists": "Execution already exists for service order os-1",
        "execution-not-found": "Execution with ID ",
    },
    not_found="execution-not-found",
    exists="execution-exists",
    refused="invalid-transition",
    more=(Request("PATCH", "/cancel", {"reason": "gone"}),),
)
