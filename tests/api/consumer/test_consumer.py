"""The queue's door: a message is deleted once it has had its effect, and never lost before."""

import logging

import pytest
from pymongo.errors import AutoReconnect

from activities.publisher import PublishError
from api.consumer import HANDS, KEPT
from api.errors import OutcomeUnknown, Unavailable
from tests.api.consumer.consuming import GOOD, UNREACHABLE, FakeIntake, consuming, until
from tests.api.consumer.sqs import DENIED, MAX_RECEIVES, FakeQueue

TRANSIENT = [
    Unavailable("down"),
    OutcomeUnknown("silent"),
    AutoReconnect("database"),
    PublishError("bus"),
    UNREACHABLE,
    DENIED,
]


async def test_a_message_is_deleted_after_its_effect_and_not_before(
    queue: FakeQueue, taker: FakeIntake
) -> None:
    taker.gate.clear()
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: taker.held)
        assert queue.log == []
        taker.gate.set()
        await until(lambda: not queue.messages)

    assert queue.log == [("accepted", "m-1"), ("deleted", "m-1")]


@pytest.mark.parametrize(
    "body", ["", "nonsense", '{"detail-type": "PaymentCompleted"}', "[" * 9999]
)
async def test_what_cannot_be_read_goes_back_at_once_and_ends_as_a_dead_letter(
    queue: FakeQueue, taker: FakeIntake, body: str
) -> None:
    queue.send("m-1", body)

    async with consuming(queue, taker):
        await until(lambda: queue.dead)

    assert queue.said_of("m-1") == ["kept 0"] * MAX_RECEIVES
    assert (queue.dead, taker.calls) == (["m-1"], 0)


async def test_a_malformed_message_does_not_hold_up_the_others(
    queue: FakeQueue, taker: FakeIntake
) -> None:
    for number in range(4):
        queue.send(f"bad-{number}", "nonsense")
        queue.send(f"good-{number}", GOOD)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert taker.accepted == 4
    assert len(queue.dead) == 4


@pytest.mark.parametrize("failure", TRANSIENT, ids=lambda failure: type(failure).__name__)
async def test_what_fails_for_a_while_is_kept_in_hand_and_tried_again(
    queue: FakeQueue, taker: FakeIntake, failure: Exception
) -> None:
    taker.failures = [failure] * 5
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        receives = queue.messages["m-1"]
        await until(lambda: not queue.messages)

    assert queue.said_of("m-1") == [f"kept {KEPT}"] * 5 + ["accepted", "deleted"]
    assert (receives.receives, queue.dead) == (1, [])


async def test_a_mistake_of_ours_leaves_the_message_to_its_time(
    queue: FakeQueue, taker: FakeIntake, caplog: pytest.LogCaptureFixture
) -> None:
    taker.failures = [ZeroDivisionError("ours")]
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: taker.calls and not taker.held)
        queue.send("m-2", GOOD)
        await until(lambda: "m-2" not in queue.messages)

    assert queue.messages.keys() == {"m-1"}
    assert not queue.messages["m-1"].visible
    assert "ours" in caplog.text


async def test_no_more_messages_are_taken_than_there_are_hands(
    queue: FakeQueue, taker: FakeIntake
) -> None:
    taker.gate.clear()
    for number in range(25):
        queue.send(f"m-{number}", GOOD)

    async with consuming(queue, taker):
        await until(lambda: taker.held == HANDS)
        taken = sum(not message.visible for message in queue.messages.values())
        taker.gate.set()
        await until(lambda: not queue.messages)

    assert (taken, taker.most_held, taker.accepted) == (HANDS, HANDS, 25)
    assert max(queue.asked_for) == HANDS == 10


@pytest.mark.parametrize("failure", [UNREACHABLE, DENIED], ids=["unreachable", "denied"])
async def test_a_queue_that_cannot_be_read_is_tried_again(
    queue: FakeQueue, taker: FakeIntake, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    queue.fail("receive", *[failure] * 4)
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert taker.accepted == 1
    assert caplog.text.count("the queue cannot be read") == 4


async def test_a_message_that_cannot_be_deleted_is_left_to_its_repeat(
    queue: FakeQueue, taker: FakeIntake, caplog: pytest.LogCaptureFixture
) -> None:
    queue.fail("delete", UNREACHABLE)
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: "not deleted" in caplog.text)
        queue.send("m-2", GOOD)
        await until(lambda: "m-2" not in queue.messages)

    assert queue.messages.keys() == {"m-1"}


async def test_a_message_whose_time_cannot_be_extended_is_tried_again_all_the_same(
    queue: FakeQueue, taker: FakeIntake, caplog: pytest.LogCaptureFixture
) -> None:
    taker.failures = [Unavailable("down")]
    queue.fail("keep", DENIED)
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert queue.said_of("m-1") == ["accepted", "deleted"]
    assert "visibility not changed" in caplog.text


async def test_an_empty_queue_is_asked_again_and_again(
    queue: FakeQueue, taker: FakeIntake, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with consuming(queue, taker):
            await until(lambda: len(queue.asked_for) > 3)

    assert (caplog.text, taker.calls) == ("", 0)
