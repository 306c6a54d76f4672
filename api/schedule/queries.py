"""Parameters of the routes of the schedule, as the API's document describes them."""

from typing import Annotated

from pydantic import Field

from domain.agenda.week import Day
from domain.kernel.values import Input


class CarryOverQuery(Input):
    """A day at whose end work is left."""

    day: Annotated[Day | None, Field(description="The day; left out, today")] = None
