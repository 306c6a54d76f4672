"""The workload of a technician, day by day."""

from hypothesis import given, settings

from domain.agenda.intervals import Interval, minutes
from domain.agenda.shifts import day_span
from domain.planning.roster import Person, Roster
from domain.planning.workload import DayLoad, workload
from tests.domain.agenda.builders import NEW_YORK, by_weeks, pattern
from tests.domain.planning.builders import at, booked, person, time
from tests.domain.planning.worlds import BEGIN, ZONE, rosters


def test_free_is_what_times_off_and_bookings_leave_of_the_working_time() -> None:
    off = (time("11-30", "08:00-09:00"),)
    overtime = booked("e2", time("11-30", "16:30-18:00"))
    ana = person("ana", booked("e1", time("11-30", "08:30-10:00")), overtime, busy=off)

    (load,) = workload(ana, [day_span("2026-11-30", ZONE)])

    assert load == DayLoad(capacity=420, booked=90 + 90, free=420 - 60 - 30)


def test_a_night_on_which_clocks_change_is_as_long_as_it_is() -> None:
    """Of the contract's New York: 22:00 to 06:00 is seven hours on the night to 2026-03-08."""
    nights = by_weeks(pattern("SAT 22:00-06:00"), "2026-03-07", "2026-03-08", NEW_YORK)
    ana = Person(technician_id="ana", working=tuple(nights))
    days = [day_span(day, NEW_YORK) for day in ("2026-03-07", "2026-03-08")]

    saturday, sunday = workload(ana, days)

    assert (saturday.capacity, sunday.capacity) == (120, 300)


@settings(deadline=None)
@given(rosters())
def test_days_add_up_to_the_whole(roster: Roster) -> None:
    noon = Interval(BEGIN, at("11-30 12:00")), Interval(at("11-30 12:00"), at("12-04 00:00"))

    for each in roster.people:
        loads = list(workload(each, noon))

        assert sum(load.booked for load in loads) == minutes(each.booked())
        assert all(load.free <= load.capacity for load in loads)
        assert all(load.free >= load.capacity - load.booked for load in loads)
