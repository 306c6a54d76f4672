"""The API process: serves HTTP until SIGTERM, then finishes what it has begun."""

import asyncio
import logging

import uvicorn

from activities.store import Store, mongo_client
from api.app import create_app
from api.composition import MONGO_TIMEOUT_MS, connect_lazily, execution_service
from api.health import Readiness
from settings import Settings, configure_logging

log = logging.getLogger("api")

GRACE_SECONDS = 10


async def main() -> None:
    settings = Settings()
    configure_logging(settings.log_level)
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    database = mongo[settings.mongodb_database]
    client = await connect_lazily()
    app = create_app(execution_service(client, database), Readiness(client, Store(database)))
    if not settings.auth_disabled:
        log.warning("authentication is off: serving on loopback only")
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.listen_host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    await server.serve()
    mongo.close()


if __name__ == "__main__":
    asyncio.run(main())
