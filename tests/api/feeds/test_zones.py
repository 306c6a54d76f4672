"""Time zones in calendars, read by a program that knows no other."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from api.feeds.zones import time_zone
from tests.api.feeds.agendas import HOUR, block, booking, events, read, text, written

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    *("America/New_York", "America/Sao_Paulo", "America/Santiago", "America/Nuuk"),
    *("Europe/Dublin", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"),
]


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_says_what_the_database_of_zones_says(name: str) -> None:
    zone = ZoneInfo(name)
    content = "\r\n".join(
        ["BEGIN:VCALENDAR", time_zone(zone, 2026, 2027).to_ical().decode().strip(), "END:VCALENDAR"]
    )

    known = tzical(StringIO(content)).get(name)

    at, end = datetime(2026, 1, 2, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)
    while at < end:
        local = at.astimezone(zone)
        if not local.fold:  # which iCalendar cannot say
            clocks = local.replace(tzinfo=None, fold=0)
            assert clocks.replace(tzinfo=known).utcoffset() == local.utcoffset(), at
        at += timedelta(hours=1)


def test_a_zone_whose_clocks_change_goes_by_rules_that_hold_each_year() -> None:
    standard, daylight = time_zone(NEW_YORK, 2026, 2026).subcomponents

    assert (standard.name, daylight.name) == ("STANDARD", "DAYLIGHT")
    assert text(standard, "RRULE") == "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"
    assert text(daylight, "RRULE") == "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3"
    assert text(daylight, "DTSTART") == "20250309T020000"
    assert not [each for each in (standard, daylight) if "RDATE" in each]


def test_a_rule_may_mean_the_last_week_of_a_month() -> None:
    rules = [
        text(each, "RRULE")
        for each in time_zone(ZoneInfo("Europe/Lisbon"), 2026, 2026).subcomponents
    ]

    assert rules == ["FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"]


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_begins_in_the_year_before_and_has_standard_time(name: str) -> None:
    observances = time_zone(ZoneInfo(name), 2026, 2026).subcomponents

    years = {int(text(each, "DTSTART")[:4]) for each in observances}
    assert years <= {2025, 2026}
    assert 2025 in years
    assert "STANDARD" in {each.name for each in observances}


def test_the_zone_covers_what_is_shown() -> None:
    shown = booking(block(datetime(2027, 1, 4, 14, tzinfo=UTC)))

    [zone] = read(written(shown, zone=ZoneInfo("America/Santiago"))).timezones

    years = [int(text(each, "DTSTART")[:4]) for each in zone.subcomponents]
    assert (min(years), max(years)) == (2026, 2027)


@pytest.mark.parametrize(
    ("now", "start", "end", "hours"),
    [
        ("2026-03-01", "20260307T220000", "20260308T060000", 7),
        ("2026-10-25", "20261031T220000", "20261101T060000", 9),
    ],
)
def test_a_night_in_which_clocks_change_has_its_true_length(
    now: str, start: str, end: str, hours: int
) -> None:
    begins = datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=NEW_YORK).astimezone(UTC)
    night = booking(block(begins, hours * HOUR))

    content = written(night, zone=NEW_YORK, now=datetime.fromisoformat(f"{now}T00:00Z"))

    lines = content.decode().split("\r\n")
    assert f"DTSTART;TZID=America/New_York:{start}" in lines
    assert f"DTEND;TZID=America/New_York:{end}" in lines
    [event] = events(content)
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    assert event.end.astimezone(UTC) - event.start.astimezone(UTC) == hours * HOUR


def test_an_hour_that_comes_twice_is_the_right_one() -> None:
    first = datetime(2026, 11, 1, 5, tzinfo=UTC)  # 01:00 in New York, and again an hour later

    content = written(
        booking(block(first, HOUR / 2), execution_id="e1"),
        booking(block(first + HOUR), execution_id="e2"),
        zone=NEW_YORK,
        now=first,
    )

    before, after = events(content)
    assert text(before, "DTSTART") == "20261101T010000"
    assert text(after, "DTSTART") == "20261101T060000Z"
    assert text(after, "DTEND") == "20261101T070000Z"
