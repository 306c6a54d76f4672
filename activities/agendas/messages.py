"""Errands to agendas: their names, what is sent and what comes back. Workflows import this module,
so nothing here knows a time zone."""

from collections.abc import Mapping

from pydantic import JsonValue

from domain.bay.state import Bay
from domain.execution.plan import Plan, Slot
from domain.kernel.values import Value
from domain.technician.state import Technician

TELL_RESOURCE = "tell_resource"
ASK_COMMITMENT = "ask_commitment"
RESERVE_TIME = "reserve_time"
FIND_DISRUPTED = "find_disrupted"
ERRAND_REFUSED = "ErrandRefused"
"""The error type of what the target will never do."""


class Message(Value):
    """A command to the workflow of a resource, and the id by which it recognises a repeat."""

    resource: str
    action: str
    command: Mapping[str, JsonValue]
    message_id: str


class Question(Value):
    """Has the execution committed a plan with this hold? Its workflow is asked by `query`."""

    execution_id: str
    workflow_id: str
    query: str
    hold_id: str


class Commitment(Value):
    """The revision of the plan that was committed with the hold; None if there is none."""

    plan_revision: int | None = None


class Disruption(Value):
    """A technician or a bay whose working time has changed under what is booked there."""

    resource: Technician | Bay


class Disrupted(Value):
    """Executions that are booked outside of the working time."""

    execution_ids: tuple[str, ...] = ()


class TimeWanted(Value):
    """A plan of an execution, whose time nobody has held; `optional` if its technicians need not
    have agendas."""

    execution_id: str
    service_order_id: str
    plan: Plan
    optional: bool = False


class TimeReserved(Value):
    """The time that is held for the plan, or the problem why none is. Without either, none of its
    technicians has an agenda."""

    slot: Slot | None = None
    problem: str | None = None
