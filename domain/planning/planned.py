"""Plans as they are, and as they would be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.agenda.intervals import Interval
from domain.planning.blocks import bay_span


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan as it is; `skills` are what another technician needs to take it over."""

    execution_id: str
    technician_ids: tuple[str, ...]
    bay_id: str | None = None
    blocks: tuple[Interval, ...]
    skills: frozenset[str] = frozenset()
    promised_at: datetime | None = None
    splittable: bool = True


class Placement(NamedTuple):
    """Work at its new place. An extra job has not been anywhere before. Of a plan that has begun,
    `blocks` are the rest, and `began` is its old start, which it keeps."""

    execution_id: str
    technician_ids: tuple[str, ...]
    blocks: tuple[Interval, ...]
    was: Interval | None = None
    began: datetime | None = None
    promised_at: datetime | None = None

    @property
    def span(self) -> Interval:
        start, end = bay_span(self.blocks)
        return Interval(self.began or start, end)


class UnplaceableReason(StrEnum):
    """Reasons why work has no new place: the agendas, as far as they go, have no time for it; its
    technician is away and nobody else has its skills; it has no plan that lies ahead."""

    NO_FREE_TIME = "NO_FREE_TIME"
    NOBODY_WITH_SKILLS = "NOBODY_WITH_SKILLS"
    NOT_PLANNED = "NOT_PLANNED"
