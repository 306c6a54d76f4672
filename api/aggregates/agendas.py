"""Agendas as clients see them, as far as those of technicians and of bays are alike."""

from collections.abc import Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.agenda.days import check_range
from domain.agenda.intervals import Interval, clipped, merged, minutes, subtracted
from domain.agenda.resource import Resource
from domain.agenda.shifts import days_span
from domain.agenda.spans import Span
from domain.agenda.week import Day
from domain.kernel.values import Input, Value

LONGEST_AGENDA = 62
"""Days from the first to the last."""


class AgendaQuery(Input):
    """The days of an agenda, the last one included."""

    from_: Annotated[Day, Field(alias="from", description="The first day")]
    to: Annotated[Day, Field(description="The last day, at most 62 days later")]

    def check(self) -> None:
        """Raises RangeTooLong."""
        check_range(self.from_, self.to, LONGEST_AGENDA)


class AgendaBlock(Span):
    """Time that the plan of an execution takes; `bayId` is the bay of the whole plan."""

    execution_id: str
    service_order_id: str
    bay_id: str | None = None
    plan_revision: int


class Agenda(Value):
    """The agenda from the start of the first day to the end of the last, in instants; the days are
    those of the time zone. Who is inactive has no free time."""

    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    timezone: str
    blocks: tuple[AgendaBlock, ...]
    free: tuple[Span, ...]
    free_minutes: int


def agenda_fields(
    resource: Resource, working: Sequence[Interval], first: Day, last: Day, zone: ZoneInfo
) -> dict[str, Any]:
    """The fields of an Agenda. `working` is the time in which the resource could be planned, if it
    were never closed and nothing were booked."""
    span = days_span(first, last, zone)
    booked = [each.interval for booking in resource.taken for each in booking.blocks]
    closed = [block.interval for _, block in resource.closed_times()]
    free = subtracted(working, merged([*booked, *closed])) if resource.is_active else []
    return {
        "first_day": first,
        "last_day": last,
        "timezone": zone.key,
        "blocks": tuple(_blocks(resource, span)),
        "free": Span.each(free),
        "free_minutes": minutes(free),
    }


def _blocks(resource: Resource, span: Interval) -> list[AgendaBlock]:
    return [
        AgendaBlock(
            from_=piece.start,
            to=piece.end,
            execution_id=booking.execution_id,
            service_order_id=booking.service_order_id,
            bay_id=booking.bay_id,
            plan_revision=booking.plan_revision,
        )
        for booking in resource.taken
        for piece in clipped([block.interval for block in booking.blocks], span)
    ]
