"""Technicians in every status, and one command for each action."""

from datetime import datetime, timedelta

from domain.agenda.week import DayTime, Weekday, WeekTime
from domain.kernel.aggregate import decide
from domain.technician.commands import (
    AddTimeOff,
    ChangeTechnician,
    ClearDay,
    Deactivate,
    Reactivate,
    RemoveTimeOff,
    SetDay,
    SetShifts,
)
from domain.technician.events import TimeOffKind
from domain.technician.lifecycle import TechnicianStatus
from domain.technician.state import Registration, Technician, TechnicianCommand, register
from tests.domain.execution.builders import MORNING

MORNINGS = DayTime(from_="08:00", to="12:00")
MONDAYS = (WeekTime(day=Weekday.MON, from_="08:00", to="12:00"),)
CHRISTMAS = "2026-12-24"


def time_off(begins: datetime = MORNING, hours: int = 4) -> AddTimeOff:
    return AddTimeOff(from_=begins, to=begins + timedelta(hours=hours), kind=TimeOffKind.SICK)


def registered(**profile: object) -> Technician:
    return register(Registration(technician_id="ana", **profile), MORNING)[0]


def after(technician: Technician, *commands: TechnicianCommand) -> Technician:
    for command in commands:
        technician = decide(technician, command, MORNING)[0]
    return technician


def with_something() -> Technician:
    """One who has a single day and a time off, so that both can be taken back."""
    return after(registered(), SetDay(date=CHRISTMAS, intervals=()), time_off())


def in_status(status: TechnicianStatus) -> Technician:
    technician = with_something()
    if status is TechnicianStatus.INACTIVE:
        return after(technician, Deactivate())
    return technician


ONE_OF_EACH: tuple[TechnicianCommand, ...] = (
    ChangeTechnician(number=7),
    SetShifts(valid_from="2026-11-30", week=MONDAYS),
    SetDay(date=CHRISTMAS, intervals=(MORNINGS,)),
    ClearDay(date=CHRISTMAS),
    time_off(MORNING + timedelta(days=1)),
    RemoveTimeOff(time_off_id="ana-3"),
    Deactivate(reason="gone"),
    Reactivate(reason="back"),
)
