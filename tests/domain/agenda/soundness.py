"""Soundness of agendas and plans, at every moment and at rest."""

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from domain.agenda.bookings import Booking, Hold, meeting
from domain.agenda.resource import Resource
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.plan import Plan, PlanState
from domain.execution.state import Execution
from tests.domain.agenda.protocol import World

OPEN = frozenset({ExecutionStatus.SCHEDULED, ExecutionStatus.IN_PROGRESS, ExecutionStatus.PAUSED})


def check_always(world: World) -> None:
    """No time is given twice, and what is certain is held or booked."""
    for agenda in world.agendas.values():
        _check_given_once(agenda.state)
    for journal in world.executions.values():
        for resource, plan in _certain(journal.state, world.now):
            agenda = world.agendas[resource]
            assert _has_time(agenda.state, journal.state, plan), (journal.state, agenda.state)


def check_at_rest(world: World) -> None:
    """Plans have exactly their time, nobody else has any, and nothing is left to be said."""
    check_always(world)
    for journal in world.executions.values():
        execution = journal.state
        assert not execution.plan_errands, execution
        assert execution.plan is None or execution.plan.state is not PlanState.CLAIMING, execution
    for agenda in world.agendas.values():
        assert not agenda.state.holds, agenda.state
        assert not agenda.state.has_errands, agenda.state
        for booking in agenda.state.taken:
            execution = world.executions[booking.execution_id].state
            if booking.end > (execution.end_date or world.now):
                assert _is_due(booking, execution, agenda.state.aggregate_id), (booking, execution)


def _check_given_once(agenda: Resource) -> None:
    takers: list[Booking | Hold] = [*agenda.taken, *agenda.holds]
    for one, other in combinations(takers, 2):
        if one.execution_id != other.execution_id:
            assert not any(meeting(one.blocks, other.blocks)), (one, other)
    booked = [each.execution_id for each in agenda.bookings]
    assert len(booked) == len({*booked}), agenda


def _certain(execution: Execution, now: datetime) -> Iterator[tuple[str, Plan]]:
    """The resources whose time the execution can count on, until its plan is over."""
    plan = execution.plan
    if plan and plan.state is PlanState.BOOKED and execution.status in OPEN and plan.end > now:
        yield from ((resource, plan) for resource in plan.resources)


def _has_time(agenda: Resource, execution: Execution, plan: Plan) -> bool:
    blocks = plan.blocks_of(agenda.aggregate_id)
    hold, booking = agenda.hold(execution.plan_hold_id), agenda.booking_of(execution.execution_id)
    if hold and hold.blocks == blocks:
        return True
    if booking is None or booking.released or booking.plan_revision != plan.revision:
        return False
    return booking.blocks == blocks


def _is_due(booking: Booking, execution: Execution, resource: str) -> bool:
    plan = execution.plan
    return (
        execution.status in OPEN
        and plan is not None
        and plan.state is PlanState.BOOKED
        and resource in plan.resources
        and booking.plan_revision == plan.revision
        and booking.blocks == plan.blocks_of(resource)
    )
