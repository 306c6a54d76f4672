"""Calendars of agendas, read back."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.kernel.values import evolve
from tests.api.feeds.agendas import (
    ANA,
    DAY,
    HOUR,
    LIFT,
    NOW,
    block,
    booking,
    events,
    read,
    text,
    written,
)

TOMORROW = NOW + DAY


def test_each_block_of_a_booking_is_an_event() -> None:
    content = written(booking(block(TOMORROW), block(TOMORROW + 3 * HOUR), bay_id="2"))

    first, second = events(content)
    assert text(first, "UID") == "e1-ana-1@execution-service"
    assert text(second, "UID") == "e1-ana-2@execution-service"
    assert (first.start, first.end) == (TOMORROW, TOMORROW + HOUR)
    assert second.start == TOMORROW + 3 * HOUR
    assert text(first, "SUMMARY") == "OS 1042 · bay 2"
    assert (text(first, "STATUS"), text(first, "TRANSP")) == ("CONFIRMED", "OPAQUE")


def test_without_a_bay_the_order_alone_is_named() -> None:
    content = written(booking(block(TOMORROW)))

    assert text(events(content)[0], "SUMMARY") == "OS 1042"


def test_a_technician_and_a_bay_of_one_id_have_no_event_in_common() -> None:
    planned = booking(block(TOMORROW), bay_id="ana")

    [person], [place] = events(written(planned)), events(written(planned, subject=LIFT))

    assert text(person, "UID") == "e1-ana-1@execution-service"
    assert text(place, "UID") == "e1-bay-ana-1@execution-service"


def test_the_calendar_is_named_and_says_when_to_ask_again() -> None:
    content = written()

    lines = content.decode().split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert any(line.startswith("PRODID:") for line in lines)
    assert "X-WR-CALNAME:Technician ana" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
    assert "X-PUBLISHED-TTL:PT15M" in lines
    assert "METHOD" not in content.decode()


def test_times_are_those_of_the_workshop_and_none_floats() -> None:
    content = written(booking(block(datetime(2026, 12, 1, 11, tzinfo=UTC))))

    lines = content.decode().split("\r\n")
    assert "DTSTART;TZID=America/Sao_Paulo:20261201T080000" in lines
    assert "DTEND;TZID=America/Sao_Paulo:20261201T090000" in lines
    assert "DTSTAMP:20261130T110000Z" in lines
    assert "LAST-MODIFIED:20261130T110000Z" in lines
    assert "TZID:America/Sao_Paulo" in lines


def test_a_plan_that_has_moved_keeps_its_uids_and_has_a_higher_sequence() -> None:
    planned = booking(block(TOMORROW))
    moved = booking(block(TOMORROW + DAY), plan_revision=2, changed_at=NOW)

    [before], [after] = events(written(planned)), events(written(moved))

    assert text(before, "UID") == text(after, "UID")
    assert (before.sequence, after.sequence) == (1, 2)
    assert (before.stamp, after.stamp) == (NOW - HOUR, NOW)
    assert after.last_modified == NOW


def test_nothing_in_it_is_of_the_moment_at_which_it_is_asked_for() -> None:
    planned = booking(block(TOMORROW), block(TOMORROW + 2 * HOUR), bay_id="2")

    assert written(planned) == written(planned, now=NOW + 3 * HOUR)
    assert written() == written(now=NOW + 400 * DAY)


@pytest.mark.parametrize(
    ("start", "is_shown"),
    [
        (NOW - 30 * DAY - HOUR, False),
        (NOW - 30 * DAY - HOUR + timedelta(seconds=1), True),
        (NOW + 90 * DAY - timedelta(seconds=1), True),
        (NOW + 90 * DAY, False),
    ],
)
def test_it_goes_from_thirty_days_back_to_ninety_ahead(start: datetime, is_shown: bool) -> None:
    content = written(booking(block(start)))

    assert bool(events(content)) is is_shown


def test_a_block_keeps_its_number_when_those_before_are_no_longer_shown() -> None:
    content = written(booking(block(NOW - 31 * DAY), block(NOW - 29 * DAY)))

    assert [text(each, "UID") for each in events(content)] == ["e1-ana-2@execution-service"]


@pytest.mark.parametrize(("ago", "is_shown"), [(0 * DAY, True), (6 * DAY, True), (7 * DAY, False)])
def test_a_booking_that_was_released_is_shown_as_cancelled_for_a_week(
    ago: timedelta, is_shown: bool
) -> None:
    released = booking(block(TOMORROW), plan_revision=2, changed_at=NOW - ago, released=True)

    content = written(released, booking(block(TOMORROW), execution_id="e2"))

    shown = {text(each, "UID"): each for each in events(content)}
    cancelled = shown.pop("e1-ana-1@execution-service", None)
    assert (cancelled is not None) is is_shown
    if cancelled:
        said = (text(cancelled, "STATUS"), text(cancelled, "TRANSP"), cancelled.sequence)
        assert said == ("CANCELLED", "TRANSPARENT", 2)
    assert [text(each, "STATUS") for each in shown.values()] == ["CONFIRMED"]


def test_a_booking_that_ends_early_keeps_its_uid() -> None:
    planned = booking(block(NOW - HOUR, 4 * HOUR), block(TOMORROW))

    [left] = events(written(planned.ending_by(NOW)))

    assert text(left, "UID") == "e1-ana-1@execution-service"
    assert (left.start, left.end) == (NOW - HOUR, NOW)


def test_what_lasts_less_than_a_second_still_has_a_length() -> None:
    instant = TOMORROW + timedelta(milliseconds=200)

    [event] = events(written(booking(block(instant, timedelta(milliseconds=300)))))

    assert (event.start, event.end) == (TOMORROW, TOMORROW + timedelta(seconds=1))


def test_an_empty_calendar_is_one_all_the_same() -> None:
    calendar = read(written())

    assert list(calendar.events) == []
    assert [each.tz_name for each in calendar.timezones] == ["America/Sao_Paulo"]


def test_what_would_end_a_line_or_a_value_is_taken_as_it_is() -> None:
    order = "10,42;" + "ç" * 100 + "\\n"

    content = written(booking(block(TOMORROW), service_order_id=order))

    assert str(events(content)[0]["SUMMARY"]) == f"OS {order}"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_no_profile_and_no_reason_is_in_it() -> None:
    content = written(booking(block(TOMORROW), bay_id="2"), subject=ANA)

    [event] = events(content)
    assert set(event) == {
        *("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND"),
        *("SUMMARY", "STATUS", "TRANSP"),
    }


def test_another_state_is_another_calendar() -> None:
    planned = booking(block(TOMORROW))

    changed = evolve(planned, changed_at=NOW)

    assert written(planned) != written(changed)
