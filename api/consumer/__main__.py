"""The consumer process, `python -m api.consumer`: takes messages in until SIGTERM."""

import logging

import uvloop

from activities.aws import aws_client
from activities.eventbridge import EventPublisher
from activities.log import configure_logging
from activities.mongo.client import close, mongo_client
from activities.mongo.store import Store
from activities.probes import Readiness, probed
from api.composition import MONGO_TIMEOUT_MS, connect_lazily, planning_rules, queue_rules, services
from api.consumer.consumer import Consumer
from api.consumer.handlers import MessageHandler
from api.consumer.queue import ANSWERED_WITHIN, Queue
from api.operations.readiness import service_readiness
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
    service = service_readiness(client, Store(database), pollers)
    events = aws_client("events", settings.aws_region)
    built = services(client, database, queue_rules(settings), pollers, planning_rules(settings))
    handler = MessageHandler(
        built.executions,
        built.fila,
        built.tombstones,
        EventPublisher(events, settings.event_bus_name),
        precreates=settings.budget_approved_precreates,
    )

    async def is_outage() -> bool:
        return bool(await service.failing())

    sqs = aws_client("sqs", settings.aws_region, read_timeout=ANSWERED_WITHIN)
    queue = Queue(sqs, settings.sqs_queue_url)
    consumer = Consumer(queue, handler, is_outage)
    own = {"queue": queue.check, "messages": consumer.check}
    async with probed(Readiness({**service.checks, **own}), settings.health_address):
        log.info("consumer ready")
        await consumer.run(stop)
    await close(mongo)


if __name__ == "__main__":
    uvloop.run(main())
