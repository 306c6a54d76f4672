"""The worker process: runs the workflows and their activities until SIGTERM."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import uvloop
from botocore.exceptions import BotoCoreError, ClientError
from pymongo.errors import PyMongoError
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.agendas.errands import AgendaErrands
from activities.agendas.planner import Planner
from activities.aws import aws_client
from activities.delivery import Delivery, DeliveryActivities
from activities.eventbridge import EventPublisher, UnknownBusError
from activities.heartbeat import BEAT
from activities.http_delivery import http_client
from activities.log import configure_logging
from activities.mongo.client import close, mongo_client
from activities.mongo.closures import Closures
from activities.mongo.store import Store
from activities.probes import NotReady, Readiness, check_temporal, probed
from activities.service_orders import Notice, ServiceOrders
from activities.service_tokens import ServiceTokens
from settings import CACHE, WorkerSettings, load, pause, stop_requested
from workflows.client.connection import connect
from workflows.client.forced_ends import ForcedEnds
from workflows.contract import SEARCH_ATTRIBUTES, TASK_QUEUE, errands_queue, notices_queue
from workflows.kinds import KINDS
from workflows.last_notices import LastNotices
from workflows.runner import LeanRunner

log = logging.getLogger("worker")

MONGO_TIMEOUT_MS = 5_000
RETRY_SECONDS = 5
LOOK_SECONDS = 10
GRACE = timedelta(seconds=10)
DELIVERIES_AT_ONCE = 32
"""Deliveries at the same time. After an outage every execution has something to deliver. More at
once would only make each slower, until it is past its deadline and begins again."""
STICKY = timedelta(seconds=3)
"""The time that work waits for the worker that knows the workflow before any other may take it. A
killed worker holds its executions up for so long; well within the deadline of the API's
commands."""


WORKFLOWS = (*(kind.workflow for kind in KINDS), LastNotices)


@asynccontextmanager
async def workers(
    client: Client,
    persist_and_publish: Callable[[Delivery], Awaitable[None]],
    notify: Callable[[Notice], Awaitable[None]],
    errands: Sequence[Callable[..., Awaitable[Any]]],
    task_queue: str = TASK_QUEUE,
    deployment: WorkerDeploymentConfig | None = None,
    cache: int = CACHE,
) -> AsyncIterator[tuple[Worker, ...]]:
    """The workers as production and tests run them: one for the work, one for the notices to the OS
    service, one for the errands to agendas."""
    work = Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=[persist_and_publish],
        max_concurrent_activities=DELIVERIES_AT_ONCE,
        graceful_shutdown_timeout=GRACE,
        # Left to itself, the SDK holds beats back until a late one would be taken for a death.
        max_heartbeat_throttle_interval=BEAT,
        deployment_config=deployment,
        max_cached_workflows=cache,
        sticky_queue_schedule_to_start_timeout=STICKY,
        workflow_runner=LeanRunner(client.data_converter.payload_converter),
    )
    beside = [
        Worker(
            client,
            task_queue=queue(task_queue),
            activities=activities,
            graceful_shutdown_timeout=GRACE,
            max_heartbeat_throttle_interval=BEAT,
            deployment_config=deployment,
        )
        for queue, activities in ((notices_queue, [notify]), (errands_queue, errands))
    ]
    async with work, beside[0], beside[1]:
        yield work, *beside


def deployment(name: str, build_id: str) -> WorkerDeploymentConfig | None:
    """The build and the deployment of the workers; None if builds are not distinguished."""
    if bool(name) != bool(build_id):
        raise SystemExit("WORKER_DEPLOYMENT and WORKER_BUILD_ID belong together: set both or none")
    if not name:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(name, build_id),
        use_worker_versioning=True,
        # Executions live for weeks, so they go on with whichever build is current; the replay tests
        # see to it that it can. On the workflows' decorators it would stop workers without a build.
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def service_tokens(settings: WorkerSettings) -> ServiceTokens:
    """Ends the process with a clear word if the settings give no usable token."""
    try:
        return ServiceTokens(
            fixed=settings.token_api_os.get_secret_value(),
            secret=settings.secret_key.get_secret_value(),
            algorithm=settings.algorithm,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
        )
    except ValueError as unusable:
        raise SystemExit(str(unusable)) from unusable


async def connected(stop: asyncio.Event) -> Client | None:
    """Waits for Temporal; None if a stop comes first."""
    while not stop.is_set():
        try:
            return await connect()
        except RuntimeError as failure:
            log.warning("Temporal cannot be reached yet", extra={"reason": str(failure)})
        await pause(stop, RETRY_SECONDS)
    return None


async def prepare_engine(client: Client) -> None:
    """Makes the search attributes known; harmless when repeated."""
    for attribute in SEARCH_ATTRIBUTES:  # one by one: those that exist would fail the others
        request = AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={attribute.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD},
        )
        try:
            await client.operator_service.add_search_attributes(
                request, timeout=timedelta(seconds=10)
            )
        except RPCError as refusal:
            if refusal.status != RPCStatusCode.ALREADY_EXISTS:
                log.warning(
                    "could not add a search attribute",
                    extra={"reason": refusal.message, "attribute": attribute.name},
                )


async def prepare_database(store: Store) -> None:
    """Creates the indexes as soon as the database is there; commands do not wait for that."""
    while True:
        try:
            return await store.ensure_indexes()
        except PyMongoError as failure:
            log.warning("no indexes yet", extra={"reason": str(failure)})
            await asyncio.sleep(RETRY_SECONDS)


async def prepare_bus(publisher: EventPublisher) -> None:
    """Ends the process if there is no such bus, before events are lost to it; one that cannot be
    reached is left to the deliveries' retries."""
    try:
        await publisher.check_bus()
    except UnknownBusError as unknown:
        raise SystemExit(str(unknown)) from unknown
    except (BotoCoreError, ClientError) as failure:
        log.warning("the bus could not be checked", extra={"reason": str(failure)})


