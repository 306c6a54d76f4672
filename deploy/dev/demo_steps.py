"""What the workshop does in the demo: the requests, and what has to come of each."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One request. A refused one changes no status and causes no event."""

    method: str
    path: str
    body: Mapping[str, object] | None
    answer: int
    status: str = ""
    event: str = ""


def until_a_task_exists() -> list[Step]:
    technician = {"technicianId": "technician-7"}
    task = {"description": "Replace the front brake pads", "estimatedDuration": 45}
    return [
        Step("PATCH", "/assign", technician, 200, "SCHEDULED", "TechnicianAssigned"),
        Step("PATCH", "/start", None, 200, "IN_PROGRESS", "ExecutionStarted"),
        Step("POST", "/tasks", task, 201, "IN_PROGRESS", "TaskAdded"),
    ]


def until_invoiced(task_id: str) -> list[Step]:
    task = f"/tasks/{task_id}"
    begun: dict[str, object] = {"status": "IN_PROGRESS"}
    done: dict[str, object] = {"status": "COMPLETED", "actualDuration": 40}
    reason = {"reason": "waiting for a part"}
    return [
        Step("PATCH", task, begun, 200, "IN_PROGRESS", "TaskStarted"),
        Step("PATCH", task, done, 200, "IN_PROGRESS", "TaskCompleted"),
        Step("PATCH", "/pause", reason, 200, "PAUSED", "ExecutionPaused"),
        Step("PATCH", "/resume", None, 200, "IN_PROGRESS", "ExecutionResumed"),
        Step("PATCH", "/start", None, 409),
        Step("PATCH", "/complete", {"notes": "Road test"}, 200, "COMPLETED", "ExecutionCompleted"),
        Step("PATCH", "/invoice", {"invoiceId": "INV-1"}, 200, "INVOICED", "ExecutionInvoiced"),
    ]
