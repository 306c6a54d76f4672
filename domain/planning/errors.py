"""Refusals of plans, whoever has the time."""

from domain.kernel.errors import DomainError


class OutsideShift(DomainError):
    """The work would not lie in working time"""


class PlanTooLong(ValueError):
    """The plan has too many blocks or days"""


class BeyondHorizon(ValueError):
    """The date is later than plans may reach"""
