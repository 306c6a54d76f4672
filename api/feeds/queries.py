"""Parameters of the routes of feeds, as the API's document describes them."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from api.feeds.keys import KEY_PATTERN
from domain.agenda.ids import ResourceId

SubjectId = Annotated[ResourceId, Path(alias="id", description="The id, which its clients choose")]
# Neither is checked: whatever is wrong with them is answered alike.
CalendarId = Annotated[str, Path(alias="id", description="The id, which its clients choose")]
Key = Annotated[
    str,
    Query(description="The key of the feed, as its managers see it"),
    Field(json_schema_extra={"pattern": KEY_PATTERN}),
]
