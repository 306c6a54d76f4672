"""Rendering of an agenda as an iCalendar stream (RFC 5545): the same bytes for the same agenda, so
nothing in them is of the moment at which they are asked for.

There is no METHOD: without one, DTSTAMP is the time of the last change, which it must be for that.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from api.feeds.subjects import Subject
from api.feeds.zones import time_zone
from domain.agenda.bookings import Block, Booking
from domain.agenda.resource import Resource

BACK, AHEAD = timedelta(days=30), timedelta(days=90)
CANCELLED_SHOWN = timedelta(days=7)
"""Time for which a calendar says that a booking was released; then it leaves it out."""
REFRESH = timedelta(minutes=15)
PRODUCT = "-//execution-service//agendas//EN"
DOMAIN = "execution-service"
_RENDERED = 64
"""Calendars that are kept as they were rendered: most are asked for again before they change."""


class Entry(NamedTuple):
    """A block of a booking, and its number there from one on."""

    booking: Booking
    number: int
    block: Block


def entries(resource: Resource, now: datetime) -> tuple[Entry, ...]:
    """The blocks to be shown, in the order of their bookings."""
    return tuple(_entries(resource, now))


def _entries(resource: Resource, now: datetime) -> Iterator[Entry]:
    for booking in resource.bookings:
        if booking.released and booking.changed_at <= now - CANCELLED_SHOWN:
            continue
        for number, block in enumerate(booking.blocks, 1):
            if block.to > now - BACK and block.from_ < now + AHEAD:
                yield Entry(booking, number, block)


@lru_cache(maxsize=_RENDERED)
def rendered(
    subject: Subject, shown: tuple[Entry, ...], zone: ZoneInfo, registered: datetime
) -> bytes:
    """The calendar. An empty one knows the time zone of the year in which its subject was
    registered: a calendar of nothing at all is not valid."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    # Or programs would name the calendar after its address, with the key.
    calendar.calendar_name = subject.name
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(time_zone(zone, *_years(shown, zone, registered)))
    for each in shown:
        calendar.add_component(_event(subject, each, zone))
    content: bytes = calendar.to_ical()
    return content


def _years(shown: Sequence[Entry], zone: ZoneInfo, registered: datetime) -> tuple[int, int]:
    starts = [each.block.from_ for each in shown] or [registered]
    ends = [each.block.to for each in shown] or [registered]
    return min(starts).astimezone(zone).year, max(ends).astimezone(zone).year


def _event(subject: Subject, entry: Entry, zone: ZoneInfo) -> Event:
    booking = entry.booking
    uid = f"{booking.execution_id}-{subject.kind.uid}{subject.id}-{entry.number}@{DOMAIN}"
    start, end = _local(entry.block, zone)
    event = Event()
    event.add("uid", uid)
    event.add("sequence", booking.plan_revision)
    event.add("dtstamp", booking.changed_at)
    event.add("last-modified", booking.changed_at)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _summary(booking))
    event.add("status", "CANCELLED" if booking.released else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if booking.released else "OPAQUE")
    return event


def _summary(booking: Booking) -> str:
    order = f"OS {booking.service_order_id}"
    return f"{order} · bay {booking.bay_id}" if booking.bay_id else order


def _local(block: Block, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end in whole seconds, on the clocks of the zone. Where these show a time twice,
    iCalendar means the first; a block that begins or ends at the second is written in UTC."""
    begun = timedelta(seconds=1) if block.to.microsecond else timedelta()
    edges = _second(block.from_), _second(block.to) + begun
    start, end = (each.astimezone(zone) for each in edges)
    return edges if start.fold or end.fold else (start, end)


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
