"""The API process: serves HTTP until SIGTERM, then finishes what it has begun."""

import gc
import logging

import uvicorn
import uvloop
from starlette.types import ASGIApp

from activities.http_server import Server
from activities.log import configure_logging
from activities.mongo.client import close, mongo_client
from activities.mongo.store import Store
from api.app import create_app
from api.composition import MONGO_TIMEOUT_MS, connect_lazily, planning_rules, queue_rules, services
from api.middleware.connection import Connection
from api.middleware.origins import AllowedSites, hosts, origins
from api.middleware.rate_limit import Rate
from api.operations.readiness import service_readiness
from api.security.trust import trusted_tokens
from api.temporal.pollers import Pollers
from settings import ApiSettings, load, stop_requested
from workflows.contract import TASK_QUEUE

log = logging.getLogger("api")

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""Seconds that an idle connection is kept: longer than a load balancer does, so that it is never we
who cut it."""


async def main() -> None:
    settings = load(ApiSettings)
    sites = AllowedSites(
        origins(settings.cors_origins), hosts(settings.allowed_hosts) | {settings.host.lower()}
    )
    configure_logging(settings.log_level)
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    database = mongo[settings.mongodb_database]
    client = await connect_lazily()
    pollers = Pollers(client, TASK_QUEUE)
    async with trusted_tokens(settings) as tokens:
        app = create_app(
            services(
                client,
                database,
                queue_rules(settings),
                pollers,
                planning_rules(settings, technicians_only=settings.technicians_only),
                settings.feed_secret.get_secret_value(),
            ),
            service_readiness(client, Store(database), pollers),
            tokens,
            address_rate=Rate(settings.address_rate, settings.address_burst),
            subject_rate=Rate(settings.subject_rate, settings.subject_burst),
            sites=sites,
        )
        gc.freeze()  # what is there by now stays: looking through it would halt all requests
        address = f"HOST={settings.listen_host} and PORT={settings.port}"
        await Server(_config(app, settings), address).serve_until(stop_requested())
    await close(mongo)


def _config(app: ASGIApp, settings: ApiSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.listen_host,
        port=settings.port,
        http=Connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        # uvicorn's own default believes whoever comes from this machine.
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


if __name__ == "__main__":
    uvloop.run(main())
