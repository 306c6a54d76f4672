"""A what-if: the plans that would move, the promises that would break. It writes nothing.

Plans are placed again by the rule of `replanning`. A promise counts as broken if its work has moved
and would then end after it; one that is late already, and stays where it is, is not named. An extra
job is named `extra-<n>` after its place among the extra jobs, from 1, and moves from nowhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from pydantic import Field

from domain.agenda.shifts import Zone
from domain.agenda.spans import Span
from domain.kernel.values import Instant, Value
from domain.planning.planned import Placement, Planned, UnplaceableReason
from domain.planning.replanning import replan
from domain.planning.roster import Roster
from domain.planning.suppositions import Supposition, Suppositions

_MINUTE = timedelta(minutes=1)


class Moved(Value):
    """Work whose time or technician would be another; both times are from first to last block."""

    execution_id: str
    technician_id: str
    from_: Span | None = Field(None, alias="from")
    to: Span


class BrokenPromise(Value):
    execution_id: str
    promised_at: Instant
    predicted_end: Instant
    late_minutes: int


class Unplaceable(Value):
    execution_id: str
    reason: UnplaceableReason


class Outcome(Value):
    """Consequences of the changes, each list in the order in which plans were placed."""

    moved: tuple[Moved, ...]
    broken_promises: tuple[BrokenPromise, ...]
    unplaceable: tuple[Unplaceable, ...]


def simulate(
    roster: Roster,
    plans: Sequence[Planned],
    changes: Iterable[Supposition],
    now: datetime,
    zone: Zone,
) -> Outcome:
    """The outcome if the changes came about. `plans` are those that may move; whatever else the
    roster has booked stays."""
    replanned = replan(roster, plans, Suppositions(changes), now, zone)
    unplaceable = replanned.unplaceable.items()
    return Outcome(
        moved=tuple(_moved(each) for each in replanned.placed),
        broken_promises=tuple(_broken(replanned.placed)),
        unplaceable=tuple(Unplaceable(execution_id=e, reason=why) for e, why in unplaceable),
    )


def _moved(placement: Placement) -> Moved:
    return Moved(
        execution_id=placement.execution_id,
        technician_id=placement.technician_ids[0],
        from_=Span.of(placement.was) if placement.was else None,
        to=Span.of(placement.span),
    )


def _broken(placed: Iterable[Placement]) -> Iterator[BrokenPromise]:
    for each in placed:
        end, promised_at = each.span.end, each.promised_at
        if promised_at is not None and end > promised_at:
            yield BrokenPromise(
                execution_id=each.execution_id,
                promised_at=promised_at,
                predicted_end=end,
                late_minutes=(end - promised_at) // _MINUTE,
            )
