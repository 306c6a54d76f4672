"""Commands to a technician, and the change that each makes."""

from datetime import datetime
from typing import Any

from domain.agenda.errors import TooManyEntries
from domain.agenda.periods import DAYS_KEPT, GivenPeriod, Note, in_order, kept, overlapping
from domain.agenda.resource_commands import SENT_TO_RESOURCES
from domain.agenda.week import Day, GivenDay, GivenWeek, Hours, WeekPattern, WeekRow
from domain.kernel.aggregate import Change, Command
from domain.kernel.values import Text, evolve, widen
from domain.technician.errors import TimeOffNotFound, TimeOffOverlap
from domain.technician.events import (
    ShiftsChanged,
    TechnicianChanged,
    TechnicianDeactivated,
    TechnicianReactivated,
    TimeOffAdded,
    TimeOffKind,
    TimeOffRemoved,
)
from domain.technician.lifecycle import TechnicianAction
from domain.technician.state import NewTechnician, Technician, TechnicianCommand, TimeOff

MOST_PATTERNS, MOST_DAYS, MOST_TIMES_OFF = 12, 200, 100
"""The whole technician travels in each message and each snapshot."""


class ChangeTechnician(NewTechnician, TechnicianCommand):
    """Replaces the profile."""

    ACTION = TechnicianAction.CHANGE

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        fields = {name: getattr(self, name) for name in NewTechnician.model_fields}
        changed = evolve(state, **fields)
        if changed == state:
            return state, ()
        event = TechnicianChanged(technician_id=state.technician_id, skills=self.skills)
        return changed, (event,)


class SetShifts(TechnicianCommand):
    """Sets the working time of every week from a day on, in the place of a pattern that begins on
    the same day."""

    ACTION = TechnicianAction.SET_SHIFTS

    valid_from: Day
    week: GivenWeek

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        week = tuple(widen(each, WeekRow) for each in self.week)
        pattern = WeekPattern(valid_from=self.valid_from, week=week)
        if pattern in state.patterns:
            return state, ()
        others = [each for each in state.patterns if each.valid_from != self.valid_from]
        patterns = tuple(sorted([*others, pattern], key=lambda each: each.valid_from))
        # The oldest are of the past: a later one has taken their place.
        return _with_shifts(
            state, at, patterns=patterns[-MOST_PATTERNS:], valid_from=self.valid_from
        )


class SetDay(TechnicianCommand):
    """Sets the working time of a single day, whatever the week says; none is a day off."""

    ACTION = TechnicianAction.SET_DAY

    date: Day
    intervals: GivenDay

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        hours = tuple(widen(each, Hours) for each in self.intervals)
        if state.days.get(self.date) == hours:
            return state, ()
        first = str((at - DAYS_KEPT).date())
        days = {day: hours for day, hours in state.days.items() if day >= first}
        if len(days) >= MOST_DAYS and self.date not in days:
            raise TooManyEntries(f"A technician takes at most {MOST_DAYS} single days")
        days = dict(sorted({**days, self.date: hours}.items()))
        return _with_shifts(state, at, days=days, date=self.date)


class ClearDay(TechnicianCommand):
    """Has the week say again when the technician works on a day."""

    ACTION = TechnicianAction.CLEAR_DAY

    date: Day

    def is_done(self, state: Technician) -> bool:
        return state.is_active and self.date not in state.days

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        days = {day: hours for day, hours in state.days.items() if day != self.date}
        return _with_shifts(state, at, days=days, date=self.date)


class AddTimeOff(TechnicianCommand, GivenPeriod):
    """Records time that the technician does not work."""

    ACTION = TechnicianAction.ADD_TIME_OFF

    kind: TimeOffKind
    note: Note | None = None

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        if other := overlapping(state.time_off, self):
            raise TimeOffOverlap(
                f"There is time off from {other} already", time_off_id=other.time_off_id
            )
        others = kept(state.time_off, at)
        if len(others) >= MOST_TIMES_OFF:
            raise TooManyEntries(f"A technician takes at most {MOST_TIMES_OFF} times off")
        # Derived, so that a replay of the history finds the same id.
        new_id = f"{state.technician_id}-{state.version + 1}"
        added = widen(self, TimeOff, time_off_id=new_id)
        event = TimeOffAdded(
            technician_id=state.technician_id,
            time_off_id=new_id,
            from_=self.from_,
            to=self.to,
            kind=self.kind,
        )
        time_off = in_order([*others, added])
        return state.with_disruption_unchecked(at, time_off=time_off), (event,)


class RemoveTimeOff(TechnicianCommand):
    """Takes time off back."""

    ACTION = TechnicianAction.REMOVE_TIME_OFF

    time_off_id: str

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        left = tuple(each for each in state.time_off if each.time_off_id != self.time_off_id)
        if len(left) == len(state.time_off):
            raise TimeOffNotFound(f"{state.technician_id} has no time off {self.time_off_id}")
        event = TimeOffRemoved(technician_id=state.technician_id, time_off_id=self.time_off_id)
        return evolve(state, time_off=left), (event,)


class Deactivate(TechnicianCommand):
    """Has nobody plan on the technician any more."""

    ACTION = TechnicianAction.DEACTIVATE

    reason: Text | None = None

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        event = TechnicianDeactivated(technician_id=state.technician_id, reason=self.reason)
        return state.with_disruption_unchecked(at, status_reason=self.reason), (event,)


class Reactivate(TechnicianCommand):
    """Takes a technician back who was inactive."""

    ACTION = TechnicianAction.REACTIVATE

    reason: Text | None = None

    def change(self, state: Technician, at: datetime) -> Change[Technician]:
        event = TechnicianReactivated(technician_id=state.technician_id, reason=self.reason)
        return evolve(state, status_reason=self.reason), (event,)


TECHNICIAN_COMMANDS: tuple[type[Command[Any]], ...] = (
    ChangeTechnician,
    SetShifts,
    SetDay,
    ClearDay,
    AddTimeOff,
    RemoveTimeOff,
    Deactivate,
    Reactivate,
    *SENT_TO_RESOURCES,
)


def _with_shifts(
    state: Technician,
    at: datetime,
    *,
    valid_from: Day | None = None,
    date: Day | None = None,
    **fields: object,
) -> Change[Technician]:
    revision = state.shifts_revision + 1
    event = ShiftsChanged(
        technician_id=state.technician_id,
        shifts_revision=revision,
        valid_from=valid_from,
        date=date,
    )
    return state.with_disruption_unchecked(at, shifts_revision=revision, **fields), (event,)
