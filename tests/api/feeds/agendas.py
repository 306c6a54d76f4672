"""Agendas of the tests, and calendars as other programs read them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

from api.feeds.calendar import entries, rendered
from api.feeds.subjects import BAY, TECHNICIAN, Subject
from domain.agenda.bookings import Block, Booking
from domain.agenda.resource import Resource
from domain.bay.state import BayRegistration
from domain.bay.state import register as register_bay
from domain.kernel.values import evolve
from domain.technician.state import Registration, register
from tests.starts import SAO_PAULO

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANA, LIFT = Subject(TECHNICIAN, "ana"), Subject(BAY, "ana")


def block(start: datetime, length: timedelta = HOUR) -> Block:
    return Block(from_=start, to=start + length)


def booking(*blocks: Block, **fields: Any) -> Booking:
    """Of execution e1, unless another one is named."""
    known: dict[str, Any] = {
        "execution_id": "e1",
        "service_order_id": "1042",
        "plan_revision": 1,
        "changed_at": NOW - HOUR,
    }
    return Booking(**(known | fields), blocks=blocks)


def agenda(*bookings: Booking, subject: Subject = ANA) -> Resource:
    resource: Resource
    if subject.kind is TECHNICIAN:
        resource, _ = register(Registration(technician_id=subject.id), NOW - 9 * DAY)
    else:
        resource, _ = register_bay(BayRegistration(bay_id=subject.id), NOW - 9 * DAY)
    return evolve(resource, bookings=bookings)


def written(
    *bookings: Booking,
    subject: Subject = ANA,
    zone: ZoneInfo = SAO_PAULO,
    now: datetime = NOW,
) -> bytes:
    resource = agenda(*bookings, subject=subject)
    return rendered(subject, entries(resource, now), zone, resource.created_at)


def read(content: bytes) -> Calendar:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return calendar


def events(content: bytes) -> list[Event]:
    return list(read(content).events)


def text(component: Component, name: str) -> str:
    """The value of a property as it was written."""
    value: Any = component[name]
    return str(value.to_ical().decode())
