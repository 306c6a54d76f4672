"""Responses of the routes of the schedule, and examples of their bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from activities.agendas.rosters import TOO_SLOW, Agendas
from activities.mongo.deadline import QueryTooSlow, slow
from api import PREFIX, errors
from api.aggregates.agendas import LONGEST_AGENDA
from api.openapi.bay_examples import bay
from api.openapi.examples import AT, SERVICE_ORDER, after, booked, by_schema, range_too_long
from api.openapi.responses import FROM_THE_DATABASE, ResponseDocs, Responses
from api.openapi.technician_examples import technician
from api.schedule.carry_over import CarryOver, carried_over
from api.schedule.conflicts import conflicts
from api.schedule.simulation import Simulation, SimulationRequest, plans_of
from api.schedule.suggestions import USUAL_WINDOW, SuggestionRequest, Suggestions
from api.schedule.workload import Workload
from domain.agenda.errors import RangeTooLong
from domain.agenda.shifts import zone
from domain.execution.commands import Start
from domain.execution.errors import ExecutionNotFound
from domain.execution.state import Opening, open_execution
from domain.kernel.values import widen
from domain.planning.errors import BeyondHorizon
from domain.planning.offers import Wanted
from domain.planning.suggestions import suggest
from domain.planning.suppositions import ExtraJob, TechnicianAbsent
from domain.planning.what_if import simulate
from domain.technician.commands import Deactivate
from domain.technician.errors import TechnicianNotFound
from workflows.contract import execution_id

PLACE = f"{PREFIX}/schedule/suggestions"


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    docs = ResponseDocs(PLACE, problems(), always=(*FROM_THE_DATABASE, QueryTooSlow))
    return {
        "getWorkload": docs.success(HTTPStatus.OK, "The load of these days")
        | docs.problems(RangeTooLong),
        "suggestSlots": docs.success(HTTPStatus.OK, "The suggestions")
        | docs.problems(errors.UnsupportedMediaType, BeyondHorizon, ExecutionNotFound),
        "getCarryOver": docs.success(HTTPStatus.OK, "The work that is left")
        | docs.problems(BeyondHorizon),
        "simulateSchedule": docs.success(HTTPStatus.OK, "The consequences")
        | docs.problems(
            errors.UnsupportedMediaType, BeyondHorizon, ExecutionNotFound, TechnicianNotFound
        ),
        "listScheduleConflicts": docs.success(HTTPStatus.OK, "The conflicts in these days")
        | docs.problems(RangeTooLong),
    }


def problems() -> Sequence[Exception]:
    return (
        slow(*TOO_SLOW),
        range_too_long(LONGEST_AGENDA),
        BeyondHorizon("Plans reach 90 days ahead; 2026-08-03 is later"),
        ExecutionNotFound.of(execution_id(SERVICE_ORDER)),
        TechnicianNotFound.of("ana"),
    )


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    inactive = replace(_agendas(), technicians=(after(booked(technician()), Deactivate()),))
    return by_schema(
        Workload.of(_agendas(), AT),
        conflicts(inactive, (), (), AT),
        SuggestionRequest(duration_minutes=90, skills=("brakes",), count=2),
        _suggestions(),
        _carry_over(),
        _simulated(),
        _simulation(),
        exclude_none=True,
    )


def _suggestions() -> Suggestions:
    wanted = Wanted(
        duration=timedelta(minutes=90),
        skills=frozenset({"brakes"}),
        from_=AT,
        until=AT + USUAL_WINDOW,
        count=2,
    )
    agendas = _agendas()
    found = suggest(agendas.roster(), wanted, AT, agendas.zone)
    return Suggestions(as_of=AT, suggestions=tuple(found))


def _carry_over() -> CarryOver:
    execution = open_execution(
        Opening(
            service_order_id=SERVICE_ORDER,
            budget_id="BUD-77",
            estimated_duration=90,
            technician_id="ana",
        ),
        execution_id(SERVICE_ORDER),
        AT,
    )[0]
    begun, evening = after(execution, Start()), AT + timedelta(hours=1)
    agendas = _agendas()
    return CarryOver(
        day=agendas.first,
        timezone=agendas.zone.key,
        as_of=evening,
        executions=carried_over([begun], agendas, AT + timedelta(days=1), evening),
    )


def _simulated() -> SimulationRequest:
    absent = TechnicianAbsent(
        type="TECHNICIAN_ABSENT",
        technician_id="ana",
        from_=AT + timedelta(hours=4),
        to=AT + timedelta(hours=5),
    )
    return SimulationRequest(
        changes=(absent, ExtraJob(type="EXTRA_JOB", duration_minutes=60, skills=("painting",)))
    )


def _simulation() -> Simulation:
    agendas = _agendas()
    plans, changes = plans_of(agendas, {}), _simulated().changes
    outcome = simulate(agendas.roster(), plans, changes, AT, agendas.zone)
    return widen(outcome, Simulation, as_of=AT)


def _agendas() -> Agendas:
    return Agendas(
        technicians=(booked(technician()),),
        bays=(bay(),),
        closed=(),
        first="2026-03-02",
        last="2026-03-03",
        zone=zone("America/Sao_Paulo"),
    )
