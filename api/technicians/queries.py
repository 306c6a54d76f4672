"""Parameters of the routes of technicians, as the API's document describes them."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, Field

from api.technicians.agenda import LONGEST_AGENDA
from domain.agenda.days import check_range
from domain.agenda.ids import ResourceId
from domain.agenda.week import Day
from domain.kernel.values import Input
from domain.technician.state import aggregate_id_of

AggregateId = Annotated[
    ResourceId,
    AfterValidator(aggregate_id_of),
    Path(alias="id", description="The technician's id, which its clients choose"),
]
# Anything that is no id is a time off that does not exist.
TimeOffId = Annotated[str, Path(alias="timeOffId", description="The time off's id")]
SingleDay = Annotated[Day, Path(alias="date", description="The day, local to the workshop")]


class AgendaQuery(Input):
    """The days of an agenda, the last one included."""

    from_: Annotated[Day, Field(alias="from", description="The first day")]
    to: Annotated[Day, Field(description="The last day, at most 62 days later")]

    def check(self) -> None:
        """Raises RangeTooLong."""
        check_range(self.from_, self.to, LONGEST_AGENDA)
