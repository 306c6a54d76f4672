"""A consumer that stops finishes what it can, and returns the rest."""

import asyncio

import pytest

from api.consumer.consumer import HIDDEN_SECONDS
from api.errors import Unavailable
from tests.api.consumer.consuming import GOOD, FakeHandler, consuming, until
from tests.api.consumer.sqs import FakeQueue


async def test_a_stop_waits_for_what_is_nearly_done(queue: FakeQueue, taker: FakeHandler) -> None:
    taker.gate.clear()
    queue.send("m-1", GOOD)

    async with consuming(queue, taker) as stop:
        await until(lambda: taker.held)
        stop.set()
        taker.gate.set()

    assert queue.log == [("accepted", "m-1"), ("deleted", "m-1")]


async def test_a_stop_returns_what_is_not_done_in_time(
    queue: FakeQueue, taker: FakeHandler
) -> None:
    taker.gate.clear()
    for number in range(3):
        queue.send(f"m-{number}", GOOD)

    async with consuming(queue, taker):
        await until(lambda: taker.held == 3)

    assert sorted(queue.log) == [("kept 0", f"m-{number}") for number in range(3)]
    assert all(message.visible for message in queue.messages.values())


async def test_a_stop_returns_what_is_being_tried_again(
    queue: FakeQueue, taker: FakeHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.consumer.consumer.FIRST_PAUSE", 60)
    queue.longest_poll = 0.5  # so that one is surely under way when the stop comes
    taker.failures = [Unavailable("down")]
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: queue.log)

    assert queue.said_of("m-1") == [f"kept {HIDDEN_SECONDS}", "kept 0"]
    assert (queue.messages["m-1"].visible, queue.messages["m-1"].receives) == (True, 1)


async def test_what_arrives_with_the_stop_goes_back_untouched(
    queue: FakeQueue, taker: FakeHandler
) -> None:
    loop = asyncio.get_running_loop()
    queue.send("m-1", GOOD)

    async with consuming(queue, taker) as stop:

        def stop_now() -> None:
            asyncio.run_coroutine_threadsafe(_set(stop), loop).result(5)

        queue.on_receive = stop_now
        await stop.wait()

    assert (queue.said_of("m-1"), taker.calls) == (["kept 0"], 0)


async def _set(stop: asyncio.Event) -> None:
    stop.set()
