"""The consumer process, `python -m api.consumer`: takes messages in until SIGTERM."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvloop
from starlette.types import ASGIApp

from activities.eventbridge import EventPublisher, aws_client
from activities.log import configure_logging
from activities.mongo.store import Store, mongo_client
from api.composition import MONGO_TIMEOUT_MS, connect_lazily, queue_rules, services
from api.consumer.consumer import LONG_POLL, Consumer
from api.consumer.handlers import MessageHandler
from api.consumer.health import health_app
from api.operations.health import Readiness
from api.server import Server
from api.temporal.pollers import Pollers
from settings import ConsumerSettings, load, stop_requested
from workflows.contract import TASK_QUEUE

log = logging.getLogger("consumer")


async def main() -> None:
    settings = load(ConsumerSettings)
    configure_logging(settings.log_level)
    stop = stop_requested()
    if not settings.sqs_queue_url:
        log.warning("SQS_QUEUE_URL is empty: nothing to consume")
        return
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    database = mongo[settings.mongodb_database]
    client = await connect_lazily()
    pollers = Pollers(client, TASK_QUEUE)
    readiness = Readiness(client, Store(database), pollers)
    events = aws_client("events", settings.aws_region)
    handler = MessageHandler(
        services(client, database, queue_rules(settings), pollers),
        EventPublisher(events, settings.event_bus_name),
        precreates=settings.budget_approved_precreates,
    )

    async def is_outage() -> bool:
        return bool(await readiness.failing())

    queue = aws_client("sqs", settings.aws_region, read_timeout=LONG_POLL + 4)
    consumer = Consumer(queue, settings.sqs_queue_url, handler, is_outage)
    async with _served(health_app(readiness, consumer), settings.health_address):
        log.info("consumer ready")
        await consumer.run(stop)
    mongo.close()


@asynccontextmanager
async def _served(app: ASGIApp, address: str) -> AsyncIterator[None]:
    """While the block lasts; not at all without an address."""
    if not address:
        yield
        return
    host, _, port = address.rpartition(":")
    config = uvicorn.Config(app, host=host, port=int(port), log_config=None, access_log=False)
    server, stop = Server(config, f"HEALTH_ADDRESS={address}"), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve_until(stop))
        try:
            await server.listening.wait()
            yield
        finally:
            stop.set()


if __name__ == "__main__":
    uvloop.run(main())
