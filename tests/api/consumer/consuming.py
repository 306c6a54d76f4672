"""A consumer at work on a fake queue, with a fake for what it takes messages to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from botocore.exceptions import EndpointConnectionError

from api.composition import Services
from api.consumer.consumer import Consumer
from api.consumer.handlers import MessageHandler
from api.consumer.queue import Queue
from domain.inbound.messages import Message
from tests.activities.bus import FakeBus
from tests.api.consumer.sqs import URL, FakeQueue

GOOD = json.dumps({"detail-type": "OrderCancelled", "detail": {"orderId": "os-1"}})
UNREACHABLE = EndpointConnectionError(endpoint_url="here")


class FakeHandler(MessageHandler):
    """Handles messages one by one or, while `gate` is closed, holds them."""

    def __init__(self, queue: FakeQueue) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures: list[Exception] = []
        self.held = self.most_held = self.accepted = self.calls = 0
        self._inbox = queue

    async def handle(self, message: Message) -> None:
        self.calls += 1
        self.held += 1
        self.most_held = max(self.most_held, self.held)
        try:
            await self.gate.wait()
            if self.failures:
                raise self.failures.pop(0)
            self.accepted += 1
            self._inbox.log.append(("accepted", "m-1"))
        finally:
            self.held -= 1


def consumer_of(queue: FakeQueue, handler: FakeHandler, outage: bool = True) -> Consumer:
    async def is_outage() -> bool:
        return outage

    return Consumer(Queue(queue.client, URL), handler, is_outage)


@asynccontextmanager
async def consuming(
    queue: FakeQueue, handler: FakeHandler, outage: bool = True
) -> AsyncIterator[asyncio.Event]:
    async with at_work(consumer_of(queue, handler, outage)) as stop:
        yield stop


@asynccontextmanager
async def at_work(consumer: Consumer) -> AsyncIterator[asyncio.Event]:
    """It is told to stop at the end, and has to be quick about it."""
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await running


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # it happens in other threads
            await asyncio.sleep(0.001)


def handling(services: Services, bus: FakeBus, *, precreates: bool) -> MessageHandler:
    """The real handler, over these services."""
    return MessageHandler(
        services.executions,
        services.fila,
        services.tombstones,
        bus.publisher(),
        precreates=precreates,
    )
