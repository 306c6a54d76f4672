"""Parameters of the routes of technicians, as the API's document describes them."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from domain.agenda.ids import ResourceId
from domain.agenda.week import Day
from domain.technician.state import aggregate_id_of

AggregateId = Annotated[
    ResourceId,
    AfterValidator(aggregate_id_of),
    Path(alias="id", description="The technician's id, which its clients choose"),
]
# Anything that is no id is a time off that does not exist.
TimeOffId = Annotated[str, Path(alias="timeOffId", description="The time off's id")]
SingleDay = Annotated[Day, Path(alias="date", description="The day, local to the workshop")]
