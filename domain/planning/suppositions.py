"""Suppositions of a what-if: changes of the world, as a client gives them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from domain.agenda.intervals import Interval
from domain.kernel.values import Identifier, Input, Instant, Minutes

Skill = Annotated[Identifier, StringConstraints(max_length=64)]
Skills = Annotated[tuple[Skill, ...], Field(max_length=20)]


class TechnicianAbsent(Input):
    """A technician is not there for a time, half open."""

    type: Literal["TECHNICIAN_ABSENT"]
    technician_id: Identifier
    from_: Instant = Field(alias="from")
    to: Instant

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.to <= self.from_:
            raise PydanticCustomError("absence", "`to` is later than `from`")
        return self

    @property
    def interval(self) -> Interval:
        return Interval(self.from_, self.to)


class ExtraJob(Input):
    """One more piece of work, for one technician who has the skills."""

    type: Literal["EXTRA_JOB"]
    duration_minutes: Minutes
    skills: Skills = ()
    promised_at: Instant | None = None

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)


class Delay(Input):
    """Work that ends so much later: one that has begun lasts longer, another begins later."""

    type: Literal["DELAY"]
    execution_id: Identifier
    minutes: Minutes

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class PartsAt(Input):
    """Work that cannot go on before its parts are there."""

    type: Literal["PARTS_AT"]
    execution_id: Identifier
    at: Instant


Supposition = Annotated[TechnicianAbsent | ExtraJob | Delay | PartsAt, Field(discriminator="type")]


class Suppositions:
    """Several of them at once: delays of one execution add up, and the last parts count."""

    def __init__(self, supposed: Iterable[Supposition]) -> None:
        given = list(supposed)
        self._absences = [each for each in given if isinstance(each, TechnicianAbsent)]
        self.extra_jobs = [each for each in given if isinstance(each, ExtraJob)]
        self._delays = [each for each in given if isinstance(each, Delay)]
        self._parts = [each for each in given if isinstance(each, PartsAt)]

    @property
    def executions(self) -> list[str]:
        """Ids of those that something is supposed of, each once."""
        of_each: list[Delay | PartsAt] = [*self._delays, *self._parts]
        return list(dict.fromkeys(each.execution_id for each in of_each))

    def absences_of(self, technician_id: str) -> list[Interval]:
        return [each.interval for each in self._absences if each.technician_id == technician_id]

    def delay_of(self, execution_id: str) -> timedelta:
        of_it = (e.duration for e in self._delays if e.execution_id == execution_id)
        return sum(of_it, timedelta())

    def parts_of(self, execution_id: str) -> datetime | None:
        return max((e.at for e in self._parts if e.execution_id == execution_id), default=None)
