"""Steps of the workshop in the demo: the requests, and what has to come of each."""

from collections.abc import Sequence
from datetime import datetime

from deploy.dev.demo.asking import Step

Steps = Sequence[Step]

_OVER = {"reason": "the demo is over"}

# ------------------------------------------------------------------ an execution


def until_a_task_exists(execution: str) -> Steps:
    technician = {"technicianId": "technician-7"}
    task = {"description": "Replace the front brake pads", "estimatedDuration": 45}
    return [
        Step("PATCH", f"/{execution}/assign", technician, 200, "SCHEDULED", "TechnicianAssigned"),
        Step("PATCH", f"/{execution}/start", None, 200, "IN_PROGRESS", "ExecutionStarted"),
        Step("POST", f"/{execution}/tasks", task, 201, "IN_PROGRESS", "TaskAdded"),
    ]


def until_it_goes_on(execution: str, task_id: str) -> Steps:
    task, begun = f"/{execution}/tasks/{task_id}", {"status": "IN_PROGRESS"}
    done: dict[str, object] = {"status": "COMPLETED", "actualDuration": 40}
    reason = {"reason": "waiting for a part"}
    return [
        Step("PATCH", task, begun, 200, "IN_PROGRESS", "TaskStarted"),
        Step("PATCH", task, done, 200, "IN_PROGRESS", "TaskCompleted"),
        Step("PATCH", f"/{execution}/pause", reason, 200, "PAUSED", "ExecutionPaused"),
        Step("PATCH", f"/{execution}/resume", None, 200, "IN_PROGRESS", "ExecutionResumed"),
    ]


def started_twice(execution: str) -> Step:
    return Step("PATCH", f"/{execution}/start", None, 409)


def until_invoiced(execution: str) -> Steps:
    notes, invoice = {"notes": "Road test"}, {"invoiceId": "INV-1"}
    return [
        Step("PATCH", f"/{execution}/complete", notes, 200, "COMPLETED", "ExecutionCompleted"),
        Step("PATCH", f"/{execution}/invoice", invoice, 200, "INVOICED", "ExecutionInvoiced"),
    ]


def cancelled(execution: str) -> Step:
    path, event = f"/{execution}/cancel", "ExecutionCancelled"
    return Step("PATCH", path, _OVER, 200, "CANCELLED", event)


# ------------------------------------------------------------------ an item of the queue


def added(order: int, priority: str) -> Step:
    body: dict[str, object] = {"ordem_servico_id": order, "prioridade": priority}
    return Step("POST", "", body, 201, "AGUARDANDO_DIAGNOSTICO", "QueueItemAdded")


def next_one(mechanic: int) -> Step:
    body = {"mecanico_responsavel_id": mechanic}
    return Step("POST", "/proximo", body, 200, "DIAGNOSTICO", "DiagnosisStarted")


def finished_before_it_began(item: str) -> Step:
    return Step("POST", f"/{item}/finalizar-reparo", None, 409)


def diagnosed(item: str) -> Step:
    found = {"diagnostico": "Pastilhas de freio gastas"}
    path, waits = f"/{item}/finalizar-diagnostico", "AGUARDANDO_APROVACAO"
    return Step("POST", path, found, 200, waits, "DiagnosisFinished")


def repaired(item: str) -> Steps:
    notes = {"observacoes_reparo": "Pastilhas novas"}
    return [
        Step("POST", f"/{item}/iniciar-reparo", None, 200, "REPARO", "RepairStarted"),
        Step("POST", f"/{item}/finalizar-reparo", notes, 200, "FINALIZADA", "RepairFinished"),
    ]


def removed(item: str) -> Step:
    return Step("DELETE", f"/{item}", None, 204)


# ------------------------------------------------------------------ a technician


def registered(technician: str, **profile: object) -> Step:
    body = {**profile, "skills": ["brakes"]}
    return Step("PUT", f"/{technician}", body, 201, "ACTIVE", "TechnicianRegistered")


def registered_with_a_taken_number(number: int) -> Step:
    return Step("PUT", "/somebody-else", {"number": number}, 409)


def with_shifts(technician: str, since: str) -> Step:
    halves = ({"from": "08:00", "to": "12:00"}, {"from": "13:00", "to": "17:00"})
    days = ("MON", "TUE", "WED", "THU", "FRI")
    week = [{"day": day, **half} for day in days for half in halves]
    shifts = {"validFrom": since, "week": week}
    return Step("PUT", f"/{technician}/shifts", shifts, 200, "ACTIVE", "ShiftsChanged")


def off_sick(technician: str, day: str) -> Step:
    off = {"from": day, "to": day, "kind": "SICK"}
    return Step("POST", f"/{technician}/time-off", off, 201, "ACTIVE", "TimeOffAdded")


def technician_deactivated(technician: str) -> Step:
    return _deactivated(technician, "TechnicianDeactivated")


def _deactivated(resource: str, event: str) -> Step:
    return Step("PATCH", f"/{resource}/deactivate", _OVER, 200, "INACTIVE", event)


# ------------------------------------------------------------------ a plan


def bay_registered(bay: str) -> Step:
    return Step("PUT", f"/{bay}", {"kind": "LIFT"}, 201, "ACTIVE", "BayRegistered")


def bay_deactivated(bay: str) -> Step:
    return _deactivated(bay, "BayDeactivated")


def opened(service_order: str, minutes: int) -> Step:
    order = {"serviceOrderId": service_order, "budgetId": f"BUD-{service_order}"}
    body = {**order, "estimatedDuration": minutes}
    return Step("POST", "", body, 201, "SCHEDULED", "ExecutionScheduled")


def planned(execution: str, start: datetime, technician: str, bay: str) -> Step:
    """A plan on another technician than before, and for another time."""
    body = {"start": start.isoformat(), "technicianIds": [technician], "bayId": bay}
    follow = ("ExecutionRescheduled", "TechnicianAssigned")
    path = f"/{execution}/plan"
    return Step("PATCH", path, body, 200, "SCHEDULED", "ExecutionPlanned", follow)
