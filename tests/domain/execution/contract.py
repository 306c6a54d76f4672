"""The status flow as the contract prints it, copied by hand and never derived from the code."""

SUCCESSORS = {
    "SCHEDULED": ["IN_PROGRESS", "CANCELLED"],
    "IN_PROGRESS": ["PAUSED", "COMPLETED", "CANCELLED"],
    "PAUSED": ["IN_PROGRESS", "CANCELLED"],
    "COMPLETED": ["INVOICED"],
    "INVOICED": [],
    "CANCELLED": [],
}
FINAL = {status for status, successors in SUCCESSORS.items() if not successors}

MOVES = {
    ("SCHEDULED", "start"): "IN_PROGRESS",
    ("SCHEDULED", "cancel"): "CANCELLED",
    ("IN_PROGRESS", "pause"): "PAUSED",
    ("IN_PROGRESS", "complete"): "COMPLETED",
    ("IN_PROGRESS", "cancel"): "CANCELLED",
    ("PAUSED", "resume"): "IN_PROGRESS",
    ("PAUSED", "cancel"): "CANCELLED",
    ("COMPLETED", "mark_invoiced"): "INVOICED",
}
"""Statuses to which each action that moves an execution leads."""

TARGETS = {
    "start": "IN_PROGRESS",
    "pause": "PAUSED",
    "resume": "IN_PROGRESS",
    "complete": "COMPLETED",
    "cancel": "CANCELLED",
    "mark_invoiced": "INVOICED",
}
"""The status that each moving action asks for, legal or not."""

STAYS = {
    "assign": {"SCHEDULED", "IN_PROGRESS", "PAUSED"},
    "schedule": {"SCHEDULED"},
    "plan": {"SCHEDULED", "IN_PROGRESS", "PAUSED"},
    "unplan": {"SCHEDULED", "IN_PROGRESS", "PAUSED"},
    "settle_plan": {"SCHEDULED", "IN_PROGRESS", "PAUSED", "COMPLETED", "INVOICED"},
    "add_task": {"SCHEDULED", "IN_PROGRESS", "PAUSED"},
    "update_task": {"SCHEDULED", "IN_PROGRESS", "PAUSED"},
    "payment_completed": {"SCHEDULED", "IN_PROGRESS", "PAUSED", "COMPLETED"},
    "record_payment": {"SCHEDULED", "IN_PROGRESS", "PAUSED", "COMPLETED", "INVOICED"},
    "record_refund": {"SCHEDULED", "IN_PROGRESS", "PAUSED", "COMPLETED", "INVOICED"},
}
"""Statuses in which each action that leaves the status alone is allowed."""

TASK_SUCCESSORS = {
    "PENDING": ["IN_PROGRESS", "CANCELLED"],
    "IN_PROGRESS": ["COMPLETED", "CANCELLED"],
    "COMPLETED": [],
    "CANCELLED": [],
}
HARMLESS_REPEATS = {("CANCELLED", "CANCELLED")}


def outcome(status: str, action: str) -> str | None:
    """The status that follows; None if the action is refused."""
    if action in STAYS:
        return status if status in STAYS[action] else None
    return MOVES.get((status, action))
