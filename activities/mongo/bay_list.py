"""Queries of the list of bays."""

from typing import Annotated

from pydantic import Field

from activities.mongo.client import Document
from activities.mongo.directory import DirectoryQuery
from domain.bay.state import BayKind


class BayQuery(DirectoryQuery):
    """A choice of bays."""

    kind: Annotated[BayKind | None, Field(description="Those of this kind")] = None

    @property
    def wanted(self) -> Document:
        """The query as a filter for the database."""
        chosen: Document = {} if self.kind is None else {"kind": self.kind}
        return chosen | super().wanted
