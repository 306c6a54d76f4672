"""Lists of technicians and of bays, page by page in the order of their ids."""

from typing import Annotated, Generic, NamedTuple

from pydantic import Field
from pymongo import ASCENDING

from activities.mongo.client import Database, Document
from activities.mongo.collections import snapshots_of
from activities.mongo.keyset import behind, cursor_behind, place_of
from activities.mongo.readable import readable
from domain.kernel.aggregate import State
from domain.kernel.values import Input

_BY_ID = [("_id", ASCENDING)]


class DirectoryQuery(Input):
    """A choice among those that are, or are not, active."""

    active: Annotated[bool | None, Field(description="Those that are, or are not, active")] = None
    limit: Annotated[int, Field(ge=1, le=500, description="How many at most")] = 100
    cursor: Annotated[
        str | None, Field(max_length=1000, description="`nextCursor` of the page before this one")
    ] = None

    @property
    def wanted(self) -> Document:
        """The query as a filter for the database."""
        return {} if self.active is None else {"status": "ACTIVE" if self.active else "INACTIVE"}


class DirectoryPage(NamedTuple, Generic[State]):
    states: list[State]
    next_cursor: str | None


class Directory(Generic[State]):
    """The list of one kind."""

    def __init__(self, database: Database, kind: type[State]) -> None:
        self._snapshots = database[snapshots_of(kind).collection]
        self._kind = kind

    async def find(self, query: DirectoryQuery) -> DirectoryPage[State]:
        """Raises BadCursor and PyMongoError."""
        wanted = query.wanted
        place = place_of(query.cursor, _BY_ID, wanted) if query.cursor else None
        some = behind(wanted, place, _BY_ID) if place else wanted
        size = query.limit + 1
        found = await self._snapshots.find(some).sort(_BY_ID).limit(size).to_list(size)
        shown = found[: query.limit]
        return DirectoryPage(
            states=readable(self._kind, shown),
            next_cursor=cursor_behind(shown[-1], _BY_ID, wanted) if found[len(shown) :] else None,
        )
