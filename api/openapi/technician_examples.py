"""Examples of technicians: of what is sent, of what is shown, and of what is refused."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from activities.mongo.history import HistoryEntry
from activities.mongo.keyset import BadCursor
from api.aggregates.agendas import LONGEST_AGENDA
from api.openapi.examples import (
    AT,
    after,
    booked,
    by_schema,
    expectation_of,
    range_too_long,
    refusal_of,
)
from api.openapi.plan_examples import affected
from api.openapi.problem_examples import EXAMPLE_CORRELATION_ID
from api.technicians.agenda import TechnicianAgenda
from api.technicians.command_routes import DayPlan
from api.technicians.representation import (
    RearrangedTechnician,
    TechnicianHistory,
    TechnicianList,
    TechnicianRepresentation,
)
from api.technicians.service import link
from api.technicians.time_off import NewTimeOff
from domain.agenda.errors import TooManyEntries
from domain.agenda.shifts import zone
from domain.agenda.week import DayTime, Weekday, WeekTime
from domain.kernel.values import widen
from domain.technician.commands import (
    MOST_DAYS,
    AddTimeOff,
    Deactivate,
    Reactivate,
    RemoveTimeOff,
    SetShifts,
)
from domain.technician.errors import TechnicianNotFound, TechnicianTaken
from domain.technician.events import TimeOffKind
from domain.technician.state import (
    NewTechnician,
    Registration,
    Technician,
    aggregate_id_of,
    register,
)

_ID = "ana"


def place() -> str:
    return link(aggregate_id_of(_ID))


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    shown = TechnicianRepresentation.of(technician())
    return by_schema(
        _new(),
        _shifts(),
        DayPlan(intervals=(DayTime(from_="08:00", to="12:00"),)),
        NewTimeOff(from_="2026-03-09", to="2026-03-13", kind=TimeOffKind.VACATION),
        Deactivate(reason="Has left the workshop"),
        Reactivate(reason="Is back"),
        shown,
        widen(technician(), RearrangedTechnician, affected=(affected(),)),
        TechnicianList(technicians=[shown]),
        _agenda(),
        TechnicianHistory(technician_id=_ID, history=[_entry()]),
        exclude_none=True,
    )


def problems() -> Sequence[Exception]:
    known = technician()
    return (
        BadCursor("cursor is not one that this list has given"),
        TechnicianNotFound.of(_ID),
        TechnicianTaken("This number is bruno's", technician_id="bruno", field="number"),
        expectation_of(known, 7),
        refusal_of(known, Reactivate()),
        refusal_of(known, _time_off()),
        refusal_of(known, RemoveTimeOff(time_off_id="ana-9")),
        range_too_long(LONGEST_AGENDA),
        TooManyEntries(f"A technician takes at most {MOST_DAYS} single days"),
    )


def _new() -> NewTechnician:
    return NewTechnician(name="Ana Souza", number=7, skills=("brakes", "alignment"))


def _shifts() -> SetShifts:
    morning = {"from_": "08:00", "to": "12:00"}
    week = tuple(WeekTime(day=day, **morning) for day in (Weekday.MON, Weekday.TUE))
    return SetShifts(valid_from="2026-03-02", week=week)


def _time_off() -> AddTimeOff:
    days = {"from_": AT + timedelta(days=7), "to": AT + timedelta(days=12)}
    return AddTimeOff(kind=TimeOffKind.VACATION, **days)


def technician() -> Technician:
    registered = register(widen(_new(), Registration, technician_id=_ID), AT)[0]
    return after(registered, _shifts(), _time_off())


def _agenda() -> TechnicianAgenda:
    days = ("2026-03-02", "2026-03-03")
    return TechnicianAgenda.of(booked(technician()), (), *days, zone("America/Sao_Paulo"))


def _entry() -> HistoryEntry:
    known = technician()
    return HistoryEntry(
        sequence=2,
        event_id=f"{aggregate_id_of(_ID)}:2",
        type="ShiftsChanged",
        occurred_at=AT,
        command="set_shifts",
        from_status=known.status,
        to_status=known.status,
        actor="ana",
        correlation_id=EXAMPLE_CORRELATION_ID,
        via="http",
        detail={"technicianId": _ID, "shiftsRevision": 1, "validFrom": "2026-03-02"},
    )
