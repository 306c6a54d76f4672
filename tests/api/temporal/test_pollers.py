"""A worker is there for as long as it goes on polling, whatever time of day it is for whom."""

from datetime import timedelta

import pytest

from api.temporal.pollers import RECENTLY, Pollers
from tests.api.probes import ITS_TIME, FakeTemporal
from tests.clocks import Clock

WITHIN = timedelta(seconds=1)
A_POLL = timedelta(seconds=60)
JUST_BEFORE, AT_LAST = RECENTLY - 1, 2.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("api.temporal.pollers.time.monotonic", clock)
    return clock


@pytest.fixture
def pollers(temporal: FakeTemporal, clock: Clock) -> Pollers:
    return Pollers(temporal.client, "execution-service")


async def test_a_worker_that_goes_on_polling_is_there(
    pollers: Pollers, temporal: FakeTemporal, clock: Clock
) -> None:
    looks = []
    for _ in range(5):
        looks.append(await pollers.any(WITHIN))
        clock.now += A_POLL.total_seconds()
        temporal.polls = [temporal.polls[0] + A_POLL]

    assert looks == [True] * 5


async def test_a_worker_whose_last_poll_is_long_over_is_gone(
    pollers: Pollers, clock: Clock
) -> None:
    first = await pollers.any(WITHIN)
    clock.now += JUST_BEFORE
    before = await pollers.any(WITHIN)
    clock.now += AT_LAST
    after = await pollers.any(WITHIN)

    assert (first, before, after) == (True, True, False)


async def test_a_worker_that_comes_is_seen_at_once(
    pollers: Pollers, temporal: FakeTemporal, clock: Clock
) -> None:
    await pollers.any(WITHIN)
    clock.now += RECENTLY
    gone = await pollers.any(WITHIN)
    temporal.polls = [ITS_TIME, ITS_TIME + A_POLL]

    assert (gone, await pollers.any(WITHIN)) == (False, True)


async def test_one_worker_that_polls_is_enough(
    pollers: Pollers, temporal: FakeTemporal, clock: Clock
) -> None:
    temporal.polls = [ITS_TIME, ITS_TIME]
    await pollers.any(WITHIN)
    clock.now += RECENTLY
    temporal.polls = [ITS_TIME, ITS_TIME + A_POLL]

    assert await pollers.any(WITHIN)


async def test_a_clock_that_is_put_back_at_temporals_does_not_hide_a_worker(
    pollers: Pollers, temporal: FakeTemporal, clock: Clock
) -> None:
    await pollers.any(WITHIN)
    clock.now += RECENTLY
    temporal.polls = [ITS_TIME - timedelta(minutes=10)]

    assert await pollers.any(WITHIN)


async def test_where_temporal_names_nobody_there_is_nobody(
    pollers: Pollers, temporal: FakeTemporal, clock: Clock
) -> None:
    temporal.polls = []

    assert not await pollers.any(WITHIN)
