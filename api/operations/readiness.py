"""The checks of all that the service cannot do its work without; API and consumer share them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.client import Client

from activities.mongo.store import Store
from activities.probes import CHECK_SECONDS, NotReady, Readiness, check_temporal
from api.temporal.pollers import Pollers
from workflows.client.connection import never_connected
from workflows.contract import TASK_QUEUE


def service_readiness(client: Client, store: Store, pollers: Pollers) -> Readiness:
    """All that the service cannot do its work without."""

    async def temporal() -> None:
        with _refused_connections():
            await check_temporal(client)

    async def workers() -> None:
        with _refused_connections():
            if not await pollers.any(timedelta(seconds=CHECK_SECONDS)):
                raise NotReady(f"no worker polls {TASK_QUEUE}")

    return Readiness({"temporal": temporal, "workers": workers, "database": store.ping})


@contextmanager
def _refused_connections() -> Iterator[None]:
    """Raises ConnectionError where a client that connects with its first call found no server."""
    try:
        yield
    except RuntimeError as failure:
        if not never_connected(failure):
            raise
        raise ConnectionError(str(failure)) from failure
