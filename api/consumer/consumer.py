"""Takes messages from the queue, and deletes each only once it has had its effect.

An outage is everybody's: while Temporal or the database is down, the messages in hand are kept and
tried again, and no more are taken; so an outage never uses up a message's few receives. A fault of
one order is nobody else's: its message goes back for a growing pause, and in the end to the
dead-letter queue with the reason, and so does what cannot be read.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pymongo.errors import PyMongoError

from activities.eventbridge import PublishError
from activities.log import begin
from activities.probes import NotReady
from api.consumer.dead_letters import DeadLetters, receives
from api.consumer.handlers import MessageHandler
from api.consumer.queue import Queue
from api.errors import OutcomeUnknown, ServiceError, Unavailable
from domain.inbound.messages import Message, parse
from settings import pause

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

log = logging.getLogger("consumer")

HANDS = 10
"""Messages handled at the same time; also the most that SQS gives at once."""
SLOW_AFTER = 2.0
"""Seconds after which a message occupies no hand any more: others need not wait as it does."""
MOST_IN_HAND = 100
"""Messages in hand at once, those that wait included."""
HIDDEN_SECONDS = 120
"""Seconds for which a message that is tried again stays invisible to others."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
TRIES = 3
"""The times that a message is tried in hand while everything else works."""
FIRST_RETURN, LONGEST_RETURN = 30, 900
"""Seconds until a message whose own order cannot go on is taken again; ten times as many each
time. An operator has that long to see to it."""
STOP_SECONDS = 10.0
"""Seconds that messages in hand are given to finish after SIGTERM; then they are returned."""

ENGINE_FAILURES = (Unavailable, OutcomeUnknown, PyMongoError)
"""An outage, or the failure of one order; `is_outage` decides which."""
BUS_FAILURES = (PublishError, BotoCoreError, ClientError)
"""Failures that concern only the few messages that lead to an event."""

Outage = Callable[[], Awaitable[bool]]
"""Returns true while something fails that no message can do without."""


class OwnFault(Exception):
    """The message of one order fails while all others work"""


class Consumer:
    def __init__(self, queue: Queue, handler: MessageHandler, is_outage: Outage) -> None:
        self._queue = queue
        self._handler = handler
        self._is_outage = is_outage
        self._dead_letters = DeadLetters(queue.client, queue.url)
        self._in_hand: set[asyncio.Task[None]] = set()
        self._fresh: set[asyncio.Task[None]] = set()
        self._has_room = asyncio.Event()
        self._no_more = asyncio.Event()
        self._outage = False

    async def check(self) -> None:
        """Raises NotReady while no message is taken."""
        if reason := self._held_up:
            raise NotReady(f"held up: {reason}")

    @property
    def _held_up(self) -> str | None:
        """The reason why no message is taken just now; None if messages are."""
        if self._outage and self._in_hand:
            return f"{len(self._in_hand)} messages wait for an outage to end"
        if len(self._in_hand) >= MOST_IN_HAND:
            return f"{len(self._in_hand)} messages are in hand, and none is done"
        return None

    async def run(self, stop: asyncio.Event) -> None:
        """Handles messages until `stop` is set and every message in hand is finished or
        returned."""
        while not stop.is_set():
            if len(self._fresh) >= HANDS or self._held_up:
                await self._room_or(stop)
                continue
            for message in await self._receive(stop):
                self._take(message, stop)
        self._no_more.set()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _take(self, message: "MessageTypeDef", stop: asyncio.Event) -> None:
        task = asyncio.create_task(self._handle(message, stop))
        self._in_hand.add(task)
        self._fresh.add(task)
        asyncio.get_running_loop().call_later(SLOW_AFTER, self._let_go, task)
        task.add_done_callback(self._in_hand.discard)
        task.add_done_callback(self._let_go)

    def _let_go(self, task: "asyncio.Task[None]") -> None:
        self._fresh.discard(task)
        self._has_room.set()

    async def _room_or(self, stop: asyncio.Event) -> None:
        self._has_room.clear()
        waiting = [asyncio.create_task(each.wait()) for each in (stop, self._has_room)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()

    async def _receive(self, stop: asyncio.Event) -> "list[MessageTypeDef]":
        try:
            return await self._queue.receive(HANDS - len(self._fresh))
        except (BotoCoreError, ClientError) as failure:
            log.warning("the queue cannot be read", extra={"reason": str(failure)})
            await pause(stop, LONGEST_PAUSE / 5)
            return []

    async def _handle(self, message: "MessageTypeDef", stop: asyncio.Event) -> None:
        begin({"messageId": message.get("MessageId")})
        try:
            done = await self._tried(parse(message["Body"]), message, stop)
        except ValueError as unreadable:
            log.warning("malformed message", extra={"reason": str(unreadable)})
            await self._give_back(message, f"malformed: {unreadable}", 0)
        except (OwnFault, ServiceError) as fault:
            log.warning("this order alone fails", extra={"reason": str(fault)})
            await self._give_back(message, str(fault), _return_pause(message))
        except Exception as fault:
            # A mistake of ours, so it comes back until that is corrected.
            log.exception("message not handled", extra={"reason": repr(fault)})
            await self._give_back(message, repr(fault), _return_pause(message))
        except asyncio.CancelledError:
            log.warning("not done in time", extra={"reason": "stopping"})
            await self._queue.hide(message, 0)
        else:
            await (self._finished(message) if done else self._queue.hide(message, 0))

    async def _tried(self, parsed: Message, message: "MessageTypeDef", stop: asyncio.Event) -> bool:
        """True once it has had its effect; False if it is to go back because of the stop.

        Raises OwnFault, and the ServiceError that no further try would change.
        """
        wait, tries = FIRST_PAUSE, 0
        while not stop.is_set():
            try:
                await self._handler.handle(parsed)
                self._outage = False
                return True
            except ENGINE_FAILURES as failure:
                tries += 1
                log.warning("trying again", extra={"reason": str(failure), "pause": wait})
                self._outage = await self._is_outage()
                if tries >= TRIES and not self._outage:
                    raise OwnFault(str(failure)) from failure
            except BUS_FAILURES as failure:
                log.warning("trying again", extra={"reason": str(failure), "pause": wait})
            await self._queue.hide(message, HIDDEN_SECONDS)
            await pause(stop, wait)
            wait = min(wait * 2, LONGEST_PAUSE)
        # The poll under way would take it again, and use up one of its receives.
        await self._no_more.wait()
        return False

    async def _finished(self, message: "MessageTypeDef") -> None:
        log.info("message handled")
        await self._queue.delete(message)

    async def _give_back(self, message: "MessageTypeDef", reason: str, seconds: int) -> None:
        """Returns it for another try after so many seconds, or gives it up."""
        last = await self._dead_letters.is_last_try(message)
        if last and await self._dead_letters.bury(message, reason):
            log.error("in the dead-letter queue now", extra={"reason": reason})
            await self._queue.delete(message)
        else:
            await self._queue.hide(message, seconds)


def _return_pause(message: "MessageTypeDef") -> int:
    return min(FIRST_RETURN * int(10 ** (receives(message) - 1)), LONGEST_RETURN)
