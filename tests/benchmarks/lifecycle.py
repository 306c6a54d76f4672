"""Events that one execution leaves in Temporal's history."""

from collections import Counter

from temporalio.api.enums.v1 import EventType

from tests.benchmarks.bench import Bench
from workflows.contract import execution_workflow_id

STEPS = ("pause", "resume", "complete", "invoice")
GROUPS = {
    "WORKFLOW_TASK": "workflow tasks",
    "ACTIVITY_TASK": "deliveries",
    "WORKFLOW_EXECUTION_UPDATE": "updates",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": "status for the list",
    "WORKFLOW_EXECUTION": "start and end",
}


async def measure(bench: Bench) -> None:
    """Assign, start, pause, resume, complete, invoice; each when the one before is delivered."""
    execution_id, http = _opened(bench), bench.http()
    http.request("PATCH", f"/executions/{execution_id}/assign", {"technicianId": "t-1"})
    http.request("PATCH", f"/executions/{execution_id}/start")
    for step in STEPS:
        http.request("PATCH", f"/executions/{execution_id}/{step}")
    handle = bench.client.get_workflow_handle(execution_workflow_id(execution_id))
    await handle.result()
    counted: Counter[str] = Counter()
    async for event in handle.fetch_history_events():
        name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
        counted[next(group for prefix, group in GROUPS.items() if name.startswith(prefix))] += 1
    bench.table.add(
        "history events of six transitions",
        f"{counted.total()}: " + ", ".join(f"{n} {what}" for what, n in counted.most_common()),
    )


def _opened(bench: Bench) -> str:
    made = bench.http().request(
        "POST",
        "/executions",
        {"serviceOrderId": "o-lifecycle", "budgetId": "b-lifecycle", "estimatedDuration": 60},
    )
    return str(made["id"])
