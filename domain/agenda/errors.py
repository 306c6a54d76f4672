"""Refusals of what is asked of an agenda."""


class RangeTooLong(ValueError):
    """The range of dates is too long"""
