"""The clock of the work runs from the start, and stands still in pauses."""

from domain.execution.work_clock import WorkClock
from tests.domain.execution.builders import MINUTE, MORNING

SECOND = MINUTE / 60


def test_before_the_start_nothing_is_worked() -> None:
    assert WorkClock().worked_minutes(MORNING) == 0
    assert WorkClock().stop(MORNING) == WorkClock()


def test_a_pause_is_left_out_while_it_lasts_and_afterwards() -> None:
    paused = WorkClock().start(MORNING).pause(MORNING + 10 * MINUTE)

    resumed = paused.resume(MORNING + 30 * MINUTE)

    assert paused.worked_minutes(MORNING + 25 * MINUTE) == 10
    assert resumed.worked_minutes(MORNING + 35 * MINUTE) == 15
    assert (resumed.paused_since, resumed.paused_ms) == (None, 20 * 60_000)


def test_pauses_add_up() -> None:
    clock = WorkClock().start(MORNING)
    for minute in (10, 20, 30):
        clock = clock.pause(MORNING + minute * MINUTE)
        clock = clock.resume(MORNING + minute * MINUTE + 90 * SECOND)

    assert clock.paused_ms == 3 * 90_000
    assert clock.worked_minutes(MORNING + 60 * MINUTE) == 55


def test_stopped_in_a_pause_the_pause_ends_there() -> None:
    stopped = WorkClock().start(MORNING).pause(MORNING + MINUTE).stop(MORNING + 3 * MINUTE)

    assert stopped == WorkClock(started=MORNING, paused_ms=2 * 60_000)


def test_stopped_at_work_it_keeps_its_pauses() -> None:
    clock = WorkClock(started=MORNING, paused_ms=7)

    assert clock.stop(MORNING + MINUTE) == clock
