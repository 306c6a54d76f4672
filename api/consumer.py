"""The queue's door: `python -m api.consumer`.

A message is deleted only once it has had its effect. While Temporal or the database is down, the
messages in hand are kept and tried again, and no more are taken than there are hands; so an outage
never uses up a message's few receives. What cannot be read goes back, and by the queue's own
redrive ends in the dead-letter queue.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

import uvloop
from botocore.exceptions import BotoCoreError, ClientError
from pymongo.errors import PyMongoError

from activities.log import begin, configure_logging
from activities.publisher import EventPublisher, PublishError, aws_client
from activities.store import mongo_client
from api.composition import MONGO_TIMEOUT_MS, connect_lazily, queue_rules, services
from api.errors import OutcomeUnknown, Unavailable
from api.intake import Intake
from api.pollers import Pollers
from domain.messages import Message, parse
from settings import Settings, pause, stop_requested
from workflows.contract import TASK_QUEUE

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

log = logging.getLogger("consumer")

HANDS = 10
"""Messages handled at the same time; also the most that SQS gives at once."""
LONG_POLL = 2
"""Seconds. A stop waits for the poll under way, so it is far shorter than SQS would allow."""
KEPT = 120
"""Seconds for which a message that is tried again stays invisible to others."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
GRACE = 10.0
"""Seconds that messages in hand are given to finish after SIGTERM; then they are returned."""

TRANSIENT = (Unavailable, OutcomeUnknown, PyMongoError, PublishError, BotoCoreError, ClientError)


class Consumer:
    def __init__(self, queue: "SQSClient", url: str, intake: Intake) -> None:
        self._queue = queue
        self._url = url
        self._intake = intake
        self._in_hand: set[asyncio.Task[None]] = set()
        self._no_more = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set and every message in hand is finished or returned."""
        while not stop.is_set():
            if len(self._in_hand) >= HANDS:
                await self._one_done_or(stop)
                continue
            for message in await self._receive(stop):
                task = asyncio.create_task(self._handle(message, stop))
                self._in_hand.add(task)
                task.add_done_callback(self._in_hand.discard)
        self._no_more.set()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _receive(self, stop: asyncio.Event) -> "list[MessageTypeDef]":
        try:
            answer = await asyncio.to_thread(
                self._queue.receive_message,
                QueueUrl=self._url,
                MaxNumberOfMessages=HANDS - len(self._in_hand),
                WaitTimeSeconds=LONG_POLL,
            )
        except (BotoCoreError, ClientError) as failure:
            log.warning("the queue cannot be read", extra={"reason": str(failure)})
            await pause(stop, LONGEST_PAUSE / 5)
            return []
        return answer.get("Messages", [])

    async def _handle(self, message: "MessageTypeDef", stop: asyncio.Event) -> None:
        begin({"messageId": message.get("MessageId")})
        done = False
        try:
            done = await self._take_in(parse(message["Body"]), message, stop)
        except ValueError as unreadable:
            log.warning("malformed message", extra={"reason": str(unreadable)})
        except Exception as fault:
            # Ours, so it stays invisible for its time, and comes back to whoever has mended it.
            log.exception("message not handled", extra={"reason": repr(fault)})
            return
        except asyncio.CancelledError:
            log.warning("not done in time", extra={"reason": "stopping"})
        if done:
            log.info("message handled")
            await self._delete(message)
        else:
            await self._keep(message, 0)

    async def _take_in(
        self, parsed: Message, message: "MessageTypeDef", stop: asyncio.Event
    ) -> bool:
        """Whether it has had its effect; False if it is to go back because of the stop."""
        wait = FIRST_PAUSE
        while not stop.is_set():
            try:
                await self._intake.accept(parsed)
                return True
            except TRANSIENT as failure:
                log.warning("trying again", extra={"reason": str(failure), "pause": wait})
            await self._keep(message, KEPT)
            await pause(stop, wait)
            wait = min(wait * 2, LONGEST_PAUSE)
        # The poll under way would take it again, and use up one of its receives.
        await self._no_more.wait()
        return False

    async def _delete(self, message: "MessageTypeDef") -> None:
        try:
            await asyncio.to_thread(
                self._queue.delete_message,
                QueueUrl=self._url,
                ReceiptHandle=message["ReceiptHandle"],
            )
        except (BotoCoreError, ClientError) as failure:
            log.warning("not deleted; its repeat is harmless", extra={"reason": str(failure)})

    async def _keep(self, message: "MessageTypeDef", seconds: int) -> None:
        try:
            await asyncio.to_thread(
                self._queue.change_message_visibility,
                QueueUrl=self._url,
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=seconds,
            )
        except (BotoCoreError, ClientError) as failure:
            log.warning("visibility not changed", extra={"reason": str(failure)})

    async def _one_done_or(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({*self._in_hand, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()


async def main() -> None:
    settings = Settings()
    configure_logging(settings.log_level)
    stop = stop_requested()
    if not settings.sqs_queue_url:
        log.warning("SQS_QUEUE_URL is empty: nothing to consume")
        return
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    database = mongo[settings.mongodb_database]
    client = await connect_lazily()
    pollers = Pollers(client, TASK_QUEUE)
    built = services(client, database, queue_rules(settings), pollers)
    events = aws_client("events", settings.aws_region)
    publisher = EventPublisher(events, settings.event_bus_name)
    intake = Intake(built, publisher, precreates=settings.budget_approved_precreates)
    queue = aws_client("sqs", settings.aws_region, read_timeout=LONG_POLL + 4)
    log.info("consumer ready")
    await Consumer(queue, settings.sqs_queue_url, intake).run(stop)
    mongo.close()


if __name__ == "__main__":
    uvloop.run(main())
