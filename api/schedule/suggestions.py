"""Suggestions of who could do some work and when, as clients ask for them and see them."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.bay.state import BayKind
from domain.execution.state import Execution
from domain.kernel.values import Identifier, Input, Instant, Minutes, Value, Whole
from domain.planning.offers import MOST_SUGGESTIONS, Wanted
from domain.planning.suggestions import Suggestion
from domain.planning.suppositions import Skills

USUAL_WINDOW = timedelta(days=14)
"""Time in which the work is to begin, where nobody says until when."""


class SuggestionRequest(Input):
    """Work that seeks a technician and a time. It is to begin within the window."""

    duration_minutes: Annotated[
        Minutes | None,
        Field(description="Working time; left out, the execution's `estimatedDuration`"),
    ] = None
    skills: Annotated[Skills, Field(description="Skills that the technician has, all of them")] = ()
    from_: Annotated[
        Instant | None,
        Field(alias="from", description="The work begins then or later; left out, now"),
    ] = None
    until: Annotated[
        Instant | None,
        Field(description="The work begins before; left out, 14 days after `from`"),
    ] = None
    bay_kind: Annotated[
        BayKind | None, Field(description="The kind of bay that it needs; left out, none")
    ] = None
    execution_id: Annotated[
        Identifier | None,
        Field(description="The execution that it is of: what it has booked itself is free for it"),
    ] = None
    count: Annotated[
        int,
        Field(strict=True, ge=1, le=MOST_SUGGESTIONS, description="How many at most"),
        Whole,
    ] = 3

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.duration_minutes is None and self.execution_id is None:
            raise PydanticCustomError(
                "duration", "Either durationMinutes or executionId is needed, or both"
            )
        return self

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.from_ and self.until and self.until <= self.from_:
            raise PydanticCustomError("window", "`until` is later than `from`")
        return self

    def wanted(self, execution: Execution | None, from_: datetime, until: datetime) -> Wanted:
        """The work as planning looks for time for it; `execution` is the one that it is of."""
        minutes = self.duration_minutes or (execution.estimated_duration if execution else 0)
        plan = execution.plan if execution else None
        return Wanted(
            duration=timedelta(minutes=minutes),
            skills=frozenset(self.skills),
            from_=from_,
            until=until,
            bay_kind=self.bay_kind,
            execution_id=self.execution_id,
            known_technician_id=execution.technician_id if execution else None,
            count=self.count,
            splittable=plan is None or plan.splittable,
        )


class Suggestions(Value):
    """Suggestions, the best first: the earliest end, then who worked on the order before, then who
    has the least booked on that day, then the id. Agendas are as they were at `asOf`; nothing is
    held."""

    as_of: Instant
    suggestions: tuple[Suggestion, ...]
