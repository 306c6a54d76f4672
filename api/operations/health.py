"""The health of the service over HTTP: it is up, and it can do its work."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from temporalio.client import Client

from activities.mongo.store import Store
from activities.probes import CHECK_SECONDS, NotReady, Readiness, check_temporal
from api import PREFIX
from api.temporal.pollers import Pollers
from domain.kernel.values import Instant
from workflows.client.connection import never_connected
from workflows.contract import TASK_QUEUE

PROBES = frozenset(
    {f"{PREFIX}/health", f"{PREFIX}/health/live", f"{PREFIX}/health/ready", "/health"}
)
"""Paths that a load balancer asks for, often, and without a name."""

router = APIRouter(prefix="/health", tags=["health"])
bare = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str
    timestamp: Instant
    parts: Mapping[str, str] | None = None


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


@router.get("", operation_id="getHealth", response_model_exclude_none=True)
@router.get("/live", operation_id="getLiveness", response_model_exclude_none=True)
async def live() -> Health:
    """Whether the process answers at all."""
    return Health(status="ok", timestamp=datetime.now(UTC))


@bare.get("/health", operation_id="ping")
async def alive() -> dict[Literal["status"], Literal["ok"]]:
    """The same, as the queue's clients know it."""
    return {"status": "ok"}


@router.get("/ready", operation_id="getReadiness")
async def ready(request: Request, response: Response) -> Health:
    """Whether Temporal, its workers and the database are there; names what is not."""
    readiness: Readiness = request.app.state.readiness
    failing = await readiness.failing()
    if failing:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = "1"
    return Health(
        status="unavailable" if failing else "ok",
        timestamp=datetime.now(UTC),
        parts={part: failing.get(part, "ok") for part in readiness.checks},
    )
