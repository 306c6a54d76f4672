"""Work that is carried over to the next day, as clients see it."""

from collections.abc import Iterable
from datetime import datetime

from activities.agendas.rosters import Agendas
from domain.agenda.week import Day
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.kernel.values import Instant, Value, widen
from domain.planning.carry_over import CarriedOver, Unfinished, carry_over


class CarriedOverExecution(CarriedOver):
    """The rest of an execution, and a proposal. There is none where nothing remains or nobody is
    assigned, nor where the technicians have no time as far as plans reach."""

    service_order_id: str
    status: ExecutionStatus


class CarryOver(Value):
    """Executions that are not finished at the day's end, in the order in which they were to begin;
    what is proposed for one is taken for those after it. Nothing is written, and nothing moves by
    itself."""

    day: Day
    timezone: str
    as_of: Instant
    executions: tuple[CarriedOverExecution, ...]


def unfinished_by(day_end: datetime, executions: Iterable[Execution]) -> list[Execution]:
    """Executions that have begun or were to begin before the day's end, in that order."""
    found = ((_beginning(each), each) for each in executions)
    due = [(at, each.execution_id, each) for at, each in found if at and at < day_end]
    return [each for _, _, each in sorted(due, key=lambda one: one[:2])]


def _beginning(execution: Execution) -> datetime | None:
    planned = execution.plan.start if execution.plan else None
    return min((at for at in (planned, execution.start_date) if at), default=None)


def carried_over(
    executions: Iterable[Execution], agendas: Agendas, begin: datetime, now: datetime
) -> tuple[CarriedOverExecution, ...]:
    """The rests of the executions, each with a slot that begins then or later."""
    by_id = {each.execution_id: each for each in executions}
    unfinished = [_unfinished(each, now) for each in by_id.values()]
    return tuple(
        widen(
            each,
            CarriedOverExecution,
            service_order_id=by_id[each.execution_id].service_order_id,
            status=by_id[each.execution_id].status,
        )
        for each in carry_over(unfinished, agendas.roster(), begin, agendas.zone)
    )


def _unfinished(execution: Execution, now: datetime) -> Unfinished:
    plan, alone = execution.plan, execution.technician_id
    return Unfinished(
        execution_id=execution.execution_id,
        technician_ids=plan.technician_ids if plan else (alone,) if alone else (),
        bay_id=plan.bay_id if plan else None,
        estimated_minutes=execution.estimated_duration,
        actual_minutes=execution.clock.worked_minutes(now),
        splittable=plan is None or plan.splittable,
    )
