"""Durations of the work: without the pauses, in whole minutes, rounded down."""

from datetime import timedelta

import pytest

from domain.execution.commands import Cancel, Complete, Pause, Resume, Start
from domain.execution.state import Execution
from domain.kernel.aggregate import decide
from tests.domain.execution.builders import MINUTE, MORNING, driven, opened

SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


def _started() -> Execution:
    return driven(opened(), Start())


@pytest.mark.parametrize(
    ("worked", "minutes"),
    [
        (timedelta(), 0),
        (MINUTE - MILLISECOND, 0),
        (MINUTE, 1),
        (MINUTE + 59 * SECOND, 1),
        (2 * MINUTE - MILLISECOND, 1),
        (timedelta(hours=5, seconds=1), 300),
    ],
)
def test_minutes_are_rounded_down(worked: timedelta, minutes: int) -> None:
    execution = _started()

    after, _ = decide(execution, Complete(), MORNING + worked)

    assert after.actual_duration == minutes


def test_pauses_are_not_work() -> None:
    execution = driven(_started(), Pause(), Resume(), at=MORNING + 10 * MINUTE, step=30 * MINUTE)

    after, _ = decide(execution, Complete(), MORNING + 50 * MINUTE)

    assert after.actual_duration == 20


def test_the_rounding_happens_once_and_not_for_each_stretch() -> None:
    execution = _started()
    half = 30 * SECOND
    for count in range(4):
        execution = driven(
            execution, Pause(), Resume(), at=MORNING + (count + 1) * half, step=0 * half
        )

    after, _ = decide(execution, Complete(), MORNING + 5 * half)

    assert after.actual_duration == 2


def test_pauses_shorter_than_a_minute_add_up() -> None:
    execution = driven(
        _started(), Pause(), Resume(), Pause(), Resume(), at=MORNING + MINUTE, step=40 * SECOND
    )

    after, _ = decide(execution, Complete(), MORNING + 4 * MINUTE)

    assert after.paused_milliseconds == 80_000
    assert after.actual_duration == 2


def test_an_open_pause_counts_up_to_the_moment_asked_for() -> None:
    execution = driven(_started(), Pause(), at=MORNING + 10 * MINUTE)

    worked = [execution.clock.worked_minutes(MORNING + hours * 60 * MINUTE) for hours in (1, 2, 3)]

    assert worked == [10, 10, 10]


def test_before_the_start_nothing_is_worked() -> None:
    execution = opened()

    assert execution.clock.worked_minutes(MORNING + 60 * MINUTE) == 0


def test_a_cancelled_pause_is_added_up() -> None:
    execution = driven(_started(), Pause(), at=MORNING + 10 * MINUTE)

    after, _ = decide(execution, Cancel(reason="enough"), MORNING + 15 * MINUTE)

    assert after.paused_milliseconds == 5 * 60_000


def test_cancelling_ends_the_work_and_says_how_long_it_took() -> None:
    paused = driven(_started(), Pause(), at=MORNING + 10 * MINUTE)

    after, _ = decide(paused, Cancel(reason="enough"), MORNING + 15 * MINUTE)

    assert (after.end_date, after.actual_duration) == (MORNING + 15 * MINUTE, 10)


def test_work_that_is_cancelled_before_it_began_took_no_time_to_speak_of() -> None:
    after, _ = decide(opened(), Cancel(reason="enough"), MORNING + 15 * MINUTE)

    assert (after.end_date, after.actual_duration) == (MORNING + 15 * MINUTE, None)
