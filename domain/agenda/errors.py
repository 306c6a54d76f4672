"""Refusals of what is asked of an agenda, whosever it is."""

from domain.kernel.errors import DomainError


class RangeTooLong(ValueError):
    """The range of dates is too long"""


class TooManyEntries(DomainError):
    """No more of these can be taken"""
