"""Parameters and bodies of the routes of closures, as the API's document describes them."""

from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator, Field, StringConstraints

from domain.agenda.days import check_range
from domain.agenda.week import Day
from domain.kernel.reading import of_text
from domain.kernel.values import Input, Text

MOST_DAYS = 366
"""Days from the first to the last that may be asked for at once: a year, from any day on."""
LONGEST_NAME = 200

ClosedDay = Annotated[
    Day, BeforeValidator(of_text(str.strip)), Path(alias="date", description="The closed day")
]
From = Annotated[Day | None, Field(alias="from", description="On this day or later")]
UpTo = Annotated[Day | None, Field(description="On this day or earlier")]


class ClosureEntry(Input):
    """An entry for a day that is closed."""

    name: Annotated[
        Text,
        StringConstraints(max_length=LONGEST_NAME),
        Field(description="Why the workshop is closed"),
    ]


class ClosureQuery(Input):
    """A choice of closures; all of them, if it names no day."""

    from_: From = None
    to: UpTo = None

    def check(self) -> None:
        """Raises RangeTooLong. A range that ends before it begins has nothing in it."""
        if self.from_ is None or self.to is None:
            return
        check_range(self.from_, self.to, MOST_DAYS)
