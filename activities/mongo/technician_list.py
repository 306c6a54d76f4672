"""Queries of the list of technicians."""

from typing import Annotated

from pydantic import Field

from activities.mongo.client import Document
from activities.mongo.directory import DirectoryQuery
from domain.kernel.values import Identifier


class TechnicianQuery(DirectoryQuery):
    """A choice of technicians."""

    skill: Annotated[Identifier | None, Field(description="Those who have this skill")] = None

    @property
    def wanted(self) -> Document:
        """The query as a filter for the database."""
        chosen: Document = {} if self.skill is None else {"skills": self.skill}
        return chosen | super().wanted
