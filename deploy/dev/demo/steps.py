"""Steps of the workshop in the demo: the requests, and what has to come of each."""

from collections.abc import Sequence

from deploy.dev.demo.asking import Step

Steps = Sequence[Step]

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
    return Step("PATCH", f"/{execution}/cancel", {"reason": "the demo is over"}, 200)


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
