"""Signs of a workflow in Temporal's Web UI: search attributes, and Markdown of its state."""

from datetime import datetime
from functools import singledispatch
from itertools import islice

from temporalio import workflow

from domain.agenda.resource import Resource
from domain.bay.state import Bay
from domain.execution.lifecycle import TASK
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate
from domain.kernel.delivery_health import DeliveryHealth, HealthStatus
from domain.technician.state import Technician
from workflows.contract import DELIVERY_HEALTH, SERVICE_STATUS

SHOWN = 5
"""Times off, closures; there may be many."""


def show(state: Aggregate) -> None:
    """Keeps what operators see of a workflow up to date; the search attributes cost an event, so
    they are written only when they change."""
    workflow.set_current_details(details(state))
    known = workflow.info().typed_search_attributes
    changes = []
    if known.get(SERVICE_STATUS) != state.status:
        changes.append(SERVICE_STATUS.value_set(state.status))
    if known.get(DELIVERY_HEALTH, HealthStatus.OK) != state.health.status:
        changes.append(DELIVERY_HEALTH.value_set(state.health.status))
    if changes:
        workflow.upsert_search_attributes(changes)


def details(state: Aggregate) -> str:
    """The aggregate at a glance, and its delivery if there is something to see to."""
    return _summary(state) + _delivery(state.health)


@singledispatch
def _summary(state: Aggregate) -> str:
    return f"**{state.status}**, version {state.version}\n"


@_summary.register
def _(execution: Execution) -> str:
    done = sum(1 for task in execution.tasks if TASK.is_final(task.status))
    return (
        f"**{execution.status}**, version {execution.version}\n\n"
        f"- service order: {execution.service_order_id}\n"
        f"- technician: {execution.technician_id or 'nobody yet'}\n"
        f"- tasks: {done} of {len(execution.tasks)} done\n"
        f"- budget: {execution.budget_id}\n"
        f"- plan: {_plan(execution)}\n"
    )


@_summary.register
def _(item: QueueItem) -> str:
    pending = ", ".join(item.notices.pending) or "nothing"
    failure = f" ({item.notices.failure})" if item.notices.failure else ""
    return (
        f"**{item.stage or item.status}**, version {item.version}\n\n"
        f"- service order: {item.service_order_id}\n"
        f"- priority: {item.priority}\n"
        f"- mechanic: {item.mechanic_id or 'nobody yet'}\n"
        f"- OS service has yet to hear: {pending}{failure}\n"
    )


@_summary.register
def _(technician: Technician) -> str:
    patterns = technician.patterns
    weeks = f"since {patterns[-1].valid_from}" if patterns else "none"
    off = "; ".join(f"{each.kind} {each}" for each in technician.time_off[-SHOWN:])
    return (
        f"**{technician.status}**, version {technician.version}\n\n"
        f"- skills: {', '.join(technician.skills) or 'none'}\n"
        f"- weekly shifts: {weeks}; single days: {len(technician.days)}\n"
        f"- latest times off: {off or 'none'}\n"
        f"- booked: {_booked(technician)}\n"
    )


@_summary.register
def _(bay: Bay) -> str:
    closed = "; ".join(map(str, bay.closures[-SHOWN:]))
    return (
        f"**{bay.status}**, version {bay.version}\n\n"
        f"- kind: {bay.kind or 'none'}\n"
        f"- latest closures: {closed or 'none'}\n"
        f"- booked: {_booked(bay)}\n"
    )


def _plan(execution: Execution) -> str:
    plan = execution.plan
    if plan is None:
        return "none"
    asks = f", {len(execution.plan_errands)} errands to agendas" if execution.plan_errands else ""
    problem = f": {plan.problem}" if plan.problem else ""
    who = ", ".join([*plan.technician_ids, *([f"bay {plan.bay_id}"] if plan.bay_id else [])])
    return f"{plan.state}, {_at(plan.start)} to {_at(plan.end)}, {who}{asks}{problem}"


def _booked(resource: Resource) -> str:
    """Bookings that were not over when it last changed; in UTC."""
    known, at = resource.bookings, resource.updated_at
    ahead = (each for each in known if each.end > at and not each.released)
    shown = (
        f"OS {each.service_order_id} {_at(each.blocks[0].from_)} to {_at(each.end)}"
        for each in islice(ahead, SHOWN)  # an agenda may be long, and this is for each change
    )
    held = f"; {len(resource.holds)} held" if resource.holds else ""
    return f"{'; '.join(shown) or 'nothing'}{held}"


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}"


def _delivery(health: DeliveryHealth) -> str:
    if health.since is None:
        return ""
    return f"- delivery: **{health.status}** since {health.since.isoformat()}: {health.reason}\n"
