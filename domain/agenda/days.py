"""Ranges of days, as they are asked for."""

from datetime import date

from domain.agenda.errors import RangeTooLong
from domain.agenda.week import Day


def check_range(first: Day, last: Day, most: int) -> None:
    """Raises RangeTooLong if more than `most` days lie between the two."""
    between = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if between > most:
        raise RangeTooLong(
            f"There may be {most} days between the two dates; here there are {between}"
        )
