"""Parameters of the routes of bays, as the API's document describes them."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from domain.agenda.ids import ResourceId
from domain.bay.state import aggregate_id_of

AggregateId = Annotated[
    ResourceId,
    AfterValidator(aggregate_id_of),
    Path(alias="id", description="The bay's id, which its clients choose"),
]
# Anything that is no id is a closure that does not exist.
ClosureId = Annotated[str, Path(alias="closureId", description="The closure's id")]
