"""The queue's door: a message is deleted once it has had its effect, and never lost before."""

import logging
from functools import partial

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from activities.eventbridge import PublishError
from api.consumer.consumer import FIRST_RETURN, HANDS, HIDDEN_SECONDS, TRIES
from api.errors import KeyReused, OutcomeUnknown, Unavailable
from tests.api.consumer.consuming import GOOD, UNREACHABLE, FakeHandler, consuming, until
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
    queue: FakeQueue, taker: FakeHandler
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
    queue: FakeQueue, taker: FakeHandler, body: str
) -> None:
    queue.send("m-1", body)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert queue.said_of("m-1") == ["kept 0"] * (MAX_RECEIVES - 1) + ["deleted"]
    assert queue.buried["m-1"].startswith("malformed: ")
    assert taker.calls == 0


async def test_a_malformed_message_does_not_hold_up_the_others(
    queue: FakeQueue, taker: FakeHandler
) -> None:
    for number in range(4):
        queue.send(f"bad-{number}", "nonsense")
        queue.send(f"good-{number}", GOOD)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert taker.accepted == 4
    assert len(queue.buried) == 4


@pytest.mark.parametrize("failure", TRANSIENT, ids=lambda failure: type(failure).__name__)
async def test_what_fails_for_a_while_is_kept_in_hand_and_tried_again(
    queue: FakeQueue, taker: FakeHandler, failure: Exception
) -> None:
    taker.failures = [failure] * 5
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        receives = queue.messages["m-1"]
        await until(lambda: not queue.messages)

    assert queue.said_of("m-1") == [f"kept {HIDDEN_SECONDS}"] * 5 + ["accepted", "deleted"]
    assert (receives.receives, queue.dead) == (1, [])


async def test_a_mistake_of_ours_leaves_the_message_to_its_time(
    queue: FakeQueue, taker: FakeHandler, caplog: pytest.LogCaptureFixture
) -> None:
    taker.failures = [ZeroDivisionError("ours")]
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: queue.log)
        queue.send("m-2", GOOD)
        await until(lambda: "m-2" not in queue.messages)

    assert queue.messages.keys() == {"m-1"}
    assert queue.log[0] == (f"kept {FIRST_RETURN}", "m-1")
    assert "ours" in caplog.text


async def test_no_more_messages_are_taken_than_there_are_hands(
    queue: FakeQueue, taker: FakeHandler
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
    queue: FakeQueue, taker: FakeHandler, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    queue.fail("receive", *[failure] * 4)
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert taker.accepted == 1
    assert caplog.text.count("the queue cannot be read") == 4


async def test_a_message_that_cannot_be_deleted_is_left_to_its_repeat(
    queue: FakeQueue, taker: FakeHandler, caplog: pytest.LogCaptureFixture
) -> None:
    queue.fail("delete", UNREACHABLE)
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: "not deleted" in caplog.text)
        queue.send("m-2", GOOD)
        await until(lambda: "m-2" not in queue.messages)

    assert queue.messages.keys() == {"m-1"}


async def test_a_message_whose_time_cannot_be_extended_is_tried_again_all_the_same(
    queue: FakeQueue, taker: FakeHandler, caplog: pytest.LogCaptureFixture
) -> None:
    taker.failures = [Unavailable("down")]
    queue.fail("keep", DENIED)
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: not queue.messages)

    assert queue.said_of("m-1") == ["accepted", "deleted"]
    assert "visibility not changed" in caplog.text


async def test_an_empty_queue_is_asked_again_and_again(
    queue: FakeQueue, taker: FakeHandler, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with consuming(queue, taker):
            await until(lambda: len(queue.asked_for) > 3)

    assert (caplog.text, taker.calls) == ("", 0)


@pytest.mark.parametrize("policy", ["none", "denied", "unreadable"])
async def test_without_a_known_dead_letter_queue_messages_are_left_to_the_queues_own_redrive(
    queue: FakeQueue, taker: FakeHandler, policy: str
) -> None:
    queue.redrive = None if policy == "none" else "not JSON"
    if policy == "denied":
        queue.fail("attributes", *[DENIED] * 9)
    queue.send("m-1", "nonsense")

    async with consuming(queue, taker):
        await until(lambda: queue.dead)

    assert queue.said_of("m-1") == ["kept 0"] * MAX_RECEIVES


async def test_a_dead_letter_that_cannot_be_written_is_left_to_the_redrive(
    queue: FakeQueue, taker: FakeHandler
) -> None:
    queue.fail("bury", DENIED)
    queue.send("m-1", "nonsense")

    async with consuming(queue, taker):
        await until(lambda: queue.dead)

    assert queue.said_of("m-1") == ["kept 0"] * MAX_RECEIVES


@pytest.mark.parametrize(
    "failure", [Unavailable("down"), OutcomeUnknown("silent"), OperationFailure("no such document")]
)
async def test_what_fails_while_all_else_works_is_tried_again_apart(
    queue: FakeQueue, taker: FakeHandler, failure: Exception
) -> None:
    taker.failures = [failure] * TRIES
    queue.send("m-1", GOOD)

    async with consuming(queue, taker, outage=False):
        await until(lambda: f"kept {FIRST_RETURN}" in queue.said_of("m-1"))

    assert taker.calls == TRIES
    assert queue.messages.keys() == {"m-1"}


async def test_a_refusal_that_no_try_would_heal_goes_back_at_once(
    queue: FakeQueue, taker: FakeHandler
) -> None:
    taker.failures = [KeyReused("used")]
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        await until(lambda: queue.log)

    assert queue.said_of("m-1") == [f"kept {FIRST_RETURN}"]


async def test_each_return_takes_longer_and_the_last_one_is_a_dead_letter_with_its_reason(
    queue: FakeQueue, taker: FakeHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    taker.failures = [KeyReused("used")] * MAX_RECEIVES
    queue.send("m-1", GOOD)

    async with consuming(queue, taker):
        for receives in range(1, MAX_RECEIVES):
            pause = FIRST_RETURN * 10 ** (receives - 1)
            await until(partial(_was_kept, queue, pause))
            queue.time_passes("m-1")
        await until(lambda: not queue.messages)

    assert queue.buried == {"m-1": "used"}


def _was_kept(queue: FakeQueue, seconds: int) -> bool:
    return f"kept {seconds}" in queue.said_of("m-1")


async def test_messages_that_take_long_hold_no_hand(
    queue: FakeQueue, taker: FakeHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.consumer.consumer.SLOW_AFTER", 0.01)
    taker.gate.clear()
    for number in range(25):
        queue.send(f"m-{number}", GOOD)

    async with consuming(queue, taker):
        await until(lambda: taker.held == 25)
        taker.gate.set()
        await until(lambda: not queue.messages)

    assert taker.accepted == 25


async def test_in_an_outage_no_more_are_taken_until_one_is_done(
    queue: FakeQueue, taker: FakeHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.consumer.consumer.SLOW_AFTER", 0.01)
    taker.failures = [Unavailable("down")] * 60
    queue.send("m-0", GOOD)

    async with consuming(queue, taker):
        await until(lambda: queue.said_of("m-0"))
        for number in range(1, 25):
            queue.send(f"m-{number}", GOOD)
        await until(lambda: len(taker.failures) < 10)
        taken = sum(message.receives for message in queue.messages.values())
        await until(lambda: not queue.messages)

    assert taken <= 1 + HANDS  # a poll may have been under way
    assert (taker.accepted, queue.buried) == (25, {})
