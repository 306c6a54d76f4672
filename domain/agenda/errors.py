"""Refusals of what is asked of an agenda, whosever it is."""

from domain.kernel.errors import DomainError


class RangeTooLong(ValueError):
    """The range of dates is too long"""


class ScheduleConflict(DomainError):
    """The time is taken already"""


class StaleShifts(DomainError):
    """The working time has changed since it was read"""


class TooManyEntries(DomainError):
    """No more of these can be taken"""


AGENDA_ERRORS: tuple[type[DomainError], ...] = (ScheduleConflict, StaleShifts, TooManyEntries)
