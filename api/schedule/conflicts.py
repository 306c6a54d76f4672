"""Conflicts of what is planned, as clients see them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import Field

from activities.agendas.rosters import Agendas
from domain.agenda.intervals import Interval
from domain.agenda.week import Day
from domain.execution.plan import Plan, PlanState
from domain.execution.state import Execution
from domain.kernel.values import Instant, Value
from domain.planning.agenda_conflicts import (
    AgendaConflict,
    AgendaConflictKind,
    Overdue,
    misplaced,
    overruns,
)
from domain.technician.state import Technician


class ScheduleConflicts(Value):
    """Conflicts in the order of their beginning. Bookings count from `asOf` on: what is over cannot
    be moved any more."""

    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    timezone: str
    as_of: Instant
    conflicts: tuple[AgendaConflict, ...]


def conflicts(
    agendas: Agendas, conflicted: Iterable[Execution], begun: Iterable[Execution], now: datetime
) -> ScheduleConflicts:
    found = [
        *_misplaced(agendas, now),
        *_not_booked(conflicted, agendas.span),
        *overruns(_overdue(begun, now), agendas.resources, now, agendas.span),
    ]
    found.sort(key=lambda each: (each.from_, each.execution_id, each.kind, each.resource or ""))
    return ScheduleConflicts(
        first_day=agendas.first,
        last_day=agendas.last,
        timezone=agendas.zone.key,
        as_of=now,
        conflicts=tuple(found),
    )


def _misplaced(agendas: Agendas, now: datetime) -> Iterator[AgendaConflict]:
    begins, ends = agendas.span
    window = Interval(max(begins, now), ends)
    if window.start < window.end:
        for each in agendas.resources:
            works = agendas.working(each) if isinstance(each, Technician) else [window]
            yield from misplaced(each, works, window)


def _not_booked(executions: Iterable[Execution], span: Interval) -> Iterator[AgendaConflict]:
    for each in executions:
        plan = each.plan
        if plan and plan.state is PlanState.CONFLICT and _meets(plan, span):
            yield AgendaConflict(
                kind=AgendaConflictKind.NOT_BOOKED,
                execution_id=each.execution_id,
                service_order_id=each.service_order_id,
                from_=plan.start,
                to=plan.end,
                problem=plan.problem,
            )


def _meets(plan: Plan, span: Interval) -> bool:
    return plan.start < span.end and span.start < plan.end


def _overdue(begun: Iterable[Execution], now: datetime) -> Iterator[Overdue]:
    """Work whose plan had its time, and is over."""
    for each in begun:
        plan = each.plan
        if plan and plan.state is not PlanState.CONFLICT and plan.end <= now:
            yield Overdue(each.execution_id, each.service_order_id, plan.resources, plan.end)
