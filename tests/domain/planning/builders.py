"""Instants and agendas for tests. Dates are of the contract's cases: Monday is 2026-11-30."""

from datetime import UTC, datetime, timedelta

from domain.agenda.intervals import Interval
from domain.agenda.shifts import Zone, working_time
from domain.planning.roster import Bay, Person, Reserved
from tests.domain.agenda.builders import ANA, SAO_PAULO, day_hours, pattern

FIRST, LAST = "2026-11-30", "12-31"


def at(local: str, place: Zone = SAO_PAULO) -> datetime:
    """The instant of a local time, written `12-04 15:00`."""
    return datetime.fromisoformat(f"2026-{local}").replace(tzinfo=place).astimezone(UTC)


def time(day: str, hours: str) -> Interval:
    """A time of a day: `time("12-04", "08:00-12:00")`."""
    start, end = hours.split("-")
    return Interval(at(f"{day} {start}"), at(f"{day} {end}"))


def minutes_of(amount: int) -> timedelta:
    return timedelta(minutes=amount)


def weeks(*rows: str, closed: str = "", extra: str = "", last: str = LAST) -> tuple[Interval, ...]:
    """Working time of weeks until the year's end, with a closure or an exception `12-05
    08:00-12:00`; the rows are the contract's ana's if there are none."""
    day, _, hours = extra.partition(" ")
    exceptions = {f"2026-{day}": day_hours(hours)} if extra else {}
    closures = {f"2026-{closed}"} if closed else set()
    week = pattern(*(rows or ANA))
    return tuple(working_time([week], exceptions, closures, FIRST, f"2026-{last}", SAO_PAULO))


def person(
    technician_id: str,
    *bookings: Reserved,
    skills: str = "",
    working: tuple[Interval, ...] | None = None,
    busy: tuple[Interval, ...] = (),
) -> Person:
    """A technician with the contract's week, unless said otherwise."""
    return Person(
        technician_id=technician_id,
        skills=frozenset(skills.split()),
        working=weeks() if working is None else working,
        busy=busy,
        bookings=bookings,
    )


def bay(bay_id: str, *bookings: Reserved, kind: str = "LIFT") -> Bay:
    return Bay(bay_id=bay_id, kind=kind, bookings=bookings)


def booked(execution_id: str, *blocks: Interval) -> Reserved:
    return Reserved(execution_id, blocks)
