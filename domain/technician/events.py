"""Events of technicians: ids alone, for names of people do not leave the house."""

from enum import StrEnum

from pydantic import Field

from domain.agenda.events import Claimed, Disrupted, Freed
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


class BookingClaimed(Claimed, TechnicianEvent):
    """The technician is planned on an execution at these times."""


class BookingReleased(Freed, TechnicianEvent):
    """The technician is free again, from an instant on if it names one."""


class BookingsDisrupted(Disrupted, TechnicianEvent):
    """Bookings of these executions lie outside of the working time now; they stay until they are
    planned anew."""
