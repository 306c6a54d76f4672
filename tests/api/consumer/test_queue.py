"""A queue that cannot be read is told from one that has nothing."""

import asyncio

import pytest
from botocore.exceptions import ClientError

from activities.probes import Readiness
from api.consumer.queue import LATE, NOT_READ_YET, UNREADABLE, Queue
from api.errors import Unavailable
from tests.api.consumer.consuming import GOOD, FakeHandler, at_work, consumer_of, until
from tests.api.consumer.sqs import DENIED, URL, FakeQueue
from tests.conftest import eventually


@pytest.fixture
def reading(queue: FakeQueue) -> Queue:
    return Queue(queue.client, URL)


async def _why(queue: Queue) -> str | None:
    return (await Readiness({"queue": queue.check}).failing()).get("queue")


async def test_a_queue_is_ready_once_it_has_been_read(reading: Queue) -> None:
    before = await _why(reading)

    messages = await reading.receive(10)

    assert (before, messages, await _why(reading)) == (NOT_READ_YET, [], None)


async def test_a_queue_that_goes_and_comes_back_is_ready_again(
    queue: FakeQueue, reading: Queue
) -> None:
    await reading.receive(10)
    queue.fail("receive", DENIED)
    with pytest.raises(ClientError):
        await reading.receive(10)
    down = await _why(reading)

    queue.fail("receive")
    await reading.receive(10)

    assert (down, await _why(reading)) == (UNREADABLE, None)


async def test_a_poll_that_is_late_is_named_before_it_ends(
    queue: FakeQueue, reading: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reading.receive(10)
    monkeypatch.setattr("api.consumer.queue.ANSWERED_WITHIN", 0.02)
    queue.longest_poll = 0.3

    polling = asyncio.create_task(reading.receive(10))

    await eventually(lambda: _why(reading), lambda seen: seen == LATE)
    await polling
    assert await _why(reading) is None


async def test_only_a_queue_that_is_known_is_polled_for_long(
    queue: FakeQueue, reading: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    receive = queue.receive_message

    def noted(**call: object) -> dict[str, object]:
        waits.append(int(str(call["WaitTimeSeconds"])))
        return receive(**call)

    monkeypatch.setattr(queue, "receive_message", noted)

    await reading.receive(10)
    await reading.receive(10)

    assert waits == [0, 2]


async def test_a_consumer_that_waits_for_an_outage_to_end_is_not_ready(
    queue: FakeQueue, taker: FakeHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.consumer.consumer.FIRST_PAUSE", 0.2)
    taker.failures = [Unavailable("down")]
    queue.send("m-1", GOOD)
    consumer = consumer_of(queue, taker)

    async def ready() -> bool:
        return not await Readiness({"messages": consumer.check}).failing()

    async with at_work(consumer):
        await eventually(lambda: ready(), lambda seen: not seen)
        await until(lambda: taker.accepted)
        await eventually(lambda: ready())
