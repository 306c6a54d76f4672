"""The health of the service over HTTP: it is up, and it can do its work."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from activities.probes import Readiness
from api import PREFIX
from domain.kernel.values import Instant

PROBES = frozenset(
    {f"{PREFIX}/health", f"{PREFIX}/health/live", f"{PREFIX}/health/ready", "/health"}
)
"""Paths that a load balancer asks for, often, and without a name."""

router = APIRouter(prefix=f"{PREFIX}/health", tags=["health"])
bare = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str
    timestamp: Instant
    parts: Mapping[str, str] | None = None


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
