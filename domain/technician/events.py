"""Events of technicians: ids alone, for names of people do not leave the house."""

from enum import StrEnum

from pydantic import Field

from domain.agenda.week import Day
from domain.kernel.events import Event
from domain.kernel.values import Instant


class TimeOffKind(StrEnum):
    VACATION = "VACATION"
    SICK = "SICK"
    TRAINING = "TRAINING"
    OTHER = "OTHER"


class TechnicianEvent(Event):
    SOURCE = "execution.technician"

    technician_id: str


class TechnicianRegistered(TechnicianEvent):
    skills: tuple[str, ...] = ()


class TechnicianChanged(TechnicianEvent):
    skills: tuple[str, ...] = ()


class ShiftsChanged(TechnicianEvent):
    """The weeks from `validFrom` on, or the working time of the one `date`."""

    shifts_revision: int
    valid_from: Day | None = None
    date: Day | None = None


class TimeOffAdded(TechnicianEvent):
    time_off_id: str
    from_: Instant = Field(alias="from")
    to: Instant
    kind: TimeOffKind


class TimeOffRemoved(TechnicianEvent):
    time_off_id: str


class TechnicianDeactivated(TechnicianEvent):
    reason: str | None = None


class TechnicianReactivated(TechnicianEvent):
    reason: str | None = None
