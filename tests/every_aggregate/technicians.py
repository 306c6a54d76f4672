"""The row of technicians."""

from datetime import timedelta

from domain.agenda.week import Weekday, WeekTime
from domain.technician.commands import (
    TECHNICIAN_COMMANDS,
    AddTimeOff,
    Deactivate,
    Reactivate,
    SetShifts,
)
from domain.technician.events import TimeOffKind
from domain.technician.state import Technician
from tests.domain.execution.builders import MORNING
from tests.every_aggregate.kinds import Kind
from tests.starts import new_technician

_DAY = {"from": "08:00", "to": "12:00"}
TECHNICIANS = Kind(
    name="technician",
    state=Technician,
    start=new_technician,
    life=(
        SetShifts(valid_from="2026-11-30", week=(WeekTime(day=Weekday.MON, **_DAY),)),
        AddTimeOff(from_=MORNING, to=MORNING + timedelta(hours=4), kind=TimeOffKind.SICK),
        Deactivate(reason="gone"),
    ),
    back_and_forth=(
        SetShifts(valid_from="2026-11-30", week=(WeekTime(day=Weekday.TUE, **_DAY),)),
        SetShifts(valid_from="2026-11-30", week=()),
    ),
    too_early=Reactivate(),
    unreadable={
        "a number": ("deactivate", [42]),
        "no day": ("set_day", [{"intervals": []}]),
        "a day that is none": ("set_day", [{"date": "2026-02-30", "intervals": []}]),
        "times that overlap": (
            "set_day",
            [{"date": "2026-12-24", "intervals": [_DAY, {"from": "11:00", "to": "13:00"}]}],
        ),
        "time off that ends before it begins": (
            "add_time_off",
            [{"from": "2026-12-02T00:00:00Z", "to": "2026-12-01T00:00:00Z", "kind": "SICK"}],
        ),
        "an unknown kind of time off": (
            "add_time_off",
            [{"from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z", "kind": "PARTY"}],
        ),
        "a wrong origin": ("deactivate", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("deactivate", [{}, {}, {}]),
    },
    known_commands=TECHNICIAN_COMMANDS,
    given_up="INACTIVE",
    not_found="technician-not-found",
)