async def watch(ends: ForcedEnds, stop: asyncio.Event) -> None:
    """Marks, for readers, workflows that were ended from outside; harmless beside other workers."""
    while not stop.is_set():
        try:
            if marked := await ends.look():
                log.warning("workflows were ended before their time", extra={"ids": marked})
        except (RPCError, PyMongoError, TimeoutError, ValueError) as failure:
            log.warning("not looked for ended workflows", extra={"reason": str(failure)})
        await pause(stop, LOOK_SECONDS)


class WorkerStart:
    """The parts of the worker's start, as probes see them."""

    def __init__(self) -> None:
        self.client: Client | None = None
        self.workers: tuple[Worker, ...] = ()
        self.readiness = Readiness({"temporal": self._temporal, "polling": self._polling})

    async def _temporal(self) -> None:
        if self.client is None:
            raise NotReady("not connected yet")
        await check_temporal(self.client)

    async def _polling(self) -> None:
        if not self.workers or not all(each.is_running for each in self.workers):
            raise NotReady("not polling")


async def main() -> None:
    settings = load(WorkerSettings)
    configure_logging(settings.log_level, settings.metrics_address)
    stop, progress = stop_requested(), WorkerStart()
    async with probed(progress.readiness, settings.health_address):
        await run(settings, progress, stop)


async def run(settings: WorkerSettings, progress: WorkerStart, stop: asyncio.Event) -> None:
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    tokens = service_tokens(settings)
    build = deployment(settings.worker_deployment, settings.worker_build_id)
    database = mongo[settings.mongodb_database]
    store = Store(database)
    planner = Planner(store, Closures(database["closures"]), settings.zone, settings.horizon)
    publisher = EventPublisher(aws_client("events", settings.aws_region), settings.event_bus_name)
    await prepare_bus(publisher)
    client = await connected(stop)
    if client is None:
        return
    progress.client = client
    await prepare_engine(client)
    async with (
        http_client() as http,
        workers(
            client,
            DeliveryActivities(store, publisher).persist_and_publish,
            ServiceOrders(http, settings.url_api_os, tokens).notify,
            AgendaErrands(client, store, planner, settings.hold_seconds).activities,
            deployment=build,
            cache=settings.worker_cache,
        ) as progress.workers,
        asyncio.TaskGroup() as tasks,
    ):
        indexing = tasks.create_task(prepare_database(store))
        watching = tasks.create_task(watch(ForcedEnds(client, store), stop))
        log.info("worker ready")
        await stop.wait()
        log.info("stopping")
        indexing.cancel()
        watching.cancel()
    await close(mongo)


if __name__ == "__main__":
    uvloop.run(main())
