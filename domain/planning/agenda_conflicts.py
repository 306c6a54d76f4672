"""Conflicts of what is planned with the agendas as they are now: all that a person should look at,
since nothing moves by itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from domain.agenda.bookings import Booking, ConflictKind
from domain.agenda.intervals import Interval, clipped, intersected, merged, near, subtracted
from domain.agenda.resource import Resource
from domain.kernel.values import Instant, Value
from domain.planning.blocks import bay_span


class AgendaConflictKind(StrEnum):
    """`OUTSIDE_SHIFT`: booked where the technician does not work (any more). `TIME_OFF`, `CLOSURE`:
    booked where the technician is off, or the bay is closed. `INACTIVE`: booked on a technician or
    a bay that is inactive. `NOT_BOOKED`: planned, and the time could not be had. `OVERRUN`: work
    goes on beyond its time, into that of the next."""

    OUTSIDE_SHIFT = "OUTSIDE_SHIFT"
    TIME_OFF = "TIME_OFF"
    CLOSURE = "CLOSURE"
    INACTIVE = "INACTIVE"
    NOT_BOOKED = "NOT_BOOKED"
    OVERRUN = "OVERRUN"


class AgendaConflict(Value):
    """Work that cannot go as it is planned. `from` and `to` are the time that is in question: what
    of a booking has to move, the whole of a plan, or the booking that an overrun reaches into. The
    resource is a technician or a bay, as in `technician-ana`."""

    kind: AgendaConflictKind
    resource: str | None = None
    execution_id: str
    service_order_id: str
    from_: Instant = Field(alias="from")
    to: Instant
    problem: str | None = None


@dataclass(frozen=True)
class Overdue:
    """Work that was to be finished before now, and is not; `ended` is its plan's end."""

    execution_id: str
    service_order_id: str
    resources: Sequence[str]
    ended: datetime


def misplaced(
    resource: Resource, working: Sequence[Interval], window: Interval
) -> Iterator[AgendaConflict]:
    """Conflicts of the bookings with the resource's own agenda, in the window. `working` is the
    time in which it works, sorted; a bay does at any hour."""
    closed = _closed(resource)
    for booking in resource.taken:
        ahead = clipped([block.interval for block in booking.blocks], window)
        if ahead:
            for kind, times in _in_question(resource, booking, ahead, working, closed):
                yield _conflict(kind, resource, booking, bay_span(times))


def _closed(resource: Resource) -> dict[AgendaConflictKind, list[Interval]]:
    known = {
        ConflictKind.TIME_OFF: AgendaConflictKind.TIME_OFF,
        ConflictKind.CLOSURE: AgendaConflictKind.CLOSURE,
    }
    found: dict[AgendaConflictKind, list[Interval]] = {}
    for kind, block in resource.closed_times():
        found.setdefault(known[kind], []).append(block.interval)
    return {kind: merged(times) for kind, times in found.items()}


def _in_question(
    resource: Resource,
    booking: Booking,
    ahead: Sequence[Interval],
    working: Sequence[Interval],
    closed: dict[AgendaConflictKind, list[Interval]],
) -> Iterator[tuple[AgendaConflictKind, Sequence[Interval]]]:
    if not resource.is_active:
        yield AgendaConflictKind.INACTIVE, ahead
        return
    span = bay_span(ahead)
    if not booking.outside_shift and (outside := subtracted(ahead, near(working, span))):
        yield AgendaConflictKind.OUTSIDE_SHIFT, outside
    for kind, times in closed.items():
        if hit := intersected(ahead, near(times, span)):
            yield kind, hit


def overruns(
    overdue: Iterable[Overdue], resources: Iterable[Resource], now: datetime, window: Interval
) -> Iterator[AgendaConflict]:
    """Conflicts of overdue work with the next booking of each of its resources, if that has begun,
    or begins before the window's end."""
    known = {each.aggregate_id: each for each in resources}
    for work in overdue:
        for resource in (known[each] for each in work.resources if each in known):
            follower = _next(resource, work, now)
            if follower and follower.blocks[0].from_ < window.end and follower.end > window.start:
                yield AgendaConflict(
                    kind=AgendaConflictKind.OVERRUN,
                    resource=resource.aggregate_id,
                    execution_id=work.execution_id,
                    service_order_id=work.service_order_id,
                    from_=follower.blocks[0].from_,
                    to=follower.end,
                    problem=f"It was to end at {work.ended:%Y-%m-%dT%H:%MZ}; the next is "
                    f"{follower.execution_id}",
                )


def _next(resource: Resource, work: Overdue, now: datetime) -> Booking | None:
    """The first booking of another execution that is not over, and begins at the plan's end or
    later."""
    return next(
        (
            each
            for each in resource.taken
            if each.execution_id != work.execution_id
            and each.blocks[0].from_ >= work.ended
            and each.end > now
        ),
        None,
    )


def _conflict(
    kind: AgendaConflictKind, resource: Resource, booking: Booking, span: Interval
) -> AgendaConflict:
    return AgendaConflict(
        kind=kind,
        resource=resource.aggregate_id,
        execution_id=booking.execution_id,
        service_order_id=booking.service_order_id,
        from_=span.start,
        to=span.end,
    )
