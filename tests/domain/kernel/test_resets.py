"""After a reset of its workflow, a state is ahead of all that may have been shown before."""

from tests.domain.execution.builders import MINUTE, MORNING, opened


def test_it_is_ahead_of_any_version_and_of_any_count_of_changes() -> None:
    far_on = opened().model_copy(update={"version": 10**6, "untold_changes": 10**6})

    anew = opened().after_reset(MORNING)

    assert (anew.version, anew.was_reset, far_on.was_reset) == (1, True, False)
    assert anew.revision > far_on.revision


def test_a_later_reset_is_ahead_of_an_earlier_one_and_of_what_followed_it() -> None:
    first = opened().after_reset(MORNING).model_copy(update={"version": 500})

    assert opened().after_reset(MORNING + MINUTE).revision > first.revision


def test_with_the_clock_put_back_it_is_still_ahead_of_itself() -> None:
    first = opened().after_reset(MORNING)

    assert first.after_reset(MORNING - MINUTE).revision > first.revision
