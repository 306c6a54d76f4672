"""Lists of technicians, page by page in the order of their ids."""

from typing import Annotated

from pydantic import Field
from pymongo import ASCENDING

from activities.mongo.client import Database, Document
from activities.mongo.collections import TECHNICIAN_SNAPSHOTS
from activities.mongo.keyset import behind, cursor_behind, place_of
from activities.mongo.readable import readable
from domain.kernel.values import Identifier, Input, Value
from domain.technician.lifecycle import TechnicianStatus
from domain.technician.state import Technician

_BY_ID = [("_id", ASCENDING)]


class TechnicianQuery(Input):
    """A choice of technicians."""

    skill: Annotated[Identifier | None, Field(description="Those who have this skill")] = None
    active: Annotated[bool | None, Field(description="Those who are, or are not, active")] = None
    limit: Annotated[int, Field(ge=1, le=500, description="How many at most")] = 100
    cursor: Annotated[
        str | None, Field(max_length=1000, description="`nextCursor` of the page before this one")
    ] = None

    @property
    def wanted(self) -> Document:
        """The query as a filter for the database."""
        wanted: Document = {} if self.skill is None else {"skills": self.skill}
        if self.active is None:
            return wanted
        status = TechnicianStatus.ACTIVE if self.active else TechnicianStatus.INACTIVE
        return wanted | {"status": str(status)}


class TechnicianPage(Value):
    technicians: list[Technician]
    next_cursor: str | None


class TechnicianDirectory:
    def __init__(self, database: Database) -> None:
        self._technicians = database[TECHNICIAN_SNAPSHOTS.collection]

    async def find(self, query: TechnicianQuery) -> TechnicianPage:
        """Raises BadCursor and PyMongoError."""
        wanted = query.wanted
        place = place_of(query.cursor, _BY_ID, wanted) if query.cursor else None
        some = behind(wanted, place, _BY_ID) if place else wanted
        size = query.limit + 1
        found = await self._technicians.find(some).sort(_BY_ID).limit(size).to_list(size)
        shown = found[: query.limit]
        return TechnicianPage(
            technicians=readable(Technician, shown),
            next_cursor=cursor_behind(shown[-1], _BY_ID, wanted) if found[len(shown) :] else None,
        )
